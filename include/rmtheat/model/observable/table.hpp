#pragma once

#include <span>
#include <vector>

#include "rmtheat/model/observable/curves.hpp"
#include "rmtheat/model/observable/evolution.hpp"
#include "rmtheat/model/observable/field.hpp"
#include "rmtheat/model/state/initial_state.hpp"

namespace rmtheat::model {

/// What an observable needs beyond the energies and their rates.
enum class Needs { nothing, interaction, conductance, temperatures };

/// An observable: a field, and how its values follow. One in a file of its own is a row of
/// observable_table().
struct Observable {
  Field field;
  Needs needs = Needs::nothing;
  /// Fills the (times, axes) values; s is the share of the work that is done on system 1.
  void (*evaluate)(const Evolution& evolution, double work_share,
                   std::span<double> values) = nullptr;
};

/// All observables, in the order of tables and files.
const std::vector<Observable>& observable_table();

/// The fields of a simulation of such states.
std::vector<Field> simulated_fields(std::span<const StatePointer> states, bool with_conductance);

/// Every observable that follows from the evolution of each initial state, `times` long. Those that
/// need what some evolution lacks are absent.
Curves observe(std::span<const Evolution> evolutions, std::size_t times, double work_share);

}  // namespace rmtheat::model
