#!/bin/sh
# page_test.sh KIT: the page on porting says what is there: every obligation that a
# trap can break, every fault; and README how many obligations there are.
set -eu
page=docs/porting.md
failed=0
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
exit $failed
