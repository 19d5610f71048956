// The machines of the report's page: what is compiled, and what the specification says of it.
'use strict';

// `X*3` stands for X three times.
function unfold(words) {
    return words.flatMap(word => {
        const [item, times] = word.split('*');
        return Array(Number(times ?? 1)).fill(item);
    });
}

// gen/out/relation.txt, whose head says how it is read.
function readRelation(text) {
    const relation = {fields: [], results: {}, events: [], rows: {}, patterns: [], maps: []};
    const keep = {
        states: words => { relation.states = Number(words[0]); },
        field: ([name, ...values]) => relation.fields.push({name, values}),
        result: ([name, ...values]) => { relation.results[name] = values; },
        event: ([code, name]) => { relation.events[code] = name; },
        row: ([id, next, ...answer]) => {
            const fields = Array.from(next, digit => digit === '.' ? null : parseInt(digit, 16));
            relation.rows[id] = [...fields, ...answer.map(number => Number(number) & 255)];
        },
        block: words => { relation.block = Number(words[0]); },
        pattern: words => relation.patterns.push(unfold(words.slice(1))),
        map: words => relation.maps.push(unfold(words.slice(1)).map(Number)),
    };
    for (const line of text.replaceAll('\n ', '').split('\n')) {
        const [keyword, ...words] = line.split(' ').filter(word => word !== '');
        keep[keyword]?.(words);
    }
    return relation;
}

// `event read, write; sent no` as lists: what has to have which values.
function readConditions(row) {
    return row.when === '' ? [] : row.when.split('; ').map(condition => condition.replaceAll(',', '').split(' '));
}

class Machine {
    constructor(given, exports) {
        Object.assign(this, readRelation(given.relation));
        this.name = given.name;
        this.prefix = given.prefix;
        this.tableRows = given.rows.map(row =>
            ({...row, calls: row.events.split(', '), conditions: readConditions(row)}));
        this.words = given.words;
        this.wanted = given.sha256.trim();
        this.code = exports;
        this.bytes = new Uint8Array(exports.memory.buffer, exports.room.value, this.fields.length);
        this.parts = ['action', 'value', 'error', 'reason'].map(part => exports[`${this.name}_${part}`]);
    }

    // --- The compiled machine ---------------------------------------------------------------------

    // What a function of it answers in a state, and the state behind that.
    call(name, state, ...more) {
        this.bytes.set(state);
        const answer = this.code[name](this.bytes.byteOffset, ...more);
        return {answer, next: [...this.bytes]};
    }

    start() {
        return this.call(`${this.prefix}_init`, []).next;
    }

    step(state, event) {
        const {answer, next} = this.call(`${this.prefix}_step`, state, event);
        const [action, value, error, reason] = this.parts.map(part => part(answer));
        return {next, answer, action, value, error, reason};
    }

    ask(state, query) {
        return this.call(`${this.prefix}_${query}`, state).answer;
    }

    // --- What the specification says --------------------------------------------------------------

    word(kind, name) {
        return this.words.find(word => word.kind === kind && word.name === name);
    }

    answerWord(answer) {
        return this.words.find(word => word.kind === 'answer' && Number(word.more) === answer);
    }

    isCall(event) {
        return this.word('event', this.events[event]).more === 'call';
    }

    isRefused(answer) {
        return this.answerWord(answer).meaning.startsWith('refused');
    }

    valueOf(state, name) {
        const index = this.fields.findIndex(field => field.name === name);
        return this.fields[index].values[state[index]];
    }

    // The number of a state: the last field counts fastest.
    numberOf(state) {
        return this.fields.reduce((number, field, i) => number * field.values.length + state[i], 0);
    }

    stateOf(number) {
        return this.fields.reduceRight((state, field) => {
            state.unshift(number % field.values.length);
            number = Math.floor(number / field.values.length);
            return state;
        }, []);
    }

    // The row that decides, by gen/out/relation.txt.
    rowOf(number, event) {
        return this.patterns[this.maps[event][Math.floor(number / this.block)]][number % this.block];
    }

    applies(row, state, event) {
        return row.conditions.every(([name, ...values]) =>
            values.includes(name === 'event' ? this.events[event] : this.valueOf(state, name)));
    }

    // That row, behind those that hand over to its table.
    rowsOf(state, event) {
        const decides = this.rowOf(this.numberOf(state), event);
        const guard = this.tableRows.find(row => row.table === 'Guards' && row.id === decides);
        const rows = guard ? [guard] : [];
        const starts = row => this.isCall(event) ? row.calls.includes(this.events[event])
            : row.table === `Outcome ${this.valueOf(state, 'busy')}`;
        for (let has = starts; rows.at(-1)?.id !== decides;) {
            const row = this.tableRows.find(one => has(one) && this.applies(one, state, event));
            if (row === undefined || rows.includes(row)) {
                throw new Error(`no way to row ${decides}`);
            }
            rows.push(row);
            const table = `Table ${row.then.replace('action see ', '')}`;
            has = one => one.table === table;
        }
        return rows;
    }

    queries() {
        const tables = this.tableRows.map(row => row.table).filter(table => table.startsWith('Query '));
        return [...new Set(tables)].map(table => table.slice('Query '.length));
    }

    rowOfQuery(state, query) {
        return this.tableRows.find(row => row.table === `Query ${query}` && this.applies(row, state));
    }

    // --- Both ---------------------------------------------------------------------------------------

    // A case written out as in the relation: next state, action, value, error, reason.
    record(state, event) {
        const got = this.step(state, event);
        return [...got.next, got.action, got.value & 255, got.error, got.reason];
    }

    recordOfRow(state, id) {
        return this.rows[id].map((byte, i) => byte ?? state[i]);
    }

    // Every case: its bytes, and the first where the compiled machine does not do what the row says.
    run() {
        const size = this.fields.length + 4;
        const bytes = new Uint8Array(this.states * this.events.length * size);
        let at = 0, differs = null;
        for (let number = 0; number < this.states; number++) {
            const state = this.stateOf(number);
            for (let event = 0; event < this.events.length; event++, at += size) {
                const got = this.record(state, event);
                bytes.set(got, at);
                const wanted = this.recordOfRow(state, this.rowOf(number, event));
                if (differs === null && got.some((byte, i) => byte !== wanted[i])) {
                    differs = {state, event};
                }
            }
        }
        return {bytes, differs};
    }
}

async function loadMachines(data) {
    const code = Uint8Array.from(atob(data.code), character => character.charCodeAt(0));
    const {instance} = await WebAssembly.instantiate(code);
    return data.machines.map(given => new Machine(given, instance.exports));
}

// Or null: a browser has it for files and for pages that came by https.
async function sha256(bytes) {
    const digests = globalThis.crypto?.subtle;
    if (digests === undefined) {
        return null;
    }
    const digest = new Uint8Array(await digests.digest('SHA-256', bytes));
    return [...digest].map(byte => byte.toString(16).padStart(2, '0')).join('');
}
