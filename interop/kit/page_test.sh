#!/bin/sh
# page_test.sh KIT: the page on porting says what is there: every obligation that a
# trap can break, every fault; README how many obligations there are; and
# docs/capabilities.md what the engines cannot do. page_test.sh --write KIT: writes that.
set -eu
page=docs/porting.md
failed=0

# The rows of the limits: of a page with those of an engine that was not built, all others.
limits=docs/capabilities.md
table() {
    sed -n '/^<!-- limits -->$/,/^<!-- \/limits -->$/p' "$limits" | sed -n '4,$p' | sed '$d'
}
if [ "$1" = --write ]; then
    rows=$("$2" --limits)
    {
        sed '/^<!-- limits -->$/q' "$limits"
        printf '| engine | limit | what it excuses |\n|---|---|---|\n%s\n' "$rows"
        sed -n '/^<!-- \/limits -->$/,$p' "$limits"
    } > "$limits.new"
    mv "$limits.new" "$limits"
    exit 0
fi
complain() {
    echo "$page: $1"
    failed=1
}
list=$("$1" --list)
count=$(printf '%s\n' "$list" | sed '/^$/,$d' | wc -l)
grep -q "(\`make kit\`): $count obligations" README.md || {
    echo "README.md: it has $count obligations to tell of"
    failed=1
}
for fault in $(printf '%s\n' "$list" | sed -n 's/^faults: none //p'); do
    grep -q "\`$fault\`" "$page" || complain "the fault $fault is not explained"
done
for name in $(grep -o '^| [a-z].*| `[a-z-]*`[^|]*|' "$page" | grep -o '`[a-z-]*`' | tr -d '\`' | sort -u); do
    printf '%s\n' "$list" | grep -q "^$name \|faults:.* $name\| $name\$" || complain "$name is no obligation"
done
rows=$("$1" --limits)
[ -n "$rows" ] || complain "the kit knows no limits"
missing=$(table | while IFS='|' read -r _ engine rest; do
    case "$rows" in *"|$engine|"*) printf '%s\n' "|$engine|$rest" ;; esac
done)
if [ "$missing" != "$rows" ]; then
    echo "$limits: the limits are not those of interop/engines/: make kit-limits"
    failed=1
fi
exit $failed
