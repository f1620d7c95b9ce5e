#!/usr/bin/env bash
# check.sh MRLINT PAGES: the HTML report driven in headless Chromium: nothing is asked of a network, no
# name becomes markup, filters, sorting, links, keyboard, print, both themes, accessibility (axe), and
# 100,000 findings. PAGES is the example `pages`. Needs Node.js; Chromium is Debian's, and installed
# where it is missing and may be; everything else is pinned beside this file.
set -euo pipefail
mrlint=$(realpath "$1")
pages=$(realpath "$2")
cd "$(dirname "$0")"

if ! command -v chromium > /dev/null; then
  run=()
  [ "$(id -u)" = 0 ] || run=(sudo -n)
  if ! { "${run[@]}" apt-get update -qq &&
    "${run[@]}" apt-get install -y -qq --no-install-recommends chromium; } > /dev/null 2>&1; then
    echo 'HTML: not checked: there is no chromium, and apt-get could not install it' >&2
    exit 1
  fi
fi
npm ci --silent --no-audit --no-fund
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cd ../..
"$mrlint" demo --fail-on never -f "html=$work/plain.html" 2> /dev/null
"$mrlint" check reports/examples/estate.jsonl --fail-on never \
  --config tests/lab/intent/mrlint.yaml -f "html=$work/declared.html" 2> /dev/null
"$pages" hostile "$work/hostile.html"
"$pages" large "$work/small.html" 1000
"$pages" large "$work/large.html" 100000
cd tests/html
node check.mjs "$(command -v chromium)" "$work"
