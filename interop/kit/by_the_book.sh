#!/bin/sh
# by_the_book.sh FOLDER: a throw-away port, a renamed copy of mbedTLS's, joins as docs/porting.md says.
# Outside the tree it builds against an installed Endwell and the installed kit tries it; in a copy of
# the tree every target is there, every program builds, and those without an adapter of it say so.
# FOLDER is made anew.
set -u
folder=$1
make=${MAKE:-make} cc=${CC:-cc}
passed=0 failed=0

rm -rf "$folder"
mkdir -p "$folder/tree" "$folder/outside/tests" || exit 2
folder=$(cd "$folder" && pwd)
log=$folder/log stage=$folder/stage outside=$folder/outside

# run STATUS NAME COMMAND...: it ends with STATUS; what it says is in $log
run() {
    want=$1 name=$2
    shift 2
    timeout 500 "$@" >"$log" 2>&1
    got=$?
    if [ "$got" -eq "$want" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $name: exit status $got instead of $want"
        tail -12 "$log" | sed 's/^/    /'
    fi
}

# says NAME WORDS; silent NAME WORDS: the log has such a line, or has none
says() {
    if grep -q -e "$2" "$log"; then passed=$((passed + 1)); else
        failed=$((failed + 1))
        echo "FAILED: $1: nothing says: $2"
    fi
}
silent() {
    if grep -e "$2" "$log"; then
        failed=$((failed + 1))
        echo "FAILED: $1"
    else passed=$((passed + 1)); fi
}

# renamed FILE NEW: the port's own names changed; those of mbedTLS stay
renamed() {
    sed 's/ew_mbedtls/ew_newtls/g; s/EW_PORT_MBEDTLS/EW_PORT_NEWTLS/; s/EW_MBEDTLS_\([A-Z]*\)_H/EW_NEWTLS_\1_H/
        s/\(port\|tls\|own\)_mbedtls/\1_newtls/g; s/mbedtls_\(setup\|call\|action\)\.h/newtls_\1.h/; s/"mbedtls"/"newtls"/' "$1" >"$2"
}

tar cf - --exclude=./.git --exclude=./build --exclude=__pycache__ . | tar xf - -C "$folder/tree" || exit 2
# What is built is taken along, so that only what the port is in is made again.
mkdir "$folder/tree/build"
(cd "$folder/.." && for part in */; do
    case $part in
    by_the_book/ | evidence/ | proofs/ | forms/ | two_ends/ | fuzz/) ;;
    *) printf '%s\n' "$part" ;;
    esac
done | tar cf - --warning=no-file-changed --ignore-failed-read -T -) | tar xf - -C "$folder/tree/build" || exit 2
cd "$folder/tree" || exit 2
# Nothing here is measured: no time is spent on optimizing.
set -- "$make" --no-print-directory BUILD=build PREFIX="$stage" DESTDIR= CC="$cc" CFLAGS=-O0 \
    interop-asan_FLAGS='-O0 -fsanitize=address,undefined' \
    plain_FLAGS=-O0 -j2

# Outside the tree -----------------------------------------------------------------------------------

for part in port_mbedtls.h port_mbedtls.c mbedtls_call.h mbedtls_action.h mbedtls_setup.h; do
    renamed "src/$part" "$outside/$(echo "$part" | sed s/mbedtls/newtls/)"
done
for part in '' own_; do
    renamed "interop/engines/${part}mbedtls.c" "$outside/${part}newtls.c"
done
cp src/tests/mbedtls_versions.h "$outside/tests"
cat >"$outside/table.c" <<'C'
#include <kit.h>
#include <stddef.h>

extern const tls_engine tls_newtls;

const tls_engine *const kit_engines[] = {&tls_newtls, NULL};
C

run 0 'make install' "$@" install certs
export PKG_CONFIG_PATH="$stage/lib/pkgconfig"
flags="-std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Werror $(pkg-config --cflags endwell-kit) -I$outside"

# kit_of PROGRAM PORT: the installed kit with that port in it
kit_of() {
    # shellcheck disable=SC2046,SC2086 # the flags are meant to be split
    run 0 "$1, outside the tree" "$cc" $flags -o "$outside/$1" "$2" "$outside/newtls.c" "$outside/own_newtls.c" \
        "$outside/table.c" $(pkg-config --libs endwell-kit) -lmbedtls -lmbedx509 -lmbedcrypto
}
kit_of kit "$outside/port_newtls.c"
run 0 'the installed kit' "$outside/kit" --certificates build/certs --sample 20
says 'the installed kit' '^[1-9][0-9]* passed, 0 failed$'
mkdir "$outside/unsealed"
cp "$outside/port_newtls.c" "$outside/unsealed"
sed 's/^ *ew_transport_seal(.*;$/;/' "$outside/newtls_action.h" >"$outside/unsealed/newtls_action.h"
kit_of kit-unsealed "$outside/unsealed/port_newtls.c"
run 1 'a port that does not seal' "$outside/kit-unsealed" --certificates build/certs --sample 20
says 'a port that does not seal' '^done-means-out: send_close_notify: tls_error'
renamed examples/client.c "$outside/client.c"
# shellcheck disable=SC2046,SC2086 # the flags are meant to be split
run 0 'an application on that port' "$cc" $flags -o "$outside/client" "$outside/client.c" "$outside/port_newtls.c" \
    $(pkg-config --libs endwell) -lmbedtls -lmbedx509 -lmbedcrypto

# In the tree ----------------------------------------------------------------------------------------

cp "$outside"/port_newtls.[ch] "$outside"/newtls_*.h src
cp "$outside/newtls.c" "$outside/own_newtls.c" interop/engines
renamed src/man/ew_mbedtls_init.3 src/man/ew_newtls_init.3
sed -i 's/^ENGINES := .*/& NEWTLS/
    /^MBEDTLS_PORT/i\
NEWTLS_PORT     := newtls\
NEWTLS_NEEDS    := mbedTLS 2.28\
NEWTLS_HEADER   := mbedtls/version.h\
NEWTLS_VERSION  := MBEDTLS_VERSION_MAJOR >= 2\
NEWTLS_PACKAGE  := libmbedtls-dev\
NEWTLS_LINK     := -lmbedtls -lmbedx509 -lmbedcrypto\
' src/src.mk
for place in P-06:write_record P-10:attach P-19:detach P-21:clear; do
    sed -i "/^${place%:*} port/a\\    review src/port_newtls.c ${place#*:}: as the port that this is a copy of keeps it" proofs/certify/conditions.txt
done

# Without those that hand make to a script, which -n does not keep from running.
{
    printf '%s\n' check tests tests-whole main
    awk '/^[a-z][a-z0-9-]*:/ { name = $1; sub(/:.*/, "", name) } /^\t.*MAKE=/ { print name }' \
        Makefile ./*/*.mk ./*/*/*.mk
} >"$folder/handed"
targets=$(sed -n 's/^\([a-z][a-z0-9-]*\):.*## .*/\1/p' Makefile ./*/*.mk ./*/*/*.mk | sort -u |
    grep -v -x -F -f "$folder/handed")
# shellcheck disable=SC2086 # the list is meant to be split
"$@" -n -k $targets >"$log" 2>&1
[ -n "$targets" ] && passed=$((passed + 1)) || { failed=$((failed + 1)); echo 'FAILED: no targets were found'; }
silent 'every target is there' 'No rule to make target\|missing separator\|^make.*: \*\*\* No targets'
run 0 'every program builds' "$@" programs
for program in test-src lossless bench fuzz; do
    says "$program names what it leaves out" "^$program: without newtls, it has no "
done
silent 'those that need no more have it' '^interop: without'
run 0 'the kit' build/kit/endwell-kit --only newtls --sample 20
says 'the kit' '^[1-9][0-9]* passed, 0 failed$'
run 0 'its conditions' "$@" conditions
rm interop/engines/newtls.c
run 0 'a port without its file' "$@" without-SIDE_PORTS
says 'a port without its file' '^interop: without newtls, it has no interop/engines/newtls.c$'
rm interop/engines/plain_gnutls.c
run 2 'a port of this tree that lost a file' "$@" without-PLAIN_PORTS
says 'a port of this tree that lost a file' '^lossless: gnutls is a port of this tree: its file is lost$'

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
