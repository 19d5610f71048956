#!/bin/sh
# nssdb.sh FOLDER CERT KEY: a key database of NSS with that certificate in it.
set -eu
mkdir -p "$1"
printf 'endwell\n' >"$1/password"
certutil -N -d "sql:$1" -f "$1/password"
openssl pkcs12 -export -in "$2" -inkey "$3" -name endwell -passout pass:endwell -out "$1/both.p12"
pk12util -i "$1/both.p12" -d "sql:$1" -k "$1/password" -W endwell
