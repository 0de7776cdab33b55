#!/usr/bin/env bash
# tools/plot draws every picture it promises and refuses what is no results file.
set -euo pipefail
source "$1/tools/lib.sh"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

gunzip -c "$1/tests/tools/fixtures/schema_1.h5.gz" >"$folder/one.h5"
cp "$folder/one.h5" "$folder/two.h5"
"$1/tools/plot" "$folder/one.h5" "$folder/two.h5" --output "$folder/pictures"
for name in one two heat_currents; do
  [[ $(head -c 4 "$folder/pictures/$name.png" | tail -c 3) == PNG ]]
  [[ $(head -c 4 "$folder/pictures/$name.pdf") == %PDF ]]
done

# refuses SOURCE FILE [ARGUMENT...]: exit status 2 and one sentence.
refuses() {
  local status=0
  "$1/tools/plot" "${@:2}" >/dev/null 2>"$folder/message" || status=$?
  [[ $status == 2 && $(wc -l <"$folder/message") == 1 ]]
}
refuses "$1" "$folder/missing.h5"
refuses "$1" "$1/LICENSE"
refuses "$1" "$folder/one.h5" --pair 2
