#include <algorithm>
#include <iterator>
#include <set>

#include "rmtheat/model/observable/table.hpp"

namespace rmtheat::model {
namespace {

/// The rows whose needs are met.
std::vector<Observable> known_with(const std::set<Needs>& met) {
  std::vector<Observable> known;
  std::ranges::copy_if(observable_table(), std::back_inserter(known), [&](const Observable& row) {
    return std::ranges::includes(met, row.needs);
  });
  return known;
}

}  // namespace

std::vector<Field> simulated_fields(const Experiment& experiment) {
  std::set<Needs> met = {Needs::interaction};
  if (std::ranges::all_of(experiment.states,
                          [](const auto& state) { return state->betas().has_value(); })) {
    met.insert(Needs::temperatures);
  }
  if (experiment.with_conductance) {
    met.insert(Needs::conductance);
  }
  if (experiment.with_statistics) {
    met.insert(Needs::second_moments);
  }
  std::vector<Field> fields;
  for (const auto& row : known_with(met)) {
    fields.push_back(row.field);
  }
  return fields;
}

Curves observe(std::span<const Evolution> evolutions, std::size_t times, double work_share) {
  std::set<Needs> met;
  const auto note = [&](Needs needs, auto has) {
    if (std::ranges::all_of(evolutions, has)) {
      met.insert(needs);
    }
  };
  note(Needs::interaction, [](const Evolution& e) { return !e.interaction.empty(); });
  note(Needs::conductance, [](const Evolution& e) { return !e.conductance.empty(); });
  note(Needs::second_moments, [](const Evolution& e) { return !e.second_moments[0].empty(); });
  note(Needs::temperatures, [](const Evolution& e) { return e.betas.has_value(); });
  Curves curves(evolutions.size(), times);
  for (const auto& row : known_with(met)) {
    curves.add(row.field);
    for (std::size_t pair = 0; pair < evolutions.size(); ++pair) {
      row.evaluate(evolutions[pair], work_share, curves.curve(row.field, pair));
    }
  }
  return curves;
}

}  // namespace rmtheat::model
