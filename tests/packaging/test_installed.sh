#!/usr/bin/env bash
# The installed tree has what users of a cluster need, and nothing of the build: test_installed.sh SOURCE PREFIX PYTHON
set -euo pipefail
source=$1 prefix=$2
export RMTHEAT_PYTHON=$3 PYTHONDONTWRITEBYTECODE=1
fail() {
  echo "$*"
  exit 1
}
for file in bin/rmtheat bin/rmtheat-plot bin/rmtheat-page share/doc/rmtheat/LICENSE share/man/man1/rmtheat.1 \
  share/rmtheat/jobs/site.sh share/rmtheat/jobs/long/long.sbatch; do
  [[ -e $prefix/$file ]] || fail "$file is not installed"
done
for header in app/verbs.hpp support/fault.hpp; do
  [[ -e $source/include/rmtheat/$header ]] || fail "there is no header $header any more"
  [[ ! -e $prefix/include/rmtheat/$header ]] || fail "$header is installed"
done
# Through a link, as module trees and ~/bin have it.
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
ln -s "$prefix/bin/rmtheat-plot" "$folder/draw"
"$prefix/bin/rmtheat" predict --system1.size=4 --system2.size=4 --output.file="$folder/p.h5"
"$folder/draw" "$folder/p.h5" --output "$folder/p.png"
[[ $(head -c 4 "$folder/p.png" | tail -c 3) == PNG ]] || fail "rmtheat-plot drew no picture"
grep -q "^set prefix {$(realpath "$prefix")}" "$prefix"/share/modulefiles/rmtheat/* || fail "the modulefile has another prefix"
