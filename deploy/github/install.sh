#!/usr/bin/env bash
# Puts the mrlint of a release into a folder and on the path of the steps that follow.
#   MRLINT_VERSION   tag of the release (v0.1.0)
#   MRLINT_RELEASES  where releases lie; each is a folder with archives and their SHA-256 sums
# An archive whose sum is not the published one is refused.
set -euo pipefail

fail() { echo "::error title=mrlint::$1"; exit 2; }

case "$(uname -s)-$(uname -m)" in
  Linux-x86_64) target=x86_64-unknown-linux-gnu ;;
  Linux-aarch64 | Linux-arm64) target=aarch64-unknown-linux-gnu ;;
  Darwin-arm64) target=aarch64-apple-darwin ;;
  *) fail "there is no release for $(uname -s) on $(uname -m): build it with cargo and put it on the path" ;;
esac

folder=${RUNNER_TEMP:?}/mrlint-bin
if command -v mrlint > /dev/null; then
  echo "mrlint is on the path: $(mrlint --version)"
  exit 0
fi
[[ ${MRLINT_VERSION:-} =~ ^v[0-9]+\.[0-9]+\.[0-9]+([.+-][A-Za-z0-9.+-]+)?$ ]] ||
  fail "version '${MRLINT_VERSION:-}' is no release: set 'version' to a tag such as v0.1.0"

archive=mrlint-$target.tar.gz
mkdir -p "$folder"
cd "$folder"
get() { curl --fail --silent --show-error --location --retry 3 --max-time 300 --output "$1" "$MRLINT_RELEASES/$MRLINT_VERSION/$1"; }
get "$archive" || fail "release $MRLINT_VERSION has no $archive"
get "$archive.sha256" || fail "release $MRLINT_VERSION has no sum for $archive"
expected=$(cut -d ' ' -f 1 "$archive.sha256")
if command -v sha256sum > /dev/null; then
  actual=$(sha256sum "$archive" | cut -d ' ' -f 1)
else
  actual=$(shasum -a 256 "$archive" | cut -d ' ' -f 1)
fi
[ "$expected" = "$actual" ] || fail "$archive of $MRLINT_VERSION is not what was published (SHA-256 $actual)"
tar -xzf "$archive" mrlint
./mrlint --version
echo "$folder" >> "$GITHUB_PATH"
