#pragma once

#include <array>
#include <functional>
#include <vector>

#include "rmtheat/model/observable/evolution.hpp"
#include "rmtheat/theory/one_point.hpp"
#include "rmtheat/theory/plan.hpp"
#include "rmtheat/theory/prediction.hpp"
#include "rmtheat/theory/time_grid.hpp"

namespace rmtheat::theory {

/// Energies whose relative density is below this do not set the step of a TimeGrid.
inline constexpr double negligible_density = 1e-8;

/// The currents into both systems, J_i(-t) = -J_i(t), on a TimeGrid.
using CurrentPair = std::array<std::vector<double>, 2>;

/// The currents that follow from the averages at infinite temperature and in an initial state, all
/// sampled on the grid; linear in the initial state.
using CurrentFormula = std::function<CurrentPair(const TimeGrid& grid, const PhaseAverage& infinite,
                                                 const PhaseAverage& initial)>;

/// The grid on which the setting's currents are computed: up to the last time, or to where currents
/// of smooth densities have become straight lines.
TimeGrid time_grid(const Setting& setting);

/// The changes of the energies and the interaction energy that follow from currents, at given
/// times.
model::Evolution changes_of(const TimeGrid& grid, const Interpolation& at_times,
                            const CurrentPair& currents);

/// Every observable from the currents alone: E_i(t) = E_i(0) + integral_0^t J_i, interaction energy
/// -(E_1(t) + E_2(t) - E_1(0) - E_2(0)), and the conductance from the initial state's derivative.
/// Attribute "error_estimate": the largest change of a current when the steps are doubled, an upper
/// bound on its numerical error.
Prediction perturbative_prediction(const Setting& setting, const CurrentFormula& currents);

/// Adds to each of a prediction's curves that of the same field.
void add_curves(Prediction& prediction, const model::Curves& added);

/// What the first or (orders = 2) the first two orders take: on the grid, or in bands where
/// perturbation_in_bands() is true.
Plan perturbative_cost(const Setting& setting, int orders);

/// True for levels and times such that a grid would take more operations than the bands.
bool perturbation_in_bands(const Setting& setting, int orders);

/// The first or the first two orders in bands.
Prediction prediction_in_bands(const Setting& setting, int orders);

}  // namespace rmtheat::theory
