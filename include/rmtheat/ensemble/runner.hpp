#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "rmtheat/dynamics/solver_options.hpp"
#include "rmtheat/ensemble/reports.hpp"
#include "rmtheat/model/experiment.hpp"
#include "rmtheat/parallel/groups.hpp"
#include "rmtheat/support/error.hpp"

namespace rmtheat::ensemble {

/// What went wrong with one realization: "realization 17: ..."
class RealizationError : public Error {
 public:
  using Error::Error;
};

/// Propagates the realizations `todo` (indices relative to the experiment's first one). Group g of
/// G takes todo[g], todo[g + G], ..., reports each to the world's root as it is finished, ends when
/// that orders to stop, and reports that it leaves. `between` is called on every rank before each
/// realization.
///
/// Collective over the group. Throws RealizationError; an error of one rank alone (lack of memory)
/// is thrown on that rank alone: the caller must end the others.
void run_realizations(const parallel::Group& group, const model::Experiment& experiment,
                      const dynamics::SolverOptions& options, const std::vector<std::size_t>& todo,
                      Reports& reports, const std::function<void()>& between);

}  // namespace rmtheat::ensemble
