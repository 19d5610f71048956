#!/bin/sh
# explore_test.sh TOOL FOLDER OBJECT...: a walk to depth 3 explains everything; what is broken on purpose (the
# page, the machine, the tool itself) is found. FOLDER is for what it writes; OBJECT...: what the tool is linked from.
set -u
tool=$1 test=$2
shift 2
parts=$*
page=spec/divergences.md
passed=0 failed=0
mkdir -p "$test" || exit 2
[ -r "$page" ] || { echo "explore_test: run it where $page is" >&2; exit 2; }

ok() {
    passed=$((passed + 1))
}

bad() {
    failed=$((failed + 1))
    echo "FAILED: $1"
    tail -30 "$test/out" | sed 's/^/    /'
}

# run STATUS MESSAGE NAME COMMAND...: the command ends with STATUS and says MESSAGE
run() {
    want=$1 message=$2 name=$3
    shift 3
    timeout 300 "$@" >"$test/out" 2>&1
    got=$?
    if [ "$got" -ne "$want" ]; then
        echo "exit status $got instead of $want" >>"$test/out"
        bad "$name"
    elif ! grep -q -e "$message" "$test/out"; then
        echo "does not say: $message" >>"$test/out"
        bad "$name"
    else
        ok
    fi
}

# changed NAME SED MESSAGE OPTION...: with that change of the page the walk fails
changed() {
    name=$1 script=$2 message=$3
    shift 3
    sed "$script" "$page" >"$test/page.md"
    if cmp -s "$page" "$test/page.md"; then
        echo "the sed script changes nothing" >"$test/out"
        bad "$name"
        return
    fi
    run 1 "$message" "$name" "$tool" --page "$test/page.md" "$@"
}

# figures FILE NAME...: those numbers of a piece of evidence, and each divergence's
figures() {
    python3 -c 'import json, sys
report = json.load(open(sys.argv[1]))
print([report[name] for name in sys.argv[2:]],
      [(d["id"], d["differences"], d.get("sequence")) for d in report["divergences"]],
      [(c["claim"], c.get("sequence")) for c in report["claims"]])' "$@"
}

# rebuilt NAME OBJECT SOURCE SED: the tool with one of its parts changed, as $test/NAME
rebuilt() {
    sed "$4" "$3" >"$test/$1.c"
    if cmp -s "$3" "$test/$1.c"; then
        echo "the sed script changes nothing in $3" >"$test/out"
        bad "$1"
        return 1
    fi
    objects=
    for object in $parts; do
        [ "${object##*/}" = "$2.o" ] || objects="$objects $object"
    done
    # shellcheck disable=SC2086 # the list is meant to be split
    gcc -std=c11 -O1 -w -Igen/out -Ispec -Iinterop/explore -Iinterop/lib -o "$test/$1" "$test/$1.c" $objects \
        -lmbedtls -lmbedcrypto -lcjson -lcmark-gfm-extensions -lcmark-gfm -ldl >"$test/out" 2>&1 && return
    bad "$1 cannot be built"
    return 1
}

one='--tls 1.3 --role client --start established'

run 0 '^1 passed, 0 failed$' 'every sequence of three steps' "$tool" --depth 3 --evidence "$test/whole.json"

# What the page says ------------------------------------------------------------------------------
# shellcheck disable=SC2086 # $one is meant to be split
{
changed 'a rule that is missing' '/^| D-03 | .* | value | 1 | -1 |$/d' \
    '^unexplained: value of SSL_shutdown(s): 1, the contract says -1' $one --depth 3
grep -q '^SSL_shutdown(s)$' "$test/out" && grep -q 'begin(TLS1_3_VERSION, CLIENT, ESTABLISHED);' "$test/out" \
    && ok || bad 'the finding has its sequence and a program'
[ "$(grep -c '^    CALL\|^    peer_' "$test/out")" -eq 3 ] && ok || bad 'the sequence is as short as it can be'
changed 'a rule with another result' '/^| D-12 | .* | value | 5 |/s/| 5 |/| 6 |/' \
    '^unexplained: value of SSL_write(s, "hello"): 5, the contract says -1' $one --depth 3
changed 'a rule for another release' '/^| D-09 | - | shutdown/s/| - | shutdown/| 3.2 and later | shutdown/' \
    '^unexplained: error of SSL_shutdown(s): SYSCALL, the contract says NONE' $one --depth 1
changed 'a divergence that nothing shows' 's/^\(| D-52 | K.*\) | 3\.2 .* | no: .* |$/\1 | all | yes |/' \
    'page.md:[0-9]*: D-52 is said to be shown by this release, and no sequence met it' $one --depth 2 --complete
changed 'a claim that is not so' '/^| D-22 | - | set-7/s/nothing sent |$/data sent |/' \
    'page.md:[0-9]*: no sequence shows this claim of D-22; mend it, or add the sequence to interop/explore/long.txt' \
    $one --depth 3 --complete
changed 'a divergence without a claim' '/^| D-33 | - | shutdown -> close_notify sent; set-0/d' \
    'error: D-33 is shown, and no claim says what a program of it has to show' $one --depth 1
changed 'a claim with a step that nobody knows' '/^| D-22 | - | set-7/s/set-7/set-8/' \
    'error: `set-8 -> flags 7` is neither a step with its results nor a result' $one --depth 1
changed 'a claim with a result that nobody knows' '/^| D-22 | - | set-7/s/flags 7/flag 7/' \
    'error: `flag 7; .* is neither a step with its results nor a result\|error: `flag 7` is neither' $one --depth 1
changed 'a rule for no divergence' 's/^| D-09 | - | shutdown/| D-99 | - | shutdown/' \
    'page.md:[0-9]*: error: there is no divergence D-99' $one --depth 1
changed 'a condition that nobody knows' '/^| D-22 | - | shutdown/s/life lives/live lives/' \
    'error: `live lives` is no condition, or one too many; `endwell-explore --facts` lists them' $one --depth 1
changed 'a condition that is never so' '/^| D-22 | - | shutdown/s/life lives/life ends/' \
    'error: life is never `ends`; `endwell-explore --facts` lists what it can be' $one --depth 1
changed 'a step that nobody knows' '/^| D-09 | - | shutdown/s/| shutdown/| shutdwn/' \
    'error: no call is named `shutdwn`; `endwell-explore --steps` lists them' $one --depth 1
changed 'a result that nobody knows' '/^| D-03 | .* | value | 1 | -1 |$/s/| 1 |/| one |/' \
    'error: `one` is no value, or one too many' $one --depth 1
changed 'versions that say nothing' '/^| D-03 | MP/s/| all |/| most |/' \
    'error: D-03: versions begin with `all`' $one --depth 1
}

# The machine, and the tool itself --------------------------------------------------------------------
# shellcheck disable=SC2086
{
rebuilt 'a wrong table cell' ew_core gen/out/ew_core.c \
    '/D2: K-14/,/^    }/s/EW_ANSWER_END_OF_DATA/EW_ANSWER_ZERO/' &&
    run 1 '^unexplained: error of SSL_' 'a wrong table cell' "$test/a wrong table cell" $one --depth 2
rebuilt 'a second close_notify' ew_core gen/out/ew_core.c \
    '/S6: K-06/,/^        }/s/EW_ANSWER_ZERO/EW_ANSWER_SEND_CLOSE_NOTIFY/' &&
    run 1 '^unexplained: ' 'a second close_notify' "$test/a second close_notify" $one --depth 3
rebuilt 'a page that is not put back' heap interop/explore/heap.c \
    '/^void heap_restore/,/^}/s/size_t i = 0; i < l->pages/size_t i = 8; i < l->pages/' &&
    { timeout 300 "$test/a page that is not put back" $one --depth 3 >"$test/out" 2>&1
      got=$?
      # what it leads to depends on the page
      [ "$got" -ne 0 ] && grep -q -e 'ended by signal' -e '[1-9][0-9]* gave something else' -e '^unexplained' "$test/out" \
          && ok || bad 'a page that is not put back'; }
}

# Parts, merging, chance --------------------------------------------------------------------------------
for k in 1 2 3; do
    "$tool" --depth 3 --shard $k/3 --evidence "$test/part$k.json" >"$test/out" 2>&1 || bad "shard $k of 3"
done
run 0 '^3 parts added up: [1-9]' 'shards are added up' "$tool" --sum --evidence "$test/sum.json" "$test/part1.json" "$test/part2.json" "$test/part3.json"
counted='sequences calls differing unexplained states missing rules_unused'
# shellcheck disable=SC2086 # the names are meant to be split
{
figures "$test/whole.json" $counted >"$test/whole"
figures "$test/sum.json" $counted >"$test/out"
[ -s "$test/whole" ] && cmp -s "$test/whole" "$test/out" && ok || bad 'three shards give what the whole gives'
run 2 'shard ./3 is there [02] times' 'a shard is missing' "$tool" --sum --evidence "$test/sum.json" "$test/part1.json" "$test/part2.json" "$test/part2.json"
"$tool" --depth 2 --shard 3/3 --evidence "$test/other.json" >"$test/out" 2>&1 || bad 'a shard of another depth'
run 2 'is of another run' 'a shard of another run' "$tool" --sum --evidence "$test/sum.json" "$test/part1.json" "$test/part2.json" "$test/other.json"
echo '{"shard": "1/1", "state_list": []}' >"$test/empty.json"
run 2 'is not the evidence of a shard' 'half a shard' "$tool" --sum --evidence "$test/sum.json" "$test/empty.json"
run 2 'is not the evidence of a shard' 'no shard' "$tool" --sum --evidence "$test/sum.json" "$test/whole.json"
run 0 '[1-9][0-9]* subtrees merged' 'equal states are merged' "$tool" --depth 3 --merge --evidence "$test/merged.json"
python3 -c 'import json, sys
whole, merged = (json.load(open(name)) for name in sys.argv[1:])
met = lambda report: [(d["id"], d.get("sequence", "").count(",")) for d in report["divergences"]]
sys.exit(whole["states"] != merged["states"] or met(whole) != met(merged)
         or merged["calls"] >= whole["calls"])' "$test/whole.json" "$test/merged.json" \
    && ok || bad 'merging finds the same states and divergences by fewer calls'
run 0 '^random: [1-9]' 'long random sequences' "$tool" $one --depth 1 --random 3 --seed 7
}

# Programs and other builds ----------------------------------------------------------------------------------
run 0 ' passed, 0 failed' 'each divergence has a program that shows the same' \
    python3 interop/explore/programs.py --evidence "$test/whole.json" --tool "$tool" --build "$test/programs"
# without_claim ID SEQUENCE TLS: a program of that sequence is found not to show what ID says
without_claim() {
    python3 - "$test/whole.json" "$test/planted.json" "$@" <<'PY'
import json, sys
report = json.load(open(sys.argv[1]))
report["claims"] = [dict(c, sequence=sys.argv[4], setting=sys.argv[5] + ", client")
                    for c in report["claims"] if c["id"] == sys.argv[3]][:1]
json.dump(report, open(sys.argv[2], "w"))
PY
    run 1 "FAILED: $1, $2: does not show \`" "a program of $1 that does not show it" \
        python3 interop/explore/programs.py --evidence "$test/planted.json" --tool "$tool" --build "$test/programs"
}
without_claim D-06 'key-update, take-nothing, handshake' 'TLS 1.3'
without_claim D-17 'set-2, take-nothing, shutdown' 'TLS 1.3'
without_claim D-28 'shutdown, renegotiate' 'TLS 1.2'
without_claim D-29 'shutdown, key-update' 'TLS 1.3'

libraries=$(dirname "$(ldconfig -p | sed -n 's/.*libssl\.so\.3 .*=> //p' | head -1)")
# Releases
releases() {
    name=$1 script=$2 message=$3
    sed "$script" "$page" >"$test/page.md"
    cmp -s "$page" "$test/page.md" && { echo "the sed script changes nothing" >"$test/out"; bad "$name"; return; }
    run 1 "$message" "$name" python3 interop/explore/versions.py --check --out interop/explore/versions.json \
        --page "$test/page.md"
}
run 0 '^[1-9][0-9]* passed, 0 failed$' 'what the page says of releases' \
    python3 interop/explore/versions.py --check --out interop/explore/versions.json
releases 'a release that does not show it' '/^| D-52 | K/s/4.0 to 4.0.1/4.0 to 4.0.2/' \
    'page.md:[0-9]*: error: D-52 is said to be so in 4.0.2, whose walk did not meet it'
releases 'a release that shows it' '/^| D-04 | MP/s/, 4.0 to 4.0.1//' \
    'page.md:[0-9]*: error: D-04 is said not to be so in 4.0.0, whose walk met it'
releases 'a release that was not walked' '/^| D-06 | MP/s/| up to 3.6 |/| up to 3.6.2 |/' \
    'page.md:[0-9]*: error: D-06 is said of `up to 3.6.2`, and 3.6.2 was not walked'
releases 'a release in the words' 's/^The page is a program\|^Nothing here has/In 4.1 n/' \
    'page.md:[0-9]*: error: speaks of OpenSSL 4.1, which was not walked'
python3 -c 'import json, sys
kept = json.load(open("interop/explore/versions.json"))
kept["versions"] = {name: found for name, found in kept["versions"].items() if not name.startswith("4.0")}
json.dump(kept, open(sys.argv[1], "w"))' "$test/no4.json"
run 1 'error: no 4.0 was walked; run: make explore-versions' 'no 4.0' \
    python3 interop/explore/versions.py --check --out "$test/no4.json"
run 2 'source.txt is missing: the source of the build' 'a build of an unknown source' \
    python3 interop/explore/versions.py --tool "$tool" --out "$test/none.json" "$libraries"
run 2 'no builds to walk' 'no builds' python3 interop/explore/versions.py --tool "$tool" --out "$test/none.json"
run 0 '^1 passed, 0 failed' 'the page of findings is what its sequences give' python3 interop/explore/findings.py --tool "$tool" --check
run 0 '^0 changes in [1-9]' 'a library is like itself' "$tool" --libssl "$libraries" --against "$libraries" --depth 2

# What cannot be done ------------------------------------------------------------------------------------------
run 2 'there is no such file' 'no library' "$tool" --libssl "$test/none" --depth 1
run 2 'there is no such file' 'no library to compare with' "$tool" --against "$test/none" --depth 1
[ "$(wc -l <"$test/out")" -eq 1 ] && ok || bad 'the error and nothing else'
timeout -s INT 300 "$tool" --libssl "$libraries" --against "$libraries" >"$test/out" 2>&1 &
long=$!
until grep -q 'walk [0-9]* of [0-9]* .*: [0-9]* %' "$test/out"; do
    kill -0 $long 2>/dev/null || break
    sleep 1
done
kill -INT $long 2>/dev/null
wait $long
grep -q 'walk [0-9]* of [0-9]* .*: [0-9]* %' "$test/out" && ok || bad 'a long comparison says how far it is'
run 2 'no step `shutdwn`' 'no such step' "$tool" --try shutdwn
run 2 'nothing follows `free`' 'a step after free' "$tool" --try 'free, shutdown'
run 2 'names no call' 'letters without a call' "$tool" --letters peer-data
run 2 'leave out the options of a walk' 'options that do not go together' "$tool" --try shutdown --complete
run 2 'no subject `none`' 'no such subject' "$tool" --subject none
run 2 'no such setting' 'no such setting' "$tool" --tls 1.1
run 2 'K/N with 1 <= K <= N' 'no such shard' "$tool" --shard 4/3
run 2 'cannot be read' 'no page' "$tool" --page "$test/none.md"
run 2 'cannot be written' 'no folder for the evidence' "$tool" --depth 1 --evidence "$test/none/explore.json"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
