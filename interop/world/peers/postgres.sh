#!/bin/sh
# postgres.sh make TEMPLATE KEY: a cluster of databases, to copy; postgres.sh run TEMPLATE FOLDER: a
# server on a copy of it. The server refuses root, and a key that others may read.
set -eu
bin=/usr/lib/postgresql/15/bin
other='unshare --ipc --map-user=65534 --map-group=65534'   # its shared memory goes with it
case $1 in
make)
    $other "$bin/initdb" -D "$2" -U postgres -A trust --locale=C -E UTF8 --no-sync
    cp "$3" "$2/server.key"
    chmod 600 "$2/server.key" ;;
run)
    cp -a "$2" "$3/data"
    exec $other "$bin/postgres" -D "$3/data" -c "config_file=$3/postgres.conf" ;;
esac
