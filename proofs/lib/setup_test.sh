#!/bin/sh
# setup_test.sh: ./setup waits while another apt holds a lock, says so, and goes on; for a bounded time.
# Nothing is installed: apt-get is the real one, but in folders of our own and without packages, and
# dpkg-query says what it is told to.
set -u
work=$(mktemp -d)
apt=$(command -v apt-get) || { echo 'setup_test: needs apt-get' >&2; exit 2; }
holder=
trap '[ -z "$holder" ] || kill "$holder" 2>/dev/null; rm -rf "$work"' EXIT
passed=0 failed=0
mkdir -p "$work/bin" "$work/lists/partial" "$work/archives/partial" "$work/dpkg/updates" "$work/log"
: >"$work/sources"
: >"$work/dpkg/status"

cat >"$work/apt.conf" <<END
Dir::State::lists "$work/lists";
Dir::State::status "$work/dpkg/status";
Dir::State::extended_states "$work/extended";
Dir::Etc::sourcelist "$work/sources";
Dir::Etc::sourceparts "/dev/null";
Dir::Cache "$work";
Dir::Cache::archives "$work/archives";
Dir::Log "$work/log";
APT::Sandbox::User "";
END
cat >"$work/bin/apt-get" <<END
#!/bin/sh
export APT_CONFIG=$work/apt.conf
[ ! -e $work/refuses ] || { echo 'E: the disk is full of sand' >&2; exit 100; }
[ "\$1" = update ] && exec $apt update -q
$apt clean && $apt install -y -q && : >$work/installed
END
cat >"$work/bin/dpkg-query" <<END
#!/bin/sh
[ ! -e $work/installed ] || echo 'ii '
END
printf '#!/bin/sh\nexec "$@"\n' >"$work/bin/sudo"
chmod +x "$work"/bin/*

# run NAME STATUS MESSAGE LEAST: setup ends with it, says that, and took so many seconds at least
run() {
    rm -f "$work/installed"
    begin=$(date +%s)
    PATH="$work/bin:$PATH" timeout 60 ./setup prove >"$work/out" 2>&1
    status=$?
    spent=$(($(date +%s) - begin))
    if [ "$status" -eq "$2" ] && grep -q -e "$3" "$work/out" && [ "$spent" -ge "$4" ]; then
        passed=$((passed + 1))
        return
    fi
    failed=$((failed + 1))
    echo "$1: status $status after $spent s, instead of $2 after $4 with '$3':"
    sed 's/^/    /' "$work/out"
}

# hold FILE SECONDS: as apt and dpkg do
hold() {
    python3 -c '
import fcntl, sys, time
with open(sys.argv[1], "a") as lock:
    fcntl.lockf(lock, fcntl.LOCK_EX)
    print(flush=True)
    time.sleep(float(sys.argv[2]))' "$work/$1" "$2" >"$work/held" &
    holder=$!
    until [ -s "$work/held" ]; do sleep 0.1; done
}

released() {
    kill "$holder" 2>/dev/null
    wait "$holder" 2>/dev/null
    holder=
    : >"$work/held"
}

run 'nobody else' 0 '^setup: done' 0
for lock in lists/lock archives/lock dpkg/lock-frontend; do
    hold "$lock" 3
    run "$lock is held" 0 "^setup: waiting for another apt: Could not get lock $work/$lock" 2
    grep -q '^setup: done' "$work/out" || { failed=$((failed + 1)); echo "$lock: it did not go on"; }
    released
done
hold lists/lock 30
export SETUP_WAIT=3
run 'it is held for too long' 2 '^setup: still not free after 3 s: Could not get lock' 3
released
: >"$work/refuses"
run 'another failure is not waited for' 2 'the disk is full of sand' 0
[ "$spent" -lt 3 ] || { failed=$((failed + 1)); echo "it waited $spent s for nothing"; }
! grep -q waiting "$work/out" || { failed=$((failed + 1)); echo 'it waited for what is no lock'; }

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
