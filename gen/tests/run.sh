#!/bin/sh
# Runs the generator on wrong and right specifications, and on wrong command lines.
#
#   run.sh GENERATOR WORK [PARTS]
#
# With PARTS one of so many parts of the specifications (proofs/lib/sample.py), and every command line.
# FAIL-*.md must be refused with each line that it declares in an <!-- expect: ... --> comment.
# OK-*.md must be accepted and give C that compiles and WhyML that why3 reads. Each page replaces
# those pages of base/ whose heading it has; the rest of the specification comes from there. A page
# that declares a machine comes before them, and after a whole machine if it names one, as in
# <!-- after: door.md -->.
set -u
LC_ALL=C
export LC_ALL
gen=$1
work=$2
tests=$(dirname "$0")
passed=0
failed=0
cc=${CC:-cc}

pass() { passed=$((passed + 1)); }
fail() {
    failed=$((failed + 1))
    echo "FAILED: $*"
}

# The headings of base/, and what makes a page a machine of its own: read once, a case starts programs enough.
headings() {
    for page in "$tests"/base/*.md; do
        IFS= read -r heading <"$page"
        printf '%s\n' "$heading"
    done
    echo '## Machine'
}

# The pages for $1, in their order: those of base/ that it does not replace, behind it if it is a machine.
pages_for() {
    replaced=$(grep -a -x -F -f "$work/headings" "$1" | tr '\n' '|')
    case "|$replaced" in
    *'|## Machine|'*)
        sed -n "s|.*<!-- after: \(.*\) -->.*|$tests/\1|p" "$1"
        echo "$1"
        last= ;;
    *) last=$1 ;;
    esac
    for page in "$tests"/base/*.md; do
        IFS= read -r heading <"$page"
        case "|$replaced" in
        *"|$heading|"*) ;;
        *) echo "$page" ;;
        esac
    done
    [ -z "$last" ] || echo "$last"
}

# run EXPECTED_STATUS ARGUMENTS...: output in $work/out and $work/err
run() {
    wanted=$1
    shift
    timeout 60 "$gen" "$@" >"$work/out" 2>"$work/err"
    status=$?
    [ "$status" -eq "$wanted" ] && return 0
    echo "exit status $status instead of $wanted:"
    sed 's/^/    /' "$work/err" | head -n 5
    return 1
}

refuses() {
    name=${1##*/}
    # shellcheck disable=SC2046
    run 1 $(pages_for "$1") || { fail "$name"; return; }
    tr -d '\000\r' <"$1" | sed -n 's/.*<!-- expect: \(.*\) -->.*/\1/p' >"$work/expect"
    [ -s "$work/expect" ] || { fail "$name expects nothing"; return; }
    sed "s|$tests/base/||; s|$tests/||" "$work/err" >"$work/seen"
    while IFS= read -r line; do
        grep -a -q -x -F -e "$line" "$work/seen" || {
            fail "$name: no line says: $line"
            sed 's/^/    /' "$work/seen" | head -n 5
            return
        }
    done <"$work/expect"
    pass
}

compiles() {
    for source in "$1"/*.c; do
        "$cc" -std=c99 -ffreestanding -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror \
            -I"$1" -c "$source" -o "${source%.c}.o" || return 1
    done
}

# The WhyML has the types that it should have.
is_whyml() {
    for module in "$1"/*.mlw; do
        why3 --config="$tests/../../proofs/why3.conf" prove --type-only "$module" \
            2>"$work/err" && continue
        sed 's/^/    /' "$work/err" | head -n 5
        return 1
    done
}

accepts() {
    name=${1##*/}
    rm -rf "$work/a" "$work/b"
    mkdir -p "$work/a" "$work/b"
    # shellcheck disable=SC2046
    run 0 --out "$work/a" $(pages_for "$1") || { fail "$name"; return; }
    # shellcheck disable=SC2046
    run 0 --out "$work/b" $(pages_for "$1") || { fail "$name, again"; return; }
    diff -r "$work/a" "$work/b" >/dev/null || { fail "$name: two runs differ"; return; }
    compiles "$work/a" || { fail "$name: its C does not compile"; return; }
    is_whyml "$work/a" || { fail "$name: why3 refuses its WhyML"; return; }
    pass
}

# command NAME STATUS PATTERN ARGUMENTS...: PATTERN must be in what it says
command_line() {
    name=$1 wanted=$2 pattern=$3
    shift 3
    run "$wanted" "$@" || { fail "$name"; return; }
    [ -z "$pattern" ] || cat "$work/out" "$work/err" | grep -q -e "$pattern" || { fail "$name: no $pattern"; return; }
    pass
}

check_commands() {
    base=$(ls "$tests"/base/*.md)
    command_line help 0 '^usage: endwell-gen' --help
    command_line version 0 '^endwell-gen [0-9]' --version
    command_line no-pages 2 'no pages given'
    command_line unknown-option 2 'unrecognized option' --nonsense
    command_line no-such-page 2 'No such file' "$work/none.md"
    command_line two-modes 2 'only one of' --dump --out "$work" "$work/none.md"
    # shellcheck disable=SC2086
    {
        rm -rf "$work/a"
        mkdir -p "$work/a"
        command_line out 0 '' --out "$work/a" $base
        command_line check-same 0 '' --check "$work/a" $base
        rm -rf "$work/only"; mkdir "$work/only"
        command_line only 0 '' --only ew_core.h,relation.sha256 --out "$work/only" $base
        [ "$(cd "$work/only" && echo *)" = 'ew_core.h relation.sha256' ] && pass ||
            fail "only: other files than asked for"
        command_line only-unknown 2 'not a list of files' --only ew_core.h,none --out "$work/a" $base
        command_line no-such-directory 2 'No such file' --out "$work/none" $base
        sed -i '3s/^/ /' "$work/a/ew_core.c"
        command_line check-differs 1 'ew_core.c:3: error: differs' --check "$work/a" $base
        rm "$work/a/relation.txt"
        command_line check-missing 2 'relation.txt: No such file' --check "$work/a" $base
        command_line dump 0 '^0000 go -> 1001 work 0 none none A2$' --dump $base
        [ "$(wc -l <"$work/out")" -eq 120 ] && pass || fail "dump: not 24 x 5 lines"
        # 960 relation, 576 calls, 24 answers, 4 start, 48192 unknown events, 4159470 corrupt states
        command_line stream 0 '' --stream $base
        [ "$(wc -c <"$work/out")" -eq 4209226 ] && pass || fail "stream: not 4209226 bytes"
        # A machine of its own beside the base, each as it is alone.
        rm -rf "$work/two" "$work/one"; mkdir "$work/two" "$work/one"
        command_line two-machines 0 '' --out "$work/two" $base "$tests/door.md"
        command_line one-machine 0 '' --out "$work/one" "$tests/door.md"
        command_line the-other-first 0 '' --check "$work/two" "$tests/door.md"
        [ "$(cd "$work/one" && echo *)" = "$(echo door.c door.dot door.h door.mlw door.pml door.svg \
            door_digest.txt door_relation.sha256 door_relation.txt)" ] && pass ||
            fail "one-machine: other files than a machine has"
        [ "$(ls "$work/two" | wc -l)" -eq 18 ] && pass || fail "two-machines: not 18 files"
        grep -q -i 'ew_' "$work"/one/* && fail "one-machine: a name of the core's" || pass
        command_line only-of-two 0 '' --only door.c --check "$work/two" $base "$tests/door.md"
        command_line only-of-the-other 2 'not a list of files' --only door.c --check "$work/two" $base
        PATH=/nonexistent "$gen" --out "$work/a" $base 2>"$work/err"
        [ $? -eq 2 ] && grep -q 'apt-get install graphviz' "$work/err" && pass ||
            fail "missing dot is not named"
        "$gen" --dump $base >/dev/full 2>"$work/err"
        [ $? -eq 2 ] && pass || fail "a full disk goes unnoticed"
    }
    : >"$work/empty.md"
    command_line empty 1 'empty.md: error: the file is empty' "$work/empty.md"
    head -c 1048577 /dev/zero | tr '\000' 'x' >"$work/large.md"
    command_line oversized 1 'large.md: error: the file has more than 1048576 bytes' \
        "$work/large.md"
}

mkdir -p "$work"
headings >"$work/headings"
some() { python3 "$tests/../../proofs/lib/sample.py" "$parts" "$@" 2>>"$work/sample"; }
parts=${3:-1}
: >"$work/sample"
refused=$(some "$tests"/FAIL-*.md) && accepted=$(some "$tests"/OK-*.md) || { cat "$work/sample"; exit 2; }
for page in $refused; do refuses "$page"; done
for page in $accepted; do accepts "$page"; done
[ "$parts" -eq 1 ] || head -n 1 "$work/sample"
check_commands
echo "gen-cases: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
