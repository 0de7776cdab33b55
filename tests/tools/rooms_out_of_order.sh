#!/usr/bin/env bash
# tools/check-rooms must reject each breach of the rooms' rules, and say where.
set -euo pipefail
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

fresh() {
  rm -rf "${tree:?}"/*
  cp -r "$source/include" "$source/src" "$tree"
}

# rejects WHAT PATTERN: the tree as it is now, with these words, and nothing else.
rejects() {
  local output
  if output=$("$source/tools/check-rooms" "$tree" 2>&1); then
    echo "not noticed: $1"
    exit 1
  fi
  if ! grep -q "$2" <<<"$output" || [[ $(grep -c '^check-rooms: ' <<<"$output") != 1 ]]; then
    printf '%s, but the complaint is\n%s\n' "$1" "$output"
    exit 1
  fi
  fresh
}

source=$1
fresh
"$source/tools/check-rooms" "$tree"

echo '#include "rmtheat/model/levels.hpp"' >>"$tree/include/rmtheat/support/error.hpp"
rejects "a room includes one below it" '^include/rmtheat/support/error.hpp:.*model/levels.hpp'

echo '#include "rmtheat/parallel/communicator.hpp"' >>"$tree/src/model/levels.cpp"
rejects "a room includes one above it that it does not name" \
  '^src/model/levels.cpp:.*parallel/communicator.hpp'

sed -i 's/USES support/& parallel/' "$tree/src/model/CMakeLists.txt"
echo '#include "rmtheat/parallel/communicator.hpp"' >>"$tree/src/model/levels.cpp"
rejects "a room names one below it" 'model uses parallel, which is not a room above it'

sed -i 's/USES support/& model/' "$tree/src/linalg/CMakeLists.txt"
rejects "a room names one that it does not include" \
  'linalg names model in its USES and includes nothing of it'

sed -i '/^set(USES/s/ planning//' "$tree/src/app/CMakeLists.txt"
rejects "the program includes a room that it does not name" 'app includes planning'
