#include "rmtheat/io/config.hpp"

#include <algorithm>
#include <array>
#include <complex>
#include <memory>
#include <numeric>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "dense_file.hpp"
#include "density_table.hpp"
#include "levels_file.hpp"
#include "option_source.hpp"
#include "option_table.hpp"
#include "ranges.hpp"
#include "rmtheat/model/hamiltonian.hpp"
#include "rmtheat/support/error.hpp"

namespace rmtheat::io {

namespace {

bool has_given_levels(const SystemSettings& system) {
  return system.density == levels_from_file || system.density == levels_of_hamiltonian;
}

/// What operators on a system must go through to be in the basis of its ascending levels.
struct Basis {
  std::vector<std::size_t> order;             ///< level k was the order[k]-th; empty: ascending
  std::vector<std::complex<double>> vectors;  ///< of a dense Hamiltonian, else empty
  std::uint64_t digest = 0;                   ///< of that
};

/// Puts the levels of a file and their number in place of the file's name.
Basis resolve_levels(SystemSettings& system, const std::string& section) {
  Basis basis;
  if (!has_given_levels(system)) {
    return basis;
  }
  if (system.file.has_value() == system.energies.has_value()) {
    throw InputError(
        fmt::format("{0}.density = {1}: exactly one of {0}.file and {0}.energies must be given.",
                    section, system.density));
  }
  if (system.file && system.density == levels_of_hamiltonian) {
    const auto matrix = read_hamiltonian(*system.file, section + ".file");
    auto eigensystem = model::diagonalized(matrix.elements, matrix.size);
    system.energies = std::move(eigensystem.levels);
    basis.vectors = std::move(eigensystem.vectors);
    basis.digest = digest(0, matrix.elements);
  } else if (system.file) {
    system.energies = read_levels_file(*system.file, section + ".file");
  }
  auto& energies = *system.energies;
  if (!std::ranges::is_sorted(energies)) {
    basis.order.resize(energies.size());
    std::iota(basis.order.begin(), basis.order.end(), std::size_t{0});
    std::ranges::stable_sort(basis.order, {}, [&](std::size_t k) { return energies[k]; });
    std::ranges::sort(energies);
  }
  if (system.size.value_or(system.energies->size()) != system.energies->size()) {
    throw InputError(fmt::format("{}.size = {}: the value must be {}, the number of levels given.",
                                 section, *system.size, system.energies->size()));
  }
  system.size = system.energies->size();
  system.file.reset();
  return basis;
}

void change_basis(model::GivenOperators& operators, std::size_t system, Basis basis) {
  if (!basis.order.empty()) {
    const std::size_t size = basis.order.size();
    basis.vectors.assign(size * size, 0.0);
    for (std::size_t k = 0; k < size; ++k) {
      basis.vectors[k * size + basis.order[k]] = 1.0;
    }
  }
  if (!basis.vectors.empty()) {
    model::change_basis(operators, system, basis.vectors);
  }
}

/// Puts the operators of `structure = file` in place of the file's name.
void resolve_operators(Settings& settings, std::array<Basis, 2> bases) {
  if (settings.structure != coupling_from_file) {
    return;
  }
  if (settings.coupling_file) {
    auto operators = std::make_shared<model::GivenOperators>(
        read_operators(*settings.coupling_file, "coupling.file",
                       {settings.systems[0].size.value(), settings.systems[1].size.value()},
                       bases[0].digest ^ (bases[1].digest << 1U)));
    for (std::size_t system = 0; system < 2; ++system) {
      change_basis(*operators, system, std::move(bases[system]));
    }
    settings.coupling.operators = std::move(operators);
    settings.coupling_file.reset();
  }
  if (!settings.coupling.operators) {
    throw InputError(
        "coupling.structure = file: coupling.file must be given, an HDF5 file of operators.");
  }
}

/// What the coupling does besides coupling, a sentence each.
std::vector<std::string> notes_on(const Settings& settings) {
  std::vector<std::string> notes;
  const auto& operators = settings.coupling.operators;
  if (settings.structure != coupling_from_file || !operators->at_hand()) {
    return notes;
  }
  constexpr double negligible = 1e-10;
  const auto fields = model::mean_fields(*operators);
  for (std::size_t system = 0; system < 2; ++system) {
    if (fields[system] > negligible) {
      notes.push_back(fmt::format(
          "coupling.file: averaged over system {}, V shifts the levels of system {} besides, root "
          "mean square {:.2g} of V's; predictions know it as part of V alone",
          2 - system, system + 1, fields[system]));
    }
  }
  return notes;
}

/// Repeats a single inverse temperature as often as the other system has some.
void pair_temperatures(std::array<SystemSettings, 2>& systems) {
  auto& [first, second] = systems;
  if (first.beta.size() == 1) {
    first.beta.resize(second.beta.size(), first.beta.front());
  } else if (second.beta.size() == 1) {
    second.beta.resize(first.beta.size(), second.beta.front());
  }
  if (first.beta.size() != second.beta.size()) {
    throw InputError(
        fmt::format("system1.beta = {} and system2.beta = {}: the lists must be equally long, or "
                    "one of them a single value.",
                    fmt::join(first.beta, ", "), fmt::join(second.beta, ", ")));
  }
}

std::shared_ptr<const model::DensityOfStates> density_of(const SystemSettings& system) {
  const auto table = density_table();
  const auto entry = std::ranges::find(table, system.density,
                                       [](const DensityEntry& each) { return each.words.front(); });
  if (entry == table.end()) {
    return nullptr;
  }
  std::vector<double> values;
  for (const auto& parameter : entry->parameters) {
    values.push_back(system.parameters.at(parameter.key));
  }
  return entry->make(values);
}

model::System system_of(const SystemSettings& system) {
  const bool from_file = has_given_levels(system);
  return {density_of(system), system.size.value(),
          from_file ? model::LevelPlacement::file : system.levels,
          from_file ? system.energies.value() : std::vector<double>()};
}

/// In ascending order.
std::vector<double> distribution_times_of(const Settings& settings) {
  auto times = settings.distribution_times.value_or(std::vector<double>());
  std::ranges::sort(times);
  for (const double time : times) {
    if (!(time >= 0.0 && time <= settings.end)) {
      throw InputError(
          fmt::format("observables.distribution_times = {}: the values must be from 0 to time.end "
                      "= {}.",
                      fmt::join(*settings.distribution_times, ", "), settings.end));
    }
  }
  if (std::ranges::adjacent_find(times) != times.end()) {
    throw InputError(fmt::format("observables.distribution_times = {}: a time is given twice.",
                                 fmt::join(*settings.distribution_times, ", ")));
  }
  return times;
}

model::Experiment experiment_of(const Settings& settings) {
  model::Experiment experiment;
  for (std::size_t k = 0; k < 2; ++k) {
    experiment.systems[k] = system_of(settings.systems[k]);
  }
  const auto& [system_1, system_2] = settings.systems;
  for (std::size_t pair = 0; pair < system_1.beta.size(); ++pair) {
    experiment.states.push_back(model::thermal_state({system_1.beta[pair], system_2.beta[pair]}));
  }
  experiment.coupling = std::ranges::find(model::coupling_table(), settings.structure,
                                          &model::CouplingStructure::word)
                            ->make(settings.coupling);
  experiment.strength = settings.strength;
  for (std::uint64_t k = 0; k <= settings.steps; ++k) {
    experiment.times.push_back(settings.end *
                               (static_cast<double>(k) / static_cast<double>(settings.steps)));
  }
  experiment.seed = settings.seed;
  experiment.first_realization = settings.first;
  experiment.realizations = settings.realizations;
  experiment.fixed_work_share = settings.work_share;
  experiment.with_conductance = settings.conductance;
  experiment.with_statistics = settings.statistics;
  experiment.distribution_times = distribution_times_of(settings);
  experiment.bins = settings.bins;
  return experiment;
}

/// Thermal states must exist: at the given temperatures, and where the conductance is asked for at
/// their mean in both systems.
void require_thermal_states(const model::Experiment& experiment) {
  for (const auto& state : experiment.states) {
    const auto betas = state->betas().value();
    const double mean = model::mean_beta(betas);
    for (std::size_t k = 0; k < 2; ++k) {
      const auto spectrum = experiment.systems[k].reference_spectrum();
      const double beta = betas[k];
      if (!spectrum->admits(beta)) {
        throw InputError(
            fmt::format("system{0}.beta = {1}: with this density of states the value "
                        "must be {2}.",
                        k + 1, beta, spectrum->admissible_betas()));
      }
      if (experiment.with_conductance && !spectrum->admits(mean)) {
        throw InputError(fmt::format(
            "observables.conductance = true: it is taken at the mean inverse temperature {}, which "
            "in system {} must be {}; set it to false or change the temperatures.",
            mean, k + 1, spectrum->admissible_betas()));
      }
    }
  }
}

void require_noise_reduction(const dynamics::SolverOptions& solver) {
  if (has_control(solver.noise_reduction) && solver.method != dynamics::Method::diagonalization) {
    throw InputError(fmt::format(
        "solver.noise_reduction = {}: this takes solver.method = diagonalization; with others the "
        "value must be none, pairs or auto.",
        has_pairs(solver.noise_reduction) ? "both" : "control"));
  }
}

std::string resolved_text(const std::vector<Option>& table, const Settings& settings) {
  std::string text;
  std::string section;
  for (const Option& option : table) {
    if (!option.resolved(settings)) {
      continue;
    }
    if (option.section != section) {
      text += fmt::format("{}[{}]\n", text.empty() ? "" : "\n", option.section);
      section = option.section;
    }
    text += fmt::format("{} = {}\n", option.key, option.write(settings));
  }
  return text;
}

}  // namespace

Settings parse_settings(const std::string& ini_text, const std::vector<std::string>& arguments) {
  const auto table = option_table();
  const auto given = given_options(table, ini_text, arguments);
  if (!given.axes.empty()) {
    const auto& [axis, text] = *given.axes.begin();
    throw InputError(fmt::format("scan.{} = {}: here the job must be one alone.", axis, text));
  }
  return settings_of(table, given.values);
}

Settings load_settings(const std::optional<std::string>& path,
                       const std::vector<std::string>& arguments) {
  auto settings = parse_settings(path ? read_text_file(*path, "--config") : "", arguments);
  require_input_files(settings);
  return settings;
}

Config make_config(Settings settings) {
  auto basis_1 = resolve_levels(settings.systems[0], "system1");
  auto basis_2 = resolve_levels(settings.systems[1], "system2");
  resolve_operators(settings, {std::move(basis_1), std::move(basis_2)});
  pair_temperatures(settings.systems);
  require_noise_reduction(settings.solver);
  require_quantities(settings);
  auto experiment = experiment_of(settings);
  require_ranges(settings, experiment);
  require_thermal_states(experiment);
  auto text = resolved_text(option_table(), settings);
  auto notes = notes_on(settings);
  return {std::move(settings), std::move(experiment), std::move(text), std::move(notes)};
}

std::vector<OptionDifference> physics_differences(const Settings& left, const Settings& right) {
  std::vector<OptionDifference> differences;
  for (const Option& option : option_table()) {
    const auto value = [&option](const Settings& settings) {
      return option.resolved(settings) ? option.write(settings) : std::string();
    };
    auto on_left = value(left);
    auto on_right = value(right);
    if (option.physics && !option.same(on_left, on_right)) {
      differences.push_back({option.name(), std::move(on_left), std::move(on_right)});
    }
  }
  return differences;
}

}  // namespace rmtheat::io
