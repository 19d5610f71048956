
// --- What is shown --------------------------------------------------------------------------------
// The course of events is in the address behind `#`, so that it can be passed on, and the browser's
// "back" takes a step back: #core:adopt.shutdown.done

const TITLES = {core: 'the close of a connection (ew_core)', orderly: 'the orderly close around it (ew_orderly)'};
const EXAMPLES = {
    core: {
        'we close first': 'adopt.shutdown.done.shutdown.close_notify',
        'the peer closes first': 'adopt.read.close_notify.shutdown.done',
        'the transport is full for a while': 'adopt.shutdown.want_write.shutdown.done',
        'data comes before the close_notify': 'adopt.shutdown.done.shutdown.data.read.data',
        'a write after the close': 'adopt.shutdown.done.write',
        'the connection is cut': 'adopt.read.eof.shutdown',
        'a shutdown after a fatal error': 'adopt.read.tls_error.shutdown',
        'a close_notify is claimed': 'adopt.set_shutdown_1.shutdown.close_notify',
    },
    orderly: {
        'a close that waits': 'close_waiting.owed.half.done.some.end.done',
        'a close that comes back': 'close.owed.want_write.close.done.owed.full.done.end.done',
        'the time is up': 'close_waiting.owed.late.done.bound.done',
        'another close after the end': 'close_waiting.settled.done.end.done.close',
    },
};

let machines = [], labels = [], clauses = {};
let shown = {machine: null, events: []};

const place = id => document.getElementById(id);

function element(name, content, properties = {}) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...(Array.isArray(content) ? content : [content]));
    return made;
}

const cell = (content, className = '') => element('td', content, {className});
const fill = (id, children) => place(id).replaceChildren(...children);

// --- The course -----------------------------------------------------------------------------------

function readCourse(address) {
    const [, name, events] = /^#(\w+):([\w.]*)$/.exec(address) ?? [];
    const machine = machines.find(one => one.name === name);
    if (machine === undefined) {
        return null;
    }
    const codes = events.split('.').filter(event => event !== '').map(event => machine.events.indexOf(event));
    return codes.includes(-1) ? null : {machine, events: codes};
}

const addressOf = (machine, events) => `#${machine.name}:${events.map(event => machine.events[event]).join('.')}`;

function go(events) {
    location.hash = addressOf(shown.machine, events);
}

function stepsOf({machine, events}) {
    let state = machine.start(), call = null;
    return events.map(event => {
        const step = {event, before: state, rows: machine.rowsOf(state, event), ...machine.step(state, event)};
        const isRefused = machine.isRefused(step.answer);
        call = machine.isCall(event) && !isRefused ? event : call;
        step.call = isRefused ? event : call;
        state = step.next;
        return step;
    });
}

// --- Words ----------------------------------------------------------------------------------------

const isOver = (machine, step) => machine.results.action[step.action] === 'return';

function answerText(machine, step) {
    const {meaning} = machine.answerWord(step.answer);
    if (!isOver(machine, step)) {
        return `asks for ${machine.results.action[step.action]}: ${meaning}`;
    }
    const error = machine.results.error[step.error];
    return `-> ${step.value}${error === 'none' ? '' : `, ${error.toUpperCase()}`}: ${meaning}`;
}

// Of an outcome, which call it is that returns.
function stepText(machine, step) {
    const [event, call] = [step.event, step.call].map(code => machine.events[code]);
    const whose = isOver(machine, step) && event !== call ? `, ${call}` : '';
    return `${event}${whose} ${answerText(machine, step)}`;
}

function clauseList(row) {
    const list = row.clauses.split(', ').flatMap(id => {
        const shows = labels.filter(label => label.clause === id).map(label => `${label.kind} ${label.name}`);
        return [element('dt', id), element('dd', clauses[id] + (shows.length > 0 ? ` (${shows.join(', ')})` : ''))];
    });
    return element('dl', list, {className: 'clauses'});
}

const rowName = row => `${row.id}, ${row.table}, ${row.page}`;

function button(machine, event) {
    const made = element('button', machine.events[event], {type: 'button', id: `event-${machine.events[event]}`});
    made.addEventListener('click', () => go([...shown.events, event]));
    return made;
}

// --- The parts ------------------------------------------------------------------------------------

function showNames(machine) {
    const link = one => element('a', TITLES[one.name], {href: `#${one.name}:`});
    const links = machines.flatMap(one => [one === machine ? element('strong', TITLES[one.name]) : link(one), ' | ']);
    fill('machine-names', links.slice(0, -1));
    const examples = Object.entries(EXAMPLES[machine.name]).flatMap(([title, course]) => [
        element('a', title, {href: `#${machine.name}:${course}`}), ' | ']);
    fill('examples', ['Courses to begin with: ', ...examples.slice(0, -1)]);
}

function showCourse(machine, steps) {
    fill('course', steps.map(step => element('li', stepText(machine, step))));
    place('undo').disabled = place('restart').disabled = steps.length === 0;
}

function showAnswer(machine, last) {
    if (last === undefined) {
        place('answer').textContent = 'none yet: the machine is as it starts';
    } else {
        const goesOn = isOver(machine, last) ? '' : '. The call goes on with what comes of that.';
        place('answer').textContent = stepText(machine, last) + goesOn;
    }
    fill('rows', (last?.rows ?? []).map(row => element('tr', [
        element('th', rowName(row), {scope: 'row'}), cell(row.when || 'in any case'), cell(row.then),
        cell([clauseList(row)])])));
}

function showState(machine, state, last) {
    fill('state', machine.fields.map((field, i) => {
        const before = last === undefined ? state[i] : last.before[i];
        return element('tr', [
            element('th', field.name, {scope: 'row'}), cell(field.values[before], 'value'),
            cell(field.values[state[i]], before === state[i] ? 'value' : 'value changed'),
            cell(machine.word('field', field.name).meaning)]);
    }));
    fill('queries', machine.queries().map(query => element('tr', [
        element('th', query, {scope: 'row'}), cell(String(machine.ask(state, query)), 'value'),
        cell(rowName(machine.rowOfQuery(state, query)))])));
}

// What one row refuses it refuses alike.
function byRow(machine, state, steps) {
    const rows = new Map();
    for (const step of steps) {
        const row = machine.rowsOf(state, step.event).at(-1);
        rows.set(row, [...rows.get(row) ?? [], step]);
    }
    return rows;
}

function showNext(machine, state) {
    const events = machine.events.map((name, event) => ({event, ...machine.step(state, event)}));
    const refused = events.filter(({answer}) => machine.isRefused(answer));
    const taken = events.filter(({answer}) => !machine.isRefused(answer));
    fill('next', taken.map(({event}) => element('tr', [
        cell([button(machine, event)]), cell(machine.word('event', machine.events[event]).meaning)])));
    fill('refused', [...byRow(machine, state, refused)].map(([row, steps]) => element('tr', [
        cell(steps.flatMap(({event}) => [button(machine, event), ' '])), cell(answerText(machine, steps[0])),
        cell(rowName(row)), cell([clauseList(row)])])));
}

function showCourseOf(address) {
    const course = readCourse(address);
    place('trouble').hidden = course !== null || !address.includes(':');
    if (course === null) {
        place('trouble').textContent = 'The address has no course of a machine in this page.';
        return;
    }
    shown = course;
    const {machine} = course;
    const steps = stepsOf(course);
    const last = steps.at(-1);
    const state = last?.next ?? machine.start();
    showNames(machine);
    showCourse(machine, steps);
    showAnswer(machine, last);
    showState(machine, state, last);
    showNext(machine, state);
    place('machine').hidden = false;
}

// What cannot be shown leaves no state of another course on the page.
function show() {
    try {
        showCourseOf(location.hash);
    } catch (error) {
        place('machine').hidden = true;
        place('trouble').hidden = false;
        place('trouble').textContent = `This course cannot be shown: ${error.message}`;
    }
}

function caseText(machine, {state, event}) {
    const values = machine.fields.map((field, i) => `${field.name} ${field.values[state[i]]}`).join(', ');
    const row = machine.rowOf(machine.numberOf(state), event);
    return `DIFFERS, first at ${machine.events[event]} in ${values}: row ${row}`;
}

function verdictText(machine, digest, differs) {
    if (differs !== null) {
        return caseText(machine, differs);
    }
    if (digest === null) {
        return 'not known: no SHA-256 here; open the page as a file, or by https';
    }
    return digest === machine.wanted ? `equal, ${machine.states * machine.events.length} cases`
        : 'DIFFERS, in the digest that it is compared with';
}

async function showDigest(machine) {
    await new Promise(resolve => setTimeout(resolve)); // what is there already is drawn first
    const {bytes, differs} = machine.run();
    const digest = await sha256(bytes);
    const verdict = verdictText(machine, digest, differs);
    place('digests').append(element('tr', [
        element('th', TITLES[machine.name], {scope: 'row'}), cell(machine.wanted, 'value'),
        cell(digest ?? '-', 'value'), cell(verdict, verdict.startsWith('equal') ? 'verdict' : 'verdict wrong')]));
}

async function start() {
    try {
        const data = JSON.parse(place('data').textContent);
        ({labels, clauses} = data);
        machines = await loadMachines(data);
        shown = {machine: machines[0], events: []};
        place('undo').addEventListener('click', () => go(shown.events.slice(0, -1)));
        place('restart').addEventListener('click', () => go([]));
        window.addEventListener('hashchange', show);
        if (location.hash.includes(':')) {
            show();
        } else {
            location.hash = `#${machines[0].name}:`;
        }
        for (const machine of machines) {
            await showDigest(machine);
        }
    } catch (error) {
        place('trouble').hidden = false;
        place('trouble').textContent = `The machines cannot be shown: ${error.message}`;
    }
}

start();
