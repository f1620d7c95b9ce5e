#!/usr/bin/env bash
# One run of the action: every report into a folder, the exit code kept for the gate.
# A run that ends before it has judged (codes 2, 4, 130) leaves no SARIF to upload: an upload with
# fewer findings would close alerts.
set -uo pipefail

fail() { echo "::error title=mrlint::$1"; exit 2; }

out=${RUNNER_TEMP:?}/mrlint
mkdir -p "$out"
touch "$out/previous.json"
args=("$INPUT_COMMAND")
case $INPUT_COMMAND in
  scan)
    args+=(--save "$out/inventory.jsonl.zst")
    [ -z "$INPUT_REGIONS" ] || args+=(--regions "$INPUT_REGIONS")
    ;;
  check)
    [ -n "$INPUT_INVENTORY" ] || fail "'check' needs 'inventory'"
    args+=("$INPUT_INVENTORY")
    ;;
  demo) ;;
  *) fail "command '$INPUT_COMMAND' is neither scan, check nor demo" ;;
esac
[ -z "$INPUT_CONFIG" ] || args+=(--config "$INPUT_CONFIG")
[ -z "$INPUT_FAIL_ON" ] || args+=(--fail-on "$INPUT_FAIL_ON")
[ -z "$INPUT_MIN_COVERAGE" ] || args+=(--min-coverage "$INPUT_MIN_COVERAGE")
args+=(--previous "$out/previous.json")
for format in sarif json markdown html; do
  args+=(-f "$format=$out/report.$format")
done
# One argument a line, so that values may hold blanks.
while IFS= read -r line; do
  [ -z "$line" ] || args+=("$line")
done <<< "$INPUT_ARGS"

mrlint "${args[@]}" -f table
code=$?

{
  echo "exit-code=$code"
  echo "directory=$out"
} >> "$GITHUB_OUTPUT"
if [ -s "$out/report.sarif" ]; then
  echo "sarif=$out/report.sarif" >> "$GITHUB_OUTPUT"
fi
if [ -s "$out/report.json" ]; then
  cp "$out/report.json" "$out/previous.json"
fi
if [ -s "$out/report.markdown" ]; then
  cat "$out/report.markdown" >> "$GITHUB_STEP_SUMMARY"
else
  printf '### mrlint\n\nNo report: it ended with code %s before it had judged.\n' "$code" >> "$GITHUB_STEP_SUMMARY"
fi
# The step succeeds: reports are uploaded whatever was found, and the gate decides at the end.
exit 0
