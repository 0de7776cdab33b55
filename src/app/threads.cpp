#include "threads.hpp"

#include <cstdint>
#include <cstdio>

#include <fmt/format.h>

#include "rmtheat/support/blas.hpp"
#include "rmtheat/support/streams.hpp"

namespace rmtheat::app {

std::optional<std::string> oversubscription(const parallel::Node& node, std::size_t threads) {
  const auto count = static_cast<std::int64_t>(threads);
  if (count > node.own_cores) {
    return fmt::format(
        "solver.threads = {}, but a rank is bound to {} core{}: bind ranks to as many cores "
        "(mpirun --bind-to none, srun --cpus-per-task={}) or use fewer threads.",
        threads, node.own_cores, node.own_cores == 1 ? "" : "s", threads);
  }
  if (node.ranks * count > node.cores) {
    return fmt::format(
        "{} rank{} with {} BLAS thread{} each share {} core{} on one machine and will slow each "
        "other down: start at most {}.",
        node.ranks, node.ranks == 1 ? "" : "s", threads, threads == 1 ? "" : "s", node.cores,
        node.cores == 1 ? "" : "s",
        node.cores < count ? fmt::format("{} threads", node.cores)
                           : fmt::format("{} ranks there", node.cores / count));
  }
  return std::nullopt;
}

void use_threads(const parallel::Communicator& world, std::size_t threads) {
  const bool told = blas::set_threads(static_cast<int>(threads));
  const auto warning = oversubscription(parallel::fullest_node(world), threads);
  if (!world.is_root()) {
    return;
  }
  if (warning) {
    to_stderr("rmtheat: warning: {}\n", *warning);
  }
  if (!told) {
    to_stderr(
        "rmtheat: warning: this BLAS takes its number of threads from the environment; set "
        "OMP_NUM_THREADS={} for solver.threads = {}.\n",
        threads, threads);
  }
}

}  // namespace rmtheat::app
