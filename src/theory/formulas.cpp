#include "rmtheat/theory/formulas.hpp"

#include <array>

#include <fmt/format.h>

#include "rmtheat/support/error.hpp"
#include "rmtheat/theory/all_orders.hpp"
#include "rmtheat/theory/kinetic.hpp"
#include "rmtheat/theory/leading_order.hpp"
#include "rmtheat/theory/leading_order_of_elements.hpp"
#include "rmtheat/theory/mixed_pairings.hpp"
#include "rmtheat/theory/next_to_leading_order.hpp"
#include "rmtheat/theory/one_point.hpp"
#include "rmtheat/theory/profile_ladder.hpp"
#include "rmtheat/theory/total_energy.hpp"

namespace rmtheat::theory {
namespace {

constexpr double most_seconds = 20.0;
constexpr double most_memory = 4e9;

/// What holds for every formula: admissible temperatures, and for continuum densities, and where
/// levels take a formula of another kind, a cost within bounds. `cost` estimates it and throws what
/// else stands in the way.
template <class Cost>
Plan checked(const Setting& setting, Cost cost, bool bounded_for_levels = false) {
  Plan plan;
  try {
    require_valid(setting);
    plan = cost(setting);
  } catch (const Error& error) {
    plan.obstacle = error.what();
  }
  if (!plan.feasible() || !(is_continuum(setting) || bounded_for_levels)) {
    return plan;
  }
  if (plan.seconds() > most_seconds) {
    plan.obstacle = fmt::format(
        "It would take about {:.0f} s, since oscillations at {} times the width of the total "
        "energy have to be resolved{}.",
        plan.seconds(), setting.times.back(),
        is_continuum(setting) ? "" : ", or the elements of many states summed");
  } else if (plan.memory > most_memory) {
    plan.obstacle = fmt::format("It would take about {:.0f} GB of memory.", plan.memory / 1e9);
  }
  return plan;
}

/// The random matrix that stands for a given one at large N has its mean square of elements.
Setting at_large_n(Setting setting) {
  if (is_continuum(setting)) {
    setting.strength *= setting.coupling->strength_factor();
  }
  return setting;
}

/// True where a given matrix acts between levels: nothing is averaged over.
bool is_given(const Setting& setting) {
  return !setting.coupling->is_random() && !is_continuum(setting);
}

const Plan beyond_given = {
    0.0, 0.0, "The coupling is one given matrix, whose terms beyond second order are not summed."};

/// True where second moments differ from pair to pair of states.
bool by_elements(const Setting& setting) {
  return setting.coupling->has_profile() || is_given(setting);
}

Plan plan_leading(const Setting& setting) {
  return by_elements(setting) ? checked(setting, leading_order_of_elements_cost, true)
                              : checked(setting, leading_order_cost);
}

Prediction lo(const Setting& setting) {
  return by_elements(setting) ? leading_order_of_elements(setting)
                              : leading_order(at_large_n(setting));
}

/// What factors add to second moments at NLO is not known.
Setting at_next_order(Setting setting) {
  setting.with_statistics =
      setting.with_statistics && setting.coupling->mixed_pairing_weight() == 0.0;
  return setting;
}

/// NLO of one full matrix, with what factors add.
Plan next_order_cost(const Setting& setting) {
  auto plan = next_to_leading_order_cost(at_next_order(setting));
  if (setting.coupling->mixed_pairing_weight() > 0.0) {
    const auto mixed = mixed_pairings_cost(setting);
    plan.operations += mixed.operations;
    plan.memory += mixed.memory;
  }
  return plan;
}

Plan plan_next(const Setting& setting) {
  if (is_given(setting)) {
    return beyond_given;
  }
  return setting.coupling->has_profile()
             ? checked(setting, expansion_with_profile_cost, true)
             : checked(setting, next_order_cost, setting.coupling->mixed_pairing_weight() > 0.0);
}

Prediction nlo(const Setting& setting) {
  if (setting.coupling->has_profile()) {
    return expansion_with_profile(setting);
  }
  auto prediction = next_to_leading_order(at_large_n(at_next_order(setting)));
  if (setting.coupling->mixed_pairing_weight() > 0.0) {
    add_mixed_pairings(prediction, at_next_order(setting));
  }
  return prediction;
}

Plan plan_resummed(const Setting& setting) {
  if (is_given(setting)) {
    return beyond_given;
  }
  return setting.coupling->has_profile() ? checked(setting, resummed_with_profile_cost, true)
                                         : checked(setting, resummed_cost);
}

Prediction all_orders(const Setting& setting) {
  if (setting.coupling->has_profile()) {
    return resummed_with_profile(setting);
  }
  auto prediction = resummed(at_large_n(setting));
  if (setting.coupling->mixed_pairing_weight() > 0.0) {
    prediction.description =
        "the limit of infinitely many terms of the sum of products: planar diagrams alone";
  }
  return prediction;
}

Plan plan_kinetic(const Setting& setting) {
  if (!is_continuum(setting)) {
    return {0.0, 0.0, "A finite set of levels has no golden-rule rate."};
  }
  return checked(setting, [](const Setting& continuum) {
    require_normalized(total_energy(continuum, 0.0), continuum);
    return Plan{1e9, 1e7, ""};
  });
}

Prediction kinetic_limit(const Setting& setting) { return kinetic(at_large_n(setting)); }

constexpr std::array table = {
    Formula{"lo", plan_leading, lo, false, nullptr, nullptr, false},
    Formula{"nlo", plan_next, nlo, false, leading_order, plan_leading, false},
    Formula{"resummed", plan_resummed, all_orders, false, resummed, plan_resummed, true},
    Formula{"kinetic", plan_kinetic, kinetic_limit, true, nullptr, nullptr, false},
};

}  // namespace

std::span<const Formula> formulas() { return table; }

}  // namespace rmtheat::theory
