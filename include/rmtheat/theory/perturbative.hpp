#pragma once

#include <array>
#include <functional>
#include <vector>

#include "rmtheat/theory/one_point.hpp"
#include "rmtheat/theory/plan.hpp"
#include "rmtheat/theory/prediction.hpp"
#include "rmtheat/theory/time_grid.hpp"

namespace rmtheat::theory {

/// Energies whose relative density is below this do not set the step of a TimeGrid.
inline constexpr double negligible_density = 1e-8;

/// The currents into both systems, J_i(-t) = -J_i(t), on a TimeGrid; of initial states with
/// statistics then the rates of model::SecondMoments.
using Currents = std::vector<std::vector<double>>;

/// The rates of an initial state's observables that follow from the averages at infinite
/// temperature and in it, all sampled on the grid; linear in the initial state.
using CurrentFormula = std::function<Currents(const TimeGrid& grid, const PhaseAverage& infinite,
                                              const PhaseAverage& initial)>;

/// The grid on which the setting's currents are computed: up to the last time, or to where currents
/// of smooth densities have become straight lines.
TimeGrid time_grid(const Setting& setting);

/// The curves that the currents of every initial state and then every response make, energies as
/// changes: E_i(t) - E_i(0) = integral_0^t J_i, interaction energy minus their sum.
model::Curves curves_of_changes(const Setting& setting, const TimeGrid& grid,
                                const std::vector<Currents>& currents);

/// The same with the energies themselves.
Prediction prediction_of_currents(const Setting& setting, const TimeGrid& grid,
                                  const std::vector<Currents>& currents);

/// The largest difference of each pair's currents to those on another grid.
std::vector<double> change_on_grid(const Setting& setting, const TimeGrid& grid,
                                   const std::vector<Currents>& currents,
                                   const TimeGrid& other_grid, const std::vector<Currents>& others);

/// Every observable from the currents alone.
/// Attribute "error_estimate": the largest change of a current when the steps are doubled, an upper
/// bound on its numerical error.
Prediction perturbative_prediction(const Setting& setting, const CurrentFormula& formula);

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
