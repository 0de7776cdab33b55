#include "rmtheat/theory/formulas.hpp"

#include <array>

#include <fmt/format.h>

#include "rmtheat/support/error.hpp"
#include "rmtheat/theory/all_orders.hpp"
#include "rmtheat/theory/kinetic.hpp"
#include "rmtheat/theory/leading_order.hpp"
#include "rmtheat/theory/next_to_leading_order.hpp"
#include "rmtheat/theory/one_point.hpp"
#include "rmtheat/theory/total_energy.hpp"

namespace rmtheat::theory {
namespace {

constexpr double most_seconds = 20.0;
constexpr double most_memory = 4e9;

/// What holds for every formula: admissible temperatures, and for continuum densities a cost within
/// bounds. `cost` estimates it and throws what else stands in the way.
template <class Cost>
Plan checked(const Setting& setting, Cost cost) {
  Plan plan;
  try {
    require_valid(setting);
    plan = cost(setting);
  } catch (const Error& error) {
    plan.obstacle = error.what();
  }
  if (!plan.feasible() || !is_continuum(setting)) {
    return plan;
  }
  if (plan.seconds() > most_seconds) {
    plan.obstacle = fmt::format(
        "It would take about {:.0f} s, since oscillations at {} times the width of the total "
        "energy "
        "have to be resolved.",
        plan.seconds(), setting.times.back());
  } else if (plan.memory > most_memory) {
    plan.obstacle = fmt::format("It would take about {:.0f} GB of memory.", plan.memory / 1e9);
  }
  return plan;
}

Plan plan_leading(const Setting& setting) { return checked(setting, leading_order_cost); }

Plan plan_next(const Setting& setting) { return checked(setting, next_to_leading_order_cost); }

Plan plan_resummed(const Setting& setting) { return checked(setting, resummed_cost); }

Plan plan_kinetic(const Setting& setting) {
  if (!is_continuum(setting)) {
    return {0.0, 0.0, "A finite set of levels has no golden-rule rate."};
  }
  return checked(setting, [](const Setting& continuum) {
    require_normalized(total_energy(continuum, 0.0), continuum);
    return Plan{1e9, 1e7, ""};
  });
}

constexpr std::array table = {
    Formula{"lo", plan_leading, leading_order, false, nullptr},
    Formula{"nlo", plan_next, next_to_leading_order, false, leading_order},
    Formula{"resummed", plan_resummed, resummed, false, resummed},
    Formula{"kinetic", plan_kinetic, kinetic, true, nullptr},
};

}  // namespace

std::span<const Formula> formulas() { return table; }

}  // namespace rmtheat::theory
