// The stream of a WebAssembly module to standard output: wasm.js MODULE
'use strict';
const fs = require('fs');
const { exports: core } = new WebAssembly.Instance(
    new WebAssembly.Module(fs.readFileSync(process.argv[2])));
const block = core.block.value;

for (let number = 0; ; number++) {
    const length = core.stream_block(number, block) >>> 0;
    if (length === 0) {
        break;
    }
    const bytes = new Uint8Array(core.memory.buffer, block, length);
    for (let done = 0; done < length;) {
        done += fs.writeSync(1, bytes, done);
    }
}
