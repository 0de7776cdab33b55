#include "rmtheat/parallel/node.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "mpi_check.hpp"
#include "rmtheat/support/memory.hpp"

namespace rmtheat::parallel {

double memory_per_rank(const Communicator& communicator) {
  MPI_Comm node = MPI_COMM_NULL;
  check_mpi(MPI_Comm_split_type(communicator.handle(), MPI_COMM_TYPE_SHARED, communicator.rank(),
                                MPI_INFO_NULL, &node),
            "MPI_Comm_split_type");
  int ranks_here = 1;
  MPI_Comm_size(node, &ranks_here);
  MPI_Comm_free(&node);
  return communicator.min(available_memory() / ranks_here);
}

std::string library_version() {
  std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> text{};
  int length = 0;
  check_mpi(MPI_Get_library_version(text.data(), &length), "MPI_Get_library_version");
  const std::string version(text.data(), static_cast<std::size_t>(length));
  return version.substr(0, version.find_first_of(",\n"));
}

}  // namespace rmtheat::parallel
