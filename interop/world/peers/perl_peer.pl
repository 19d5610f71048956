# perl_peer.pl server CERT KEY TLS | client PORT TLS: IO::Socket::SSL, close.
use strict;
use warnings;
use IO::Socket::SSL;

$| = 1;
$SIG{PIPE} = 'IGNORE';
my $body = 'x' x 1000000 . "the end\n";
my $big = 'x' x 8000000 . "the end\n";
my ($role, @args) = @ARGV;
my $version = $args[-1] eq '1.3' ? 'TLSv1_3' : 'TLSv1_2';

sub say_all {
    my ($tls, $text) = @_;
    for (my $at = 0; $at < length $text;) {
        my $n = syswrite($tls, $text, 16384, $at);
        return "error: " . ($SSL_ERROR || $!) unless $n;
        $at += $n;
    }
    return '';
}

sub converse {
    my ($tls, $client) = @_;
    say_all($tls, "hello, the end\n") if $client;
    my $text = '';
    while (1) {
        my $n = sysread($tls, my $piece, 4096);
        return "error: " . ($SSL_ERROR || $!) unless defined $n;
        $text .= $piece;
        if (!$client && $text eq "keep\n") {
            say_all($tls, "hello, the end\n");
            $text = '';
        } elsif (!$client && $text eq "close\n") {
            return say_all($tls, $body) || 'closing';
        } elsif ($text eq "big\n") {
            return say_all($tls, $big) || 'closing';
        } elsif ($text eq "bye\n") {
            return 'closing';
        } elsif ($n == 0) {
            my $failed = $text =~ /^(half|more)\n$/ ? say_all($tls, $body) : '';
            return $failed || "end after " . length($text) . " bytes";
        }
    }
}

my $tls;
if ($role eq 'server') {
    my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1) or die $!;
    print "port " . $listener->sockport . "\n";
    $tls = IO::Socket::SSL->start_SSL(scalar $listener->accept, SSL_server => 1,
        SSL_cert_file => $args[0], SSL_key_file => $args[1], SSL_version => $version);
} else {
    $tls = IO::Socket::SSL->new(PeerAddr => "127.0.0.1:$args[0]", SSL_version => $version,
        SSL_verify_mode => SSL_VERIFY_NONE);
}
die "no connection: $SSL_ERROR" unless $tls;
my $said = converse($tls, $role eq 'client');
print "$said\n";
$tls->close;
exit($said =~ /^error/ ? 1 : 0);
