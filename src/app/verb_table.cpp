#include "verb_table.hpp"

#include <array>

namespace rmtheat::app {

std::span<const Verb> verb_table() {
  static constexpr std::array<Verb, 5> verbs = {{
      {"run", run,
       "run [--config JOB.ini] [--SECTION.KEY=VALUE ...] [--restart] [--time-limit=LIMIT] "
       "[--dry-run]",
       "simulate an ensemble, write or continue its results file (start with mpirun or srun); with "
       "--dry-run only say what would be done and what it takes"},
      {"predict", predict,
       "predict [--config JOB.ini] [--SECTION.KEY=VALUE ...] [--sweep "
       "SECTION.KEY=FIRST:LAST:COUNT]",
       "write the predictions alone, without a simulation"},
      {"compare", compare,
       "compare RESULTS.h5 [--prediction NAME] [--max-chi2 X] [--significance A] [--json]",
       "hold a simulation against its predictions; exit status 1 when the named one does not hold"},
      {"merge", merge, "merge PART.h5 ... --output ALL.h5 [--allow-gaps]",
       "join the parts of an array job into the results of one run"},
      {"info", info,
       "info RESULTS.h5 [--config] [--target-error=X] | info --estimate JOB.ini "
       "[--SECTION.KEY=VALUE ...] [--ranks=R] [--memory-per-rank=GIB]",
       "say what is in a results file, how far its job is and how long a target error will take; "
       "or what time and memory a job will take"},
  }};
  return verbs;
}

}  // namespace rmtheat::app
