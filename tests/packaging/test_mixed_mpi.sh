#!/usr/bin/env bash
# A ScaLAPACK or a launcher of another MPI library is refused in one sentence when the build is configured:
# test_mixed_mpi.sh SOURCE CXX FAMILY SCALAPACK MPICC
set -euo pipefail
source=$1 cxx=$2 family=$3 scalapack=$4 mpicc=$5
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
declare -A other=([openmpi]=libmpich.so.12 [mpich]=libmpi.so.40) words=([openmpi]="HYDRA build details:" [mpich]="mpiexec (Open MPI) 5.0")

# A library of another MPI's name, and a ScaLAPACK in name that was linked with it.
cd "$folder"
echo 'extern "C" int another_mpi() { return 0; }' >mpi.cpp
cat >scalapack.cpp <<'SOURCE'
extern "C" int another_mpi();
extern "C" void Cblacs_pinfo(int* rank, int* ranks) { *rank = another_mpi(), *ranks = 1; }
extern "C" void pzheevd_() {}
SOURCE
"$cxx" -shared -fPIC -o "${other[$family]}" -Wl,-soname,"${other[$family]}" mpi.cpp
"$cxx" -shared -fPIC -o libscalapack-other.so scalapack.cpp "$folder/${other[$family]}" -Wl,-rpath,"$folder"

# configure EXPECTED-STATUS ARGUMENT...: leaves what CMake says, in one line, in $said.
configure() {
  local expected=$1 status=0
  shift
  CXX=$cxx cmake -S "$source" -B "$folder/build" -DRMTHEAT_BUILD_TESTS=OFF \
    -DMPI_C_COMPILER="$mpicc" "$@" >"$folder/said" 2>&1 || status=$?
  said=$(tr -s '\n ' ' ' <"$folder/said")
  if ((status != expected)); then
    cat "$folder/said"
    exit 1
  fi
}
expect() {
  [[ $said == *"$1"* ]] || {
    echo "does not say '$1': $said"
    exit 1
  }
}

configure 0 -DRMTHEAT_SCALAPACK_LIBRARIES="$scalapack;m"
expect "Found ScaLAPACK: $scalapack"
configure 1 -DRMTHEAT_SCALAPACK_LIBRARIES="$folder/libscalapack-other.so"
expect "Two MPI libraries are mixed"
expect "ScaLAPACK ($folder/libscalapack-other.so) was built with another"
printf '#!/bin/sh\necho "%s"\n' "${words[$family]}" >launcher
chmod +x launcher
configure 1 -DRMTHEAT_SCALAPACK_LIBRARIES="$scalapack" -DMPIEXEC_EXECUTABLE="$folder/launcher"
expect "The launcher $folder/launcher is not of the MPI library"
