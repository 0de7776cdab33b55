// Linked and run when the build is configured: MPI, with ScaLAPACK and HDF5 as far as they are
// asked for. Prints the MPI libraries that are loaded, one a line, and then starts all three.

// The C interface alone; that for C++ would want a library of its own.
#define OMPI_SKIP_MPICXX 1
#define MPICH_SKIP_MPICXX 1

#include <cstdio>
#include <fstream>
#include <set>
#include <string>

#include <mpi.h>

#ifdef WITH_HDF5
#include <hdf5.h>
#endif
#ifdef WITH_SCALAPACK
extern "C" void Cblacs_pinfo(int* rank, int* ranks);
extern "C" void pzheevd_();
#endif

// Open MPI's and Intel's libmpi, MPICH's libmpich, Cray's libmpi_gnu_123; not those for Fortran or
// for GPUs.
bool is_mpi(const std::string& name) {
  const auto ending = name.find(".so");
  if (!name.starts_with("libmpi") || ending == std::string::npos) {
    return false;
  }
  const std::string rest = name.substr(6, ending - 6);
  for (const char* const maker : {"_cray", "_gnu", "_intel", "_aocc", "_amd", "_nvidia", "_ibm"}) {
    if (rest.starts_with(maker)) {
      return true;
    }
  }
  return rest.empty() || rest == "ch";
}

int main(int argc, char** argv) {
  std::ifstream maps("/proc/self/maps");
  std::set<std::string> libraries;
  for (std::string line; std::getline(maps, line);) {
    const auto path = line.find('/');
    if (path != std::string::npos && is_mpi(line.substr(line.rfind('/') + 1))) {
      libraries.insert(line.substr(path));
    }
  }
  for (const std::string& library : libraries) {
    std::printf("loaded: %s\n", library.c_str());
  }
  std::fflush(stdout);

  if (MPI_Init(&argc, &argv) != MPI_SUCCESS) {
    return 1;
  }
#ifdef WITH_SCALAPACK
  int rank = -1;
  int ranks = 0;
  Cblacs_pinfo(&rank, &ranks);
  void (*volatile eigensolver)() = pzheevd_;
  if (rank < 0 || ranks < 1 || eigensolver == nullptr) {
    return 2;
  }
#endif
#ifdef WITH_HDF5
  if (H5open() < 0) {
    return 3;
  }
#endif
  MPI_Finalize();
  return 0;
}
