# Shell functions of the tools; to be sourced, not run.
# shellcheck shell=bash disable=SC2034

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
program=$root/build/release/src/app/rmtheat

say() { printf '== %s\n' "$*"; }

die() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 2
}

# nproc takes OMP_NUM_THREADS, which mpi_environment sets, for the number of cores.
cores() { env -u OMP_NUM_THREADS -u OMP_THREAD_LIMIT nproc; }

# build PRESET [TARGET...]: configures and builds with the machine's cores; every target by default.
build() {
  local preset=$1
  shift
  (cd "$root" && cmake --preset "$preset" >/dev/null)
  cmake --build "$root/build/$preset" --parallel "$(cores)" ${1:+--target "$@"}
}

# mpiexec_of PRESET: the launcher of the MPI library that it was built with; RMTHEAT_MPIEXEC names another.
mpiexec_of() {
  local found
  found=$(sed -n 's/^MPIEXEC_EXECUTABLE:FILEPATH=//p' "$root/build/$1/CMakeCache.txt" 2>/dev/null || true)
  printf '%s\n' "${RMTHEAT_MPIEXEC:-${found:-mpirun}}"
}

# What mpirun needs to work in containers, as root, and with as many ranks as there are cores,
# without a BLAS thread pool in each of them; and, on one machine, without the 0.2 s that the search
# for a cluster's network takes. Open MPI 5 has its launcher's settings under other names.
mpi_environment() {
  export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
  export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_hwloc_base_binding_policy=none
  export PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe PRTE_MCA_hwloc_default_binding_policy=none
  export OMPI_MCA_btl_vader_single_copy_mechanism=none OMPI_MCA_pml=ob1
}

# python_with MODULE...: a Python 3 that has these modules. The first on PATH may be a user's own
# without them, while the system's has Debian's packages.
python_with() {
  local python modules
  modules=$(IFS=,; printf '%s' "$*")
  for python in "${RMTHEAT_PYTHON:-python3}" /usr/bin/python3; do
    if "$python" -c "import $modules" 2>/dev/null; then
      printf '%s\n' "$python"
      return
    fi
  done
  die "no Python 3 with the modules $* (tools/setup installs them; RMTHEAT_PYTHON names another)"
}
