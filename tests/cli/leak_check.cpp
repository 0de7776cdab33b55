// Preloaded into the program: counts communicators by MPI's profiling interface and says when MPI
// is finalized how many of them and how many HDF5 handles are left. RMTHEAT_THREADS=funneled makes
// the MPI library look like one whose threads cannot communicate.

#include <atomic>
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>
#include <hdf5.h>
#include <mpi.h>

namespace {

std::atomic<int>& communicators() {
  static std::atomic<int> count{0};
  return count;
}

int counted(int code, const MPI_Comm* made) {
  if (code == MPI_SUCCESS && *made != MPI_COMM_NULL) {
    ++communicators();
  }
  return code;
}

}  // namespace

extern "C" {

int MPI_Init_thread(int* argc, char*** argv, int required, int* provided) {
  const char* threads = std::getenv("RMTHEAT_THREADS");
  const bool funneled = threads != nullptr && std::string_view(threads) == "funneled";
  return PMPI_Init_thread(argc, argv, funneled ? MPI_THREAD_FUNNELED : required, provided);
}

int MPI_Comm_dup(MPI_Comm comm, MPI_Comm* made) { return counted(PMPI_Comm_dup(comm, made), made); }

int MPI_Comm_split(MPI_Comm comm, int color, int key, MPI_Comm* made) {
  return counted(PMPI_Comm_split(comm, color, key, made), made);
}

int MPI_Comm_split_type(MPI_Comm comm, int type, int key, MPI_Info info, MPI_Comm* made) {
  return counted(PMPI_Comm_split_type(comm, type, key, info, made), made);
}

int MPI_Comm_create(MPI_Comm comm, MPI_Group group, MPI_Comm* made) {
  return counted(PMPI_Comm_create(comm, group, made), made);
}

int MPI_Comm_free(MPI_Comm* comm) {
  --communicators();
  return PMPI_Comm_free(comm);
}

int MPI_Finalize() {
  const auto handles =
      H5Fget_obj_count(static_cast<hid_t>(H5F_OBJ_ALL), H5F_OBJ_ALL);  // in all files
  fmt::print(stderr, "left over: {} communicators, {} HDF5 handles\n", communicators().load(),
             handles);
  return PMPI_Finalize();
}

}  // extern "C"
