#!/usr/bin/env bash
# The commit that a program records is that of its own sources: test_commit.sh SOURCE
set -euo pipefail
source=$1
folder=$(realpath "$(mktemp -d)")
trap 'rm -rf "$folder"' EXIT
git() { command git -c user.name=test -c user.email=test@localhost -c init.defaultBranch=main "$@"; }

# recorded FOLDER: the commit that a build of the sources there records.
recorded() {
  cmake -D SOURCE_DIR="$1" -D VERSION=0 -D ARCHIVE="$1/src/io/archive_commit.txt" \
    -D INPUT="$1/src/io/version.hpp.in" -D OUTPUT="$folder/version.hpp" -P "$1/src/io/git_commit.cmake"
  sed -n 's/.*git_commit = "\(.*\)".*/\1/p' "$folder/version.hpp"
}
expect() {
  [[ $2 == "$3" ]] || {
    echo "$1: recorded $2, not $3"
    exit 1
  }
}

mkdir -p "$folder/clone/src/io"
cp "$source/.gitattributes" "$folder/clone/"
cp "$source"/src/io/{git_commit.cmake,version.hpp.in,archive_commit.txt} "$folder/clone/src/io/"
cd "$folder/clone"
git init -q
git add -A
git commit -q -m "The sources"
commit=$(git rev-parse HEAD)
expect "a clone" "$(recorded "$folder/clone")" "$commit"
echo "# changed" >>src/io/version.hpp.in
expect "a changed clone" "$(recorded "$folder/clone")" "$commit-dirty"

# An archive, and a copy without history, in another repository.
mkdir "$folder/other"
cd "$folder/other"
git init -q
git commit -q --allow-empty -m "Another project"
mkdir archive
git -C "$folder/clone" archive HEAD | tar -x -C archive
expect "an archive in another repository" "$(recorded "$folder/other/archive")" "$commit"
cp -r "$folder/clone" copy
rm -rf copy/.git
expect "a copy in another repository" "$(recorded "$folder/other/copy")" unknown
