// As much of a browser's document as the page of `endwell report` uses, to click through it without one.
'use strict';

class Element {
    constructor(name) {
        Object.assign(this, {name, parts: [], listeners: {}, className: '', hidden: false, disabled: false});
    }

    append(...parts) {
        this.parts.push(...parts);
    }

    replaceChildren(...parts) {
        this.parts = parts;
    }

    get children() {
        return this.parts.filter(part => part instanceof Element);
    }

    get textContent() {
        return this.parts.map(part => part instanceof Element ? part.textContent : String(part)).join('');
    }

    set textContent(text) {
        this.parts = [text];
    }

    addEventListener(type, listener) {
        this.listeners[type] = listener;
    }

    click() {
        if (!this.disabled) {
            this.listeners.click();
        }
    }
}

// The places that a page's text has, each empty but for what is in a script.
class Document {
    constructor(page) {
        this.places = {};
        for (const [, name, id, more] of page.matchAll(/<(\w+) id="([\w-]+)"([^>]*)>/g)) {
            this.places[id] = Object.assign(new Element(name), {id, hidden: more.includes(' hidden')});
        }
        this.places.data.textContent = /<script id="data"[^>]*>(.*?)<\/script>/s.exec(page)[1];
    }

    createElement(name) {
        return new Element(name);
    }

    getElementById(id) {
        const find = element => element.id === id ? element : element.children.map(find).find(found => found);
        return this.places[id] ?? Object.values(this.places).map(find).find(found => found) ?? null;
    }
}

// A change of the part behind `#` is told at once.
class Address {
    constructor(tell) {
        this.tell = tell;
        this.part = '';
    }

    get hash() {
        return this.part;
    }

    set hash(part) {
        this.part = part[0] === '#' ? part : `#${part}`;
        this.tell();
    }
}

module.exports = {Document, Address};
