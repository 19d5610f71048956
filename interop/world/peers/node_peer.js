// node_peer.js server CERT KEY TLS | client PORT TLS: node:tls, socket.end.
'use strict';
const fs = require('fs');
const tls = require('tls');

const BODY = Buffer.from('x'.repeat(1000000) + 'the end\n');
const BIG = Buffer.from('x'.repeat(8000000) + 'the end\n');
const [role, ...args] = process.argv.slice(2);
const version = 'TLSv' + args[args.length - 1];
const versions = {minVersion: version, maxVersion: version};

function converse(socket) {
    const client = role === 'client';
    let text = '';
    if (client) socket.write('hello, the end\n');
    socket.on('data', (piece) => {
        text += piece;
        if (!client && text === 'keep\n') {
            socket.write('hello, the end\n');
            text = '';
        } else if (!client && text === 'close\n') {
            console.log('closing');
            socket.end(BODY);
        } else if (text === 'big\n') {
            console.log('closing');
            socket.end(BIG);
        } else if (text === 'bye\n') {
            console.log('closing');
            socket.end();
        }
    });
    socket.on('end', () => {
        console.log(`end after ${text.length} bytes`);
        if (text === 'half\n' || text === 'more\n') socket.end(BODY);
        else socket.end();
    });
    socket.on('error', (error) => {
        console.log('error: ' + error.message);
        process.exitCode = 1;
    });
}

if (role === 'server') {
    const server = tls.createServer({cert: fs.readFileSync(args[0]), key: fs.readFileSync(args[1]),
        allowHalfOpen: true, ...versions}, (socket) => {
        server.close();
        converse(socket);
    });
    server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
} else {
    const socket = tls.connect({port: Number(args[0]), host: '127.0.0.1', rejectUnauthorized: false,
        allowHalfOpen: true, ...versions}, () => converse(socket));
}
