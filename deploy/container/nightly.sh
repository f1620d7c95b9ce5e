#!/usr/bin/env bash
# A nightly run with its state in S3: fetches configuration, history and the report of the run before,
# runs mrlint with the arguments given, and puts everything back, whatever was found.
#   MRLINT_STORE  s3://bucket/prefix, without a slash at the end
# Below it: config/mrlint.yaml (yours), state/ (history), last/report.json, runs/TIME/ (reports).
# Ends with mrlint's exit code; 5 where the reports could not be kept. Only one at a time: state has
# one writer.
set -uo pipefail

store=${MRLINT_STORE:?set MRLINT_STORE to s3://bucket/prefix}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/config" "$work/state" "$work/last" "$work/run"
s3() { aws s3 "$@" --only-show-errors; }

for folder in config state last; do
  s3 sync "$store/$folder" "$work/$folder" || { echo "nightly: cannot read $store/$folder" >&2; exit 4; }
done
touch "$work/last/report.json"
args=("$@" --state-dir "$work/state" --previous "$work/last/report.json" -f table)
[ ! -e "$work/config/mrlint.yaml" ] || args+=(--config "$work/config/mrlint.yaml")
for format in json sarif html markdown prometheus; do
  args+=(-f "$format=$work/run/report.$format")
done

mrlint "${args[@]}"
code=$?

kept=true
if [ -s "$work/run/report.json" ]; then
  cp "$work/run/report.json" "$work/last/report.json"
  time=$(date -u +%Y-%m-%dT%H%M%SZ)
  s3 sync "$work/run" "$store/runs/$time" || kept=false
  s3 sync "$work/last" "$store/last" || kept=false
fi
# Also after a sudden end: a run that is given --resume goes on with what was read so far.
s3 sync "$work/state" "$store/state" --delete || kept=false
$kept || { echo "nightly: cannot write to $store" >&2; exit 5; }
exit "$code"
