#pragma once

#include <set>
#include <span>
#include <vector>

#include "rmtheat/model/experiment.hpp"
#include "rmtheat/model/observable/curves.hpp"
#include "rmtheat/model/observable/evolution.hpp"
#include "rmtheat/model/observable/field.hpp"

namespace rmtheat::model {

/// What an observable may need beyond the energies and their rates.
enum class Needs { interaction, conductance, temperatures, second_moments };

/// An observable: a field, and how its values follow. One in a file of its own is a row of
/// observable_table().
struct Observable {
  Field field;
  std::set<Needs> needs;
  /// Fills the (times, axes) values; s is the share of the work that is done on system 1.
  void (*evaluate)(const Evolution& evolution, double work_share,
                   std::span<double> values) = nullptr;
};

/// All observables, in the order of tables and files.
const std::vector<Observable>& observable_table();

/// The fields of a simulation.
std::vector<Field> simulated_fields(const Experiment& experiment);

/// Every observable that follows from the evolution of each initial state, `times` long. Those that
/// need what some evolution lacks are absent.
Curves observe(std::span<const Evolution> evolutions, std::size_t times, double work_share);

}  // namespace rmtheat::model
