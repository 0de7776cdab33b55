#!/usr/bin/env bash
# The picture of the rooms in docs/architecture.md is the one that tools/check-rooms draws.
set -euo pipefail
diff <(sed -n '/<!-- rooms -->/,/<!-- end of rooms -->/p' "$1/docs/architecture.md" | sed '1d;$d') \
  <("$1/tools/check-rooms" --picture "$1") ||
  { echo "write it anew with tools/check-rooms --picture"; exit 1; }
