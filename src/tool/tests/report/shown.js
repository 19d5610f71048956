// What the page of `endwell report` shows, as data: in a browser, and in the document of these tests.
function whatIsShown() {
    const place = id => document.getElementById(id);
    const rows = id => Array.from(place(id).children, row => Array.from(row.children));
    const texts = id => rows(id).map(row => row.map(cell => cell.textContent));
    const names = cell => Array.from(cell.children, button => button.textContent);
    const terms = cell => Array.from(cell.children[0].children, part => part.textContent);
    return {
        trouble: place('trouble').hidden ? '' : place('trouble').textContent,
        is_there: !place('machine').hidden,
        course: Array.from(place('course').children, step => step.textContent),
        answer: place('answer').textContent,
        state: texts('state'),
        changed: rows('state').filter(row => row[2].className.includes('changed')).map(row => row[0].textContent),
        rows: rows('rows').map(row => [...row.slice(0, 3).map(cell => cell.textContent), terms(row[3])]),
        queries: texts('queries'),
        next: rows('next').map(row => [...names(row[0]), row[1].textContent]),
        refused: rows('refused').map(row => [names(row[0]), row[1].textContent, row[2].textContent, terms(row[3])]),
        digests: texts('digests'),
        undo: !place('undo').disabled,
        address: location.hash,
    };
}
