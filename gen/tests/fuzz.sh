#!/bin/sh
# Fuzzes the generator and writes the evidence.
#
#   fuzz.sh TARGET SECONDS WORK EVIDENCE
#
# The seeds are the specification, the base of the tests, and each test page with its base.
set -u
LC_ALL=C
export LC_ALL
target=$1 seconds=$2 work=$3 evidence=$4
tests=$(dirname "$0")
spec=$tests/../../spec
rm -rf "$work/seeds" "$work/crashes"
mkdir -p "$work/seeds" "$work/corpus" "$work/crashes" "$(dirname "$evidence")"

pages="$spec/machine.md $spec/calls.md $spec/outcomes.md $spec/clauses.md $spec/codes.md"
# shellcheck disable=SC2086
cat $pages >"$work/seeds/spec.md"
cat "$tests"/base/*.md >"$work/seeds/base.md"
for page in "$tests"/FAIL-*.md "$tests"/OK-*.md; do
    for base in "$tests"/base/*.md; do
        grep -a -q -x -F "$(head -n 1 "$base")" "$page" || cat "$base"
    done | cat - "$page" >"$work/seeds/$(basename "$page")"
done

echo "fuzzing the generator for $seconds seconds"
UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 "$target" -max_total_time="$seconds" -timeout=20 \
    -max_len=24576 -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$work/crashes/" \
    -dict="$tests/fuzz.dict" "$work/corpus" "$work/seeds" >"$work/fuzz.log" 2>&1 &
fuzzer=$!
trap 'kill $fuzzer 2>/dev/null' EXIT INT TERM
waited=0
while kill -0 $fuzzer 2>/dev/null; do
    sleep 1
    waited=$((waited + 1))
    [ $((waited % 30)) -eq 0 ] && grep -a '^#' "$work/fuzz.log" | tail -n 1
done
wait $fuzzer
status=$?
trap - EXIT INT TERM

runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/fuzz.log")
crashes=$(find "$work/crashes" -type f | wc -l)
if [ -z "$runs" ] || { [ "$status" -ne 0 ] && [ "$crashes" -eq 0 ]; }; then
    echo "the fuzzer did not run to its end; see $work/fuzz.log" >&2
    tail -n 5 "$work/fuzz.log" >&2
    exit 2
fi
# shellcheck disable=SC2086
digest=$(cat $pages | sha256sum | cut -d ' ' -f 1)
version=$(clang-14 --version | head -n 1)
cat >"$evidence.tmp" <<EOF
{
  "spec_sha256": "$digest",
  "tools": { "clang": "$version" },
  "target": "gen/fuzz.c",
  "sanitizers": ["address", "undefined"],
  "executions": $runs,
  "seconds": $waited,
  "crashes": $crashes
}
EOF
mv "$evidence.tmp" "$evidence"
echo "executions $runs, seconds $waited, crashes $crashes"
[ "$crashes" -eq 0 ]
