#!/bin/sh
# Called by Maven: `build` builds the UI if its sources have changed, `test` tests it. Without Node it prints one line and succeeds.
set -eu
ui=target/classes/ui
contract=../integration/src/main/resources/camel/http/openapi.yaml

if ! command -v npm > /dev/null || ! node -e '
  const [major, minor] = process.versions.node.split(".").map(Number);
  process.exit(major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19) ? 0 : 1)'; then
  [ "$1" = test ] || echo "Skipping the UI: it needs Node 20.19, 22.12 or newer. Everything else is built."
  rm -rf $ui
  exit 0
fi

if [ node_modules/.package-lock.json -ot package-lock.json ] || [ ! -f node_modules/.package-lock.json ]; then
  npm ci --no-audit --no-fund --loglevel=error
fi

case $1 in
  build)
    if [ ! -f $ui/index.html ] || [ -n "$(find src public ./*.* $contract -newer $ui/index.html -print -quit)" ]; then
      npm run --silent build
    fi
    ;;
  test)
    npm run --silent lint
    npm run --silent test
    ;;
esac
