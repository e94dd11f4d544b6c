#!/bin/sh
# Closes January, February and March 2016 into a fresh ledger and checks each month with
# check.py; then runs the awkward events as a case, for their outcomes.
# Usage: run.sh [path of the ordain command] [folder for the ledger and the files]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
ordain=${1:-ordain}
out=${2:-$here/out}
mkdir -p "$out"
rm -f "$out/clinic.db" "$out/clinic.db-wal" "$out/clinic.db-shm"
for close in 2016-01:2016-02-05 2016-02:2016-03-05 2016-03:2016-04-05; do
  month=${close%:*}
  "$ordain" close --rules "$here/../../rules" --month "$month" --known-by "${close#*:}T00:00:00+08:00" \
    --roster "$here/roster.csv" --events "$here/events.jsonl" --ledger "$out/clinic.db" --out "$out/$month"
  python3 "$here/check.py" --month "$month" --out "$out/$month"
done
python3 "$here/check.py" --write-case "$out/clinic.json"
"$ordain" test --rules "$here/../../rules" "$out/clinic.json"
