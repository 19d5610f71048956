// Clicks through a page of `endwell report`, with the script and the machines that are in it.
// click.js PAGE <JSON: `courses` {machine, events}, of each what is shown behind every step; `digests`, how many are
// waited for; `cases`: the digest of the rows that the page has for all cases.
'use strict';
const fs = require('fs');
const path = require('path');
const vm = require('vm');
const {webcrypto, createHash} = require('crypto');
const {Document, Address} = require('./document.js');

const page = fs.readFileSync(process.argv[2], 'utf8');
const document = new Document(page);
const listeners = {};
const location = new Address(() => listeners.hashchange?.());
const window = {addEventListener: (type, listener) => { listeners[type] = listener; }};
const given = JSON.parse(fs.readFileSync(0, 'utf8'));
// The page draws first and makes its digests later: never, where nobody waits for them.
const later = given.digests > 0 ? setTimeout : () => {};
const browser = vm.createContext({document, location, window, WebAssembly, crypto: webcrypto, atob, setTimeout: later});

function run(text) {
    return vm.runInContext(text, browser);
}

// With the machine's own buttons: from its start, event by event, a step back and forth again.
function clickThrough({machine, events}) {
    location.hash = `#${machine}:`;
    const seen = [run('whatIsShown()')];
    for (const event of events) {
        document.getElementById(`event-${event}`).click();
        seen.push(run('whatIsShown()'));
    }
    if (events.length > 0) {
        document.getElementById('undo').click();
        seen.push(run('whatIsShown()'));
        document.getElementById('restart').click();
        seen.push(run('whatIsShown()'));
    }
    return seen;
}

// The row of each case as the page has it, behind those that hand over to its table.
function digestOfRows() {
    const digest = createHash('sha256');
    for (const machine of run('machines')) {
        for (let number = 0; number < machine.states; number++) {
            const state = machine.stateOf(number);
            machine.events.forEach((_, event) => digest.update(`${machine.rowsOf(state, event).at(-1).id}\n`));
        }
    }
    return digest.digest('hex');
}

async function main() {
    run(fs.readFileSync(path.join(__dirname, 'shown.js'), 'utf8'));
    run(/<script>(.*?)<\/script>/s.exec(page)[1]);
    const isThere = () => !document.getElementById('trouble').hidden || (!document.getElementById('machine').hidden &&
        document.getElementById('digests').children.length >= given.digests);
    for (const end = Date.now() + 60000; Date.now() < end && !isThere();) {
        await new Promise(resolve => setImmediate(resolve));
    }
    const first = run('whatIsShown()');
    const courses = first.trouble === '' ? given.courses.map(clickThrough) : [];
    fs.writeSync(1, JSON.stringify({first, courses, rows: given.cases ? digestOfRows() : null}));
    process.exit(0);
}

main();
