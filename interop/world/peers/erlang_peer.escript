#!/usr/bin/env escript
%% erlang_peer.escript server CERT KEY TLS | client PORT TLS: ssl application, ssl:close.

big() -> [binary:copy(<<"x">>, 8000000), <<"the end\n">>].
body() -> [binary:copy(<<"x">>, 1000000), <<"the end\n">>].

converse(Socket, Role, Text) ->
    case {Role, Text} of
        {server, <<"keep\n">>} -> ok = ssl:send(Socket, "hello, the end\n"), again(Socket, Role, <<>>);
        {server, <<"close\n">>} -> sent(ssl:send(Socket, body()), "closing");
        {_, <<"big\n">>} -> sent(ssl:send(Socket, big()), "closing");
        {client, <<"bye\n">>} -> "closing";
        _ -> again(Socket, Role, Text)
    end.

again(Socket, Role, Text) ->
    case ssl:recv(Socket, 0) of
        {ok, Piece} -> converse(Socket, Role, <<Text/binary, Piece/binary>>);
        {error, closed} when Text =:= <<"half\n">>; Text =:= <<"more\n">> ->
            sent(ssl:send(Socket, body()), "end");
        {error, closed} -> io_lib:format("end after ~b bytes", [byte_size(Text)]);
        {error, Reason} -> io_lib:format("error: ~p", [Reason])
    end.

sent(ok, Said) -> Said;
sent({error, Reason}, _) -> io_lib:format("error: ~p", [Reason]).

connected(["server", Cert, Key, Tls]) ->
    {ok, Listener} = ssl:listen(0, [{ip, {127, 0, 0, 1}}, {certfile, Cert}, {keyfile, Key} | options(Tls)]),
    {ok, {_, Port}} = ssl:sockname(Listener),
    io:format("port ~b~n", [Port]),
    {ok, Raw} = ssl:transport_accept(Listener),
    {ok, Socket} = ssl:handshake(Raw),
    {server, Socket};
connected(["client", Port, Tls]) ->
    {ok, Socket} = ssl:connect("127.0.0.1", list_to_integer(Port), [{verify, verify_none} | options(Tls)]),
    {client, Socket}.

options(Tls) ->
    [binary, {active, false}, {log_level, none}, {versions, [list_to_atom("tlsv" ++ Tls)]}].

main(Args) ->
    {ok, _} = application:ensure_all_started(ssl),
    {Role, Socket} = connected(Args),
    case Role of
        client -> ok = ssl:send(Socket, "hello, the end\n");
        server -> ok
    end,
    Said = lists:flatten(converse(Socket, Role, <<>>)),
    io:format("~s~n", [Said]),
    ssl:close(Socket),
    halt(case Said of "error" ++ _ -> 1; _ -> 0 end).
