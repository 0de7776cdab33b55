#include "rmtheat/ensemble/retry.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "rmtheat/linalg/block_cyclic.hpp"
#include "rmtheat/parallel/agreement.hpp"
#include "rmtheat/planning/engine.hpp"
#include "rmtheat/support/error.hpp"
#include "rmtheat/support/fault.hpp"

namespace rmtheat::ensemble {
namespace {

void require_finite(const model::Curves& curves) {
  for (const auto& field : curves.fields()) {
    if (!std::ranges::all_of(curves.values(field), [](double x) { return std::isfinite(x); })) {
      throw NumericalError(fmt::format("{} is not finite at every time.", field.name));
    }
  }
}

}  // namespace

std::optional<dynamics::SolverOptions> alternative_to(const dynamics::SolverOptions& options,
                                                      int ranks, std::size_t dimension) {
  using dynamics::EigensolverChoice;
  if (options.method != dynamics::Method::diagonalization) {
    return std::nullopt;
  }
  auto alternative = options;
  const auto choice = options.eigensolver;
  if (ranks == 1) {
    const bool other_than_lapack =
        choice == EigensolverChoice::scalapack || choice == EigensolverChoice::elpa;
    alternative.eigensolver =
        other_than_lapack ? EigensolverChoice::lapack : EigensolverChoice::scalapack;
    return alternative;
  }
  if (choice == EigensolverChoice::elpa) {
    alternative.eigensolver = EigensolverChoice::scalapack;
    return alternative;
  }
  // Smaller blocks are sound on any grid.
  const auto usual = static_cast<std::size_t>(
      linalg::default_block_size(static_cast<std::int64_t>(dimension), 1, ranks));
  const std::size_t smaller = std::max<std::size_t>(1, options.block_size.value_or(usual) / 2);
  if (smaller == options.block_size.value_or(usual)) {
    return std::nullopt;
  }
  alternative.block_size = smaller;
  return alternative;
}

Propagator::Propagator(const model::Experiment& experiment, const parallel::Communicator& group,
                       const dynamics::SolverOptions& options)
    : experiment_(experiment),
      group_(group),
      options_(options),
      engine_(planning::make_engine(experiment, group, options)) {}

dynamics::Trajectory Propagator::attempt(std::uint64_t realization) {
  auto trajectory = engine_->propagate(realization);
  auto& curves = trajectory.curves;
  if (fault_is_due(Fault::not_finite)) {
    curves.values(curves.fields().front()).back() = std::numeric_limits<double>::quiet_NaN();
  }
  parallel::agree(group_, [&trajectory] {
    require_finite(trajectory.curves);
    require_finite(trajectory.raw);
  });
  return trajectory;
}

dynamics::Trajectory Propagator::propagate(std::uint64_t realization) {
  std::optional<NumericalError> first;
  try {
    return attempt(realization);
  } catch (const NumericalError& error) {
    first = error;
  }
  const auto alternative = alternative_to(options_, group_.size(), experiment_.dimension());
  if (!alternative) {
    throw NumericalError(*first);
  }
  // One engine at a time: a second one's matrices may not fit.
  const auto use = [this](const dynamics::SolverOptions& options) {
    engine_.reset();
    engine_ = planning::make_engine(experiment_, group_, options);
  };
  use(*alternative);
  try {
    auto trajectory = attempt(realization);
    trajectory.retried = true;
    use(options_);
    return trajectory;
  } catch (const NumericalError& second) {
    throw NumericalError(
        fmt::format("{} With another eigensolver: {}", first->what(), second.what()));
  }
}

}  // namespace rmtheat::ensemble
