#!/usr/bin/env bash
# Fuzzes every parser of other people's text for a few seconds each, from seeds that the repository
# holds. Works with the stable toolchain: without a sanitizer, which `forbid(unsafe_code)` leaves
# little to find for, nothing of it needs nightly.
#
#   fuzz/run.sh [SECONDS] [TARGET…]
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-15}
shift || true
if [ $# -gt 0 ]; then
    targets=("$@")
else
    targets=(inventory config rule expression reference policy)
fi

if ! cargo fuzz --version >/dev/null 2>&1; then
    cargo install cargo-fuzz --locked --version 0.13.2
fi

seeds=fuzz/target/seeds
rm -rf "$seeds"
mkdir -p "$seeds"/{inventory,config,rule,expression,reference,policy}

estate=reports/examples/estate.jsonl
# Of each sort of line one, behind the header.
tail -n +2 "$estate" | awk -v dir="$seeds/inventory" -v first="$(head -n 1 "$estate")" '
    { match($0, /"kind":"[^"]*"|"gap"|"reading"/); sort = substr($0, RSTART, RLENGTH) }
    !seen[sort]++ { file = dir "/" NR; print first > file; print > file; close(file) }'
cp tests/lab/intent/mrlint.yaml "$seeds/config/"
find rules -name '*.yaml' -exec cp {} "$seeds/rule/" \;
grep -rhE '^(fail|when|message|related|per): [^|>]' rules --include='*.yaml' |
    sed -E 's/^[a-z]+: "?//; s/"$//' | sort -u |
    awk -v dir="$seeds/expression" '{ file = dir "/" NR; print > file; close(file) }'
grep -ohE '"(arn:aws|https://)[^"]*"' "$estate" | tr -d '"' | sort -u | head -n 200 |
    awk -v dir="$seeds/reference" '{ file = dir "/" NR; print > file; close(file) }'
cat > "$seeds/policy/regions" <<'JSON'
{"Version": "2012-10-17", "Statement": [{"Sid": "Regions", "Effect": "Deny", "NotAction": ["iam:*", "route53:*"],
 "Resource": "*", "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-central-1"]},
 "ArnNotLike": {"aws:PrincipalARN": "arn:aws:iam::*:role/admin"}, "Bool": {"aws:ViaAWSService": "false"}}}]}
JSON

# Before the clock runs.
cargo fuzz build -O --sanitizer none
failed=()
for target in "${targets[@]}"; do
    printf '\n== fuzzing %s for %s s\n' "$target" "$seconds"
    mkdir -p "fuzz/corpus/$target"
    cargo fuzz run -O --sanitizer none "$target" "fuzz/corpus/$target" "$seeds/$target" -- \
        -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=16384 \
        -print_final_stats=1 -verbosity=0 || failed+=("$target")
done
if [ ${#failed[@]} -gt 0 ]; then
    echo "failed: ${failed[*]}; the input is under fuzz/artifacts" >&2
    exit 1
fi
