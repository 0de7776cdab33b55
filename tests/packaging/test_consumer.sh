#!/usr/bin/env bash
# Builds a small program against the installed tree and runs it: test_consumer.sh SOURCE PREFIX CXX
set -euo pipefail
build=$(mktemp -d)
trap 'rm -r "$build"' EXIT
CXX=$3 cmake -S "$1" -B "$build" -G Ninja -DCMAKE_PREFIX_PATH="$2" >"$build/log" || {
  cat "$build/log"
  exit 1
}
cmake --build "$build"
"$build/consumer"
