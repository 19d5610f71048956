#!/bin/sh
# divergences_test.sh TOOL FOLDER: wrong pages, and wrong rules in them, are found to be wrong, with a
# message that says what to do. Each case changes a copy of the page by a sed script.
set -u
tool=$1 folder=$2
page=spec/divergences.md
passed=0 failed=0
mkdir -p "$folder" || exit 2
[ -r "$page" ] || { echo "divergences_test: run it where $page is" >&2; exit 2; }

bad() {
    failed=$((failed + 1))
    echo "FAILED: $1"
    sed 's/^/    /' "$folder/out"
}

# run STATUS MESSAGE NAME ARGUMENT...: the tool ends with STATUS and says MESSAGE
run() {
    want=$1 message=$2 name=$3
    shift 3
    timeout 300 "$tool" "$@" >"$folder/out" 2>&1
    got=$?
    if [ "$got" -ne "$want" ]; then
        echo "exit status $got instead of $want" >>"$folder/out"
        bad "$name"
    elif ! grep -q -e "$message" "$folder/out"; then
        echo "does not say: $message" >>"$folder/out"
        bad "$name"
    else
        passed=$((passed + 1))
    fi
}

# changed NAME SED MESSAGE [ARGUMENT...]: with that change the page is found wrong
changed() {
    name=$1 script=$2 message=$3
    shift 3
    sed "$script" "$page" >"$folder/page.md"
    if cmp -s "$page" "$folder/page.md"; then
        echo "the sed script changes nothing" >"$folder/out"
        bad "$name"
        return
    fi
    run 1 "$message" "$name" --page "$folder/page.md" "$@"
}

run 0 '^[1-9][0-9]* passed, 0 failed$' 'the page as it is'

# What the page states
changed 'a wrong result of libssl' '/^## D-03/,/^## D-04/s/-> 1, flags 3 /-> 0, flags 3 /' \
    'divergences\|page.md:[0-9]*: error: D-03, TLS 1.2: SSL_shutdown(s): the page says `0, NONE\?.*libssl, which gave `1.*mend the page'
changed 'a wrong result of the contract' '/^## D-12/,/^## D-13/s/contract: -1, SSL,/contract: -1, SYSCALL,/' \
    'error: D-12, .*SSL_write(s, "hello"): the page says `-1, SYSCALL, nothing sent` of the contract, which gave `-1, SSL'
changed 'wrong records' '/^## D-33/,/^## D-34/s/contract: 0, nothing sent/contract: 0, close_notify sent/' \
    'error: D-33, .*the page says `0, close_notify sent` of the contract'
changed 'a difference that is not stated' '/^## D-24/,/^## D-25/s/contract:.*//' \
    'error: D-24, .*of both, which gave `-1, WANT_READ`; mend the page'
changed 'a difference that is none' '/^## D-14/,/^## D-15/s/-> 0, flags 1/-> 0, flags 1  contract: 0, flags 1/' \
    'error: D-14, .*of the contract'
changed 'agreement claimed to be a divergence' 's/^\(| D-14 .*\)| no: .* |$/\1| yes |/' \
    'error: D-14, .*nothing in this sequence is its difference; mend the sequence, or mark it `no: reason`'
changed 'a divergence claimed to agree' 's/^\(| D-24 .*\)| yes |$/\1| no: it agrees |/' \
    'error: D-24: marked as not shown by 3.0, but it is: SSL_shutdown.*mark it `yes`'
changed 'a divergence that is left to another release' '/^## D-24/,/^SSL/s/^```$/```OpenSSL 3.2/' \
    'error: D-24: marked as shown by 3.0, but all its sequences are about other releases'

# Whether it is complete
changed 'a row that is missing' '/^| D-33 |/d' 'error: D-33 has a section, but no row in the table; add the row'
changed 'a row that is there twice' 's/^| D-34 |/| D-33 |/' 'error: D-33 stands in the table twice'
changed 'a section that is missing' 's/^## D-33: .*/## Another/' \
    'error: D-33 has no sequence of calls; write one in a section `## D-33: ...`'
changed 'neither yes nor no' 's/^\(| D-33 .*\)| yes |$/\1| perhaps |/' \
    'error: D-33: shown by 3.0 is `yes` or `no: reason`, not `perhaps`'
changed 'a table that is missing' 's/^| is | scenario /| was | scenario /' \
    'error: there is no table whose heading begins with | is | scenario | label |'

# Whether it can be carried out
changed 'a step that nobody knows' '/^## D-12/,/^## D-13/s/^SSL_write(s, "hello")/SSL_writ(s, "hello")/' \
    'error: no such step: `SSL_writ(s, "hello")`; `endwell-divergences --steps` lists them'
changed 'a result that nobody knows' '/^## D-12/,/^## D-13/s/-> 5, data sent/-> 5, data lost/' \
    'error: `data lost` is no result that can be compared'
changed 'a failure without its class' '/^## D-08/,/^## D-09/s/-> -1, WANT_READ/-> -1/' \
    'error: a result below 0 needs its error class'
changed 'a call without its result' '/^## D-08/,/^## D-09/s/-> -1, WANT_READ//' \
    'error: this call has a result; say which, after `->`'

# The rules: one of them, and the one difference that it explains
one_rule='/^| is |/,${/^| D-/{/^| D-40 /!d;};}'
list=$folder/differences.json
difference() {
    printf '[{"scenario":"%s","variant":"libssl","label":"handshake 2","field":"ret","got":"%s","want":"-1","clauses":"K-25"}]' \
        "$1" "$2" >"$list"
}
difference handshake-after-close 1
sed "$one_rule" "$page" >"$folder/one.md"
run 0 ': 1 explained, 0 not$' 'a rule that fits' --page "$folder/one.md" --differences "$list"
run 1 'error: this rule explains no difference of any scenario; mend or remove it' 'rules that fit nothing' \
    --differences "$list"
changed 'a wrong rule' "$one_rule;s/^| D-40 | handshake-after-close/| D-40 | handshake-before-close/" \
    '^unexplained: handshake-after-close (libssl), handshake 2: ret is 1, the contract says -1 (K-25)$' --differences "$list"
changed 'a rule of a divergence that is not there' 's/^| D-40 | handshake-after-close/| D-99 | handshake-after-close/' \
    'error: this rule names D-99, which is not in the table of divergences'
changed 'a rule of a divergence that 3.0 does not show' 's/^| D-40 | handshake-after-close/| D-14 | handshake-after-close/' \
    'error: this rule names D-14, which 3.0 does not show'
difference handshake-after-close 0
changed 'another result than the rule says' "$one_rule" \
    'error: 1 differences are explained by no rule; add a rule to the table if a divergence causes them, or else a divergence' \
    --differences "$list"

# What cannot be found out
echo '{}' >"$list"
run 2 'not a JSON list; write it with: endwell-interop --engine libssl --differences' 'no list' --differences "$list"
echo '[{}]' >"$list"
run 2 'a difference without scenario' 'no differences in it' --differences "$list"
run 2 'cannot be read' 'no file' --differences "$folder/none.json"
run 2 'cannot be read' 'no page' --page "$folder/none.md"
run 2 'there is no D-99; --list prints them' 'no such divergence' --only D-99
run 2 'cannot be written' 'no folder for the evidence' --evidence "$folder/none/divergences.json"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
