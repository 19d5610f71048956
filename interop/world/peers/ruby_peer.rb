# ruby_peer.rb server CERT KEY TLS | client PORT TLS: openssl library, SSLSocket#close.
require 'openssl'
require 'socket'

BODY = 'x' * 1_000_000 + "the end\n"
BIG = 'x' * 8_000_000 + "the end\n"
$stdout.sync = true

def converse(tls, client)
  tls.write("hello, the end\n") if client
  text = +''
  loop do
    text << tls.readpartial(4096)
    if !client && text == "keep\n"
      tls.write("hello, the end\n")
      text = +''
    elsif !client && text == "close\n"
      tls.write(BODY)
      return 'closing'
    elsif text == "big\n"
      tls.write(BIG)
      return 'closing'
    elsif text == "bye\n"
      return 'closing'
    end
  end
rescue EOFError
  tls.write(BODY) if ["half\n", "more\n"].include?(text)
  "end after #{text.length} bytes"
end

role = ARGV[0]
context = OpenSSL::SSL::SSLContext.new
version = ARGV[-1] == '1.3' ? OpenSSL::SSL::TLS1_3_VERSION : OpenSSL::SSL::TLS1_2_VERSION
context.min_version = context.max_version = version
if role == 'server'
  context.cert = OpenSSL::X509::Certificate.new(File.read(ARGV[1]))
  context.key = OpenSSL::PKey.read(File.read(ARGV[2]))
  listener = TCPServer.new('127.0.0.1', 0)
  puts "port #{listener.addr[1]}"
  tls = OpenSSL::SSL::SSLSocket.new(listener.accept, context)
  tls.sync_close = true
  tls.accept
else
  tls = OpenSSL::SSL::SSLSocket.new(TCPSocket.new('127.0.0.1', ARGV[1].to_i), context)
  tls.sync_close = true
  tls.connect
end
begin
  puts converse(tls, role == 'client')
rescue StandardError => e
  puts "error: #{e.class} #{e.message}"
  exit_status = 1
end
tls.close
exit(exit_status || 0)
