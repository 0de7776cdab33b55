#include "launcher.hpp"

#include <cstdlib>

#include <fmt/format.h>

#include "rmtheat/support/error.hpp"
#include "rmtheat/support/parse.hpp"

namespace rmtheat::app {

void require_whole_world(int ranks) {
  if (ranks > 1) {
    return;
  }
  // Of Open MPI's mpirun, of those of MPICH's kind and of srun; the innermost counts. SLURM_NTASKS
  // is none of them: batch scripts have it too, where a program is started without srun.
  for (const char* const name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"}) {
    const char* const value = std::getenv(name);
    if (value == nullptr) {
      continue;
    }
    if (parse_number<int>(value).value_or(1) > 1) {
      throw InputError(
          fmt::format("{} = {}: so many tasks were started, but MPI knows of {} alone; start them "
                      "by the mpirun "
                      "of the MPI library that rmtheat was built with, or by srun with its plugin "
                      "(--mpi=pmix).",
                      name, value, ranks));
    }
    return;
  }
}

}  // namespace rmtheat::app
