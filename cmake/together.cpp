// Linked and run when the build is configured: MPI, with ScaLAPACK and HDF5 as far as they are
// asked for. Prints the MPI libraries that are loaded, one a line, and then starts all three.

// The C interface alone; that for C++ would want a library of its own.
#define OMPI_SKIP_MPICXX 1
#define MPICH_SKIP_MPICXX 1

#include <fstream>
#include <iostream>
#include <regex>
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

int main(int argc, char** argv) {
  // Open MPI's and Intel's libmpi, MPICH's, Cray's libmpi_gnu_123; not those for Fortran or GPUs.
  const std::regex mpi(R"(/libmpi(ch|_(cray|gnu|intel|aocc|nvidia|amd|ibm)[_0-9]*)?\.so[.0-9]*$)");
  std::ifstream maps("/proc/self/maps");
  std::set<std::string> libraries;
  for (std::string line; std::getline(maps, line);) {
    const auto path = line.find('/');
    if (path != std::string::npos && std::regex_search(line, mpi)) {
      libraries.insert(line.substr(path));
    }
  }
  for (const std::string& library : libraries) {
    std::cout << "loaded: " << library << std::endl;
  }

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
