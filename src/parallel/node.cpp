#include "rmtheat/parallel/node.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <sched.h>
#include <span>
#include <string>
#include <vector>

#include "mpi_check.hpp"
#include "rmtheat/support/available_memory.hpp"

namespace rmtheat::parallel {

namespace {

/// The processes that share this one's machine. Collective.
Communicator on_this_machine(const Communicator& all) {
  // Which machine: the lowest rank on it.
  MPI_Comm node = MPI_COMM_NULL;
  check_mpi(
      MPI_Comm_split_type(all.handle(), MPI_COMM_TYPE_SHARED, all.rank(), MPI_INFO_NULL, &node),
      "MPI_Comm_split_type");
  auto first = static_cast<std::int64_t>(all.rank());
  MPI_Bcast(&first, 1, MPI_INT64_T, 0, node);
  MPI_Comm_free(&node);
  return all.split(static_cast<int>(first), all.rank());
}

/// One number per core of the machine: 1 where this process may run.
std::vector<std::int64_t> allowed_cores() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  std::vector<std::int64_t> cores(CPU_SETSIZE, 0);
  if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0) {
    std::ranges::fill(cores, 1);  // machines of more cores than the set holds
    return cores;
  }
  for (std::size_t k = 0; k < cores.size(); ++k) {
    cores[k] = CPU_ISSET(k, &allowed) ? 1 : 0;
  }
  return cores;
}

}  // namespace

double memory_per_rank(const Communicator& communicator) {
  return communicator.min(available_memory() / on_this_machine(communicator).size());
}

Node fullest_node(const Communicator& communicator) {
  const auto here = on_this_machine(communicator);
  auto cores = allowed_cores();
  Node node;
  node.ranks = here.size();
  node.own_cores = here.min(std::reduce(cores.begin(), cores.end()));
  here.all_reduce(cores, Reduction::max);
  node.cores = std::reduce(cores.begin(), cores.end());

  // All take the description of the fullest machine from its lowest rank.
  const double room = static_cast<double>(node.cores) / static_cast<double>(node.ranks);
  const bool fullest = room == communicator.min(room);
  const std::int64_t owner = communicator.min(
      static_cast<std::int64_t>(fullest ? communicator.rank() : communicator.size()));
  std::vector<std::int64_t> numbers{node.ranks, node.cores, node.own_cores};
  communicator.broadcast(std::span(numbers), static_cast<int>(owner));
  return {numbers[0], numbers[1], communicator.min(node.own_cores)};
}

std::string library_version() {
  std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> text{};
  int length = 0;
  check_mpi(MPI_Get_library_version(text.data(), &length), "MPI_Get_library_version");
  const std::string version(text.data(), static_cast<std::size_t>(length));
  return version.substr(0, version.find_first_of(",\n"));
}

}  // namespace rmtheat::parallel
