#!/usr/bin/env bash
# check.sh MRLINT: what mrlint writes as SARIF, judged by the validator of code scanning with the
# rules that refuse locations switched on. Needs Node.js; everything else is pinned beside this file.
set -euo pipefail
mrlint=$(realpath "$1")
cd "$(dirname "$0")"
npm ci --silent --no-audit --no-fund
tool=node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool
chmod +x "$tool"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Prints the errors and warnings; succeeds when there is none.
judge() {
  "$tool" validate "$1" --config github.xml --rule-kind 'Sarif;Ghas' --level 'Error;Warning' \
    --kind Fail --output "$work/judged.sarif" --log ForceOverwrite > "$work/said.txt" 2>&1 || true
  grep -q '^Done. 1 files scanned' "$work/said.txt" || { cat "$work/said.txt"; return 1; }
  ! grep -E '(error|warning) [A-Z]+[0-9]+' "$work/said.txt"
}

cd ../..
"$mrlint" demo --fail-on never -f "sarif=$work/plain.sarif"
"$mrlint" check reports/examples/estate.jsonl --fail-on never \
  --config tests/lab/intent/mrlint.yaml -f "sarif=$work/declared.sarif"
"$mrlint" simulate --fail-on never -f sarif > "$work/losses.sarif"
"$mrlint" simulate reports/examples/estate.jsonl --fail-on never \
  --config tests/lab/intent/mrlint.yaml -f sarif > "$work/declared-losses.sarif"
cd tests/sarif
for name in plain declared losses declared-losses; do
  judge "$work/$name.sarif" || { echo "$name.sarif is not what code scanning takes"; exit 1; }
done

# A check that cannot fail proves nothing: these two must be refused.
python3 - "$work" <<'PY'
import json, sys
work = sys.argv[1]
for name, spoil in [
    ("scheme", lambda place: place["artifactLocation"].update(uri="arn:aws:s3:::x")),
    ("nowhere", lambda place: place.pop("artifactLocation")),
]:
    document = json.load(open(f"{work}/plain.sarif"))
    result = next(run["results"][0] for run in document["runs"] if run["results"])
    spoil(result["locations"][0]["physicalLocation"])
    json.dump(document, open(f"{work}/{name}.sarif", "w"))
PY
for name in scheme nowhere; do
  if judge "$work/$name.sarif" > /dev/null; then
    echo "the validator took $name.sarif"; exit 1
  fi
done
echo 'SARIF: code scanning takes all of it'
