#!/usr/bin/env bash
# tools/check-rooms must reject a room that includes a room below it, and say where.
set -euo pipefail
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
cp -r "$1/include" "$1/src" "$tree"
"$1/tools/check-rooms" "$tree"
echo '#include "rmtheat/model/density/density.hpp"' >>"$tree/include/rmtheat/support/error.hpp"
if output=$("$1/tools/check-rooms" "$tree" 2>&1); then
  echo "a room that includes a room below it was not noticed"
  exit 1
fi
grep -q 'include/rmtheat/support/error.hpp:.*model/density.hpp' <<<"$output"
