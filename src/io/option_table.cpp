#include "option_table.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "coupling_options.hpp"
#include "density_table.hpp"
#include "make_option.hpp"

namespace rmtheat::io {

namespace {

constexpr std::uint64_t largest_count = 1'000'000'000;
constexpr std::uint64_t largest_integer = std::numeric_limits<std::uint64_t>::max();

/// A density's parameter; in const settings it must be set.
double& parameter(SystemSettings& system, const std::string& key) { return system.parameters[key]; }
const double& parameter(const SystemSettings& system, const std::string& key) {
  return system.parameters.at(key);
}

/// The option of system `index` that only some densities have.
Option only_for(std::vector<std::string> densities, std::size_t index, Option option) {
  option.belongs = [index, densities = std::move(densities)](const Settings& settings) {
    return std::ranges::count(densities, settings.systems[index].density) > 0;
  };
  option.defaulted = option.belongs;
  option.resolved = option.belongs;
  option.chosen_by = "density";
  return option;
}

ValueKind<std::string> density_word() {
  std::vector<std::pair<std::string, std::string>> words;
  for (const auto& entry : density_table()) {
    for (const auto& word : entry.words) {
      words.emplace_back(word, entry.words.front());
    }
  }
  words.emplace_back(levels_from_file, levels_from_file);
  words.emplace_back(levels_of_hamiltonian, levels_of_hamiltonian);
  return choice(words);
}

std::vector<std::string> all_densities() {
  std::vector<std::string> names;
  std::ranges::transform(density_table(), std::back_inserter(names),
                         [](const DensityEntry& entry) { return entry.words.front(); });
  return names;
}

/// One option per key, for all densities that have it.
std::vector<Option> density_parameters(const std::string& section, std::size_t index) {
  std::vector<std::pair<DensityParameter, std::vector<std::string>>> parameters;
  for (const auto& entry : density_table()) {
    for (const auto& each : entry.parameters) {
      auto found = std::ranges::find(parameters, each.key,
                                     [](const auto& known) { return known.first.key; });
      if (found == parameters.end()) {
        found = parameters.insert(found, {each, {}});
      }
      found->second.push_back(entry.words.front());
    }
  }
  std::vector<Option> options;
  options.reserve(parameters.size());
  for (const auto& [each, densities] : parameters) {
    options.push_back(
        only_for(densities, index,
                 option(
                     section,
                     {each.key, each.units, each.default_value,
                      fmt::format("{}: {}", fmt::join(densities, ", "), each.description)},
                     each.kind, [ index, key = each.key ](auto& settings) -> auto& {
                       return parameter(settings.systems[index], key);
                     })));
  }
  return options;
}

/// On another processor the eigenvalues of a matrix are rounded otherwise.
bool are_equal_energies(const std::string& left, const std::string& right) {
  constexpr double tolerance = 1e-12;
  const auto list = real_list();
  const auto first = list.parse(left);
  const auto second = list.parse(right);
  if (!first || !second) {
    return left == right;
  }
  double largest = 0.0;
  for (const double energy : *first) {
    largest = std::max(largest, std::abs(energy));
  }
  return std::ranges::equal(
      *first, *second, [&](double a, double b) { return std::abs(a - b) <= tolerance * largest; });
}

std::vector<Option> system_section(std::size_t index, std::string default_beta) {
  using model::LevelPlacement;
  const std::string section = fmt::format("system{}", index + 1);
  const auto place = [index](auto member) {
    return [=](auto& settings) -> auto& { return settings.systems[index].*member; };
  };

  auto size =
      option(section, {"size", "", "10", "number of levels N; with a file, that of the file"},
             optional(whole(1, largest_size)), place(&SystemSettings::size));
  size.defaulted = [index](const Settings& settings) {
    const auto& density = settings.systems[index].density;
    return density != levels_from_file && density != levels_of_hamiltonian;
  };
  auto levels_file = only_for(
      {levels_from_file, levels_of_hamiltonian}, index,
      option(section,
             {"file", "", "",
              "file: text file of levels, one energy per line, # for comments; hamiltonian: "
              "FILE.h5:/DATASET, a dense Hermitian matrix (N, N)"},
             optional(text("a path")), place(&SystemSettings::file)));
  levels_file.resolved = [](const Settings&) { return false; };  // `energies` holds what it said

  std::vector<Option> options = {
      option(section, {"density", "", "gaussian", "density of states (constant: uniform)"},
             density_word(), place(&SystemSettings::density)),
      std::move(size),
      only_for(all_densities(), index,
               option(section,
                      {"levels", "", "quantile",
                       "how the levels realize the density: regular, independent, or repelling as "
                       "in the GUE"},
                      choice<LevelPlacement>({{"quantile", LevelPlacement::quantile},
                                              {"iid", LevelPlacement::iid},
                                              {"gue", LevelPlacement::gue}}),
                      place(&SystemSettings::levels))),
  };
  std::ranges::move(density_parameters(section, index), std::back_inserter(options));
  options.push_back(std::move(levels_file));
  auto energies = only_for(
      {levels_from_file, levels_of_hamiltonian}, index,
      option(section,
             {"energies", "energy", "", "file: the levels themselves, in place of the file's path"},
             optional(real_list()), place(&SystemSettings::energies)));
  energies.same = are_equal_energies;
  options.push_back(std::move(energies));
  options.push_back(option(
      section,
      {"beta", "1 / energy", std::move(default_beta),
       "inverse temperature; a list is paired with the other system's, one value serves all"},
      real_list(), place(&SystemSettings::beta)));
  return options;
}

std::vector<Option> physics_sections() {
  using dynamics::CouplingStorage;
  using dynamics::Method;
  using dynamics::NoiseReduction;
  return {
      option(
          "time", {"end", "hbar / energy", "10", "last time"}, positive_real(),
          [](auto& settings) -> auto& { return settings.end; }),
      option(
          "time", {"steps", "", "200", "time steps; t = 0 comes on top"}, whole(1, largest_size),
          [](auto& settings) -> auto& { return settings.steps; }),
      option(
          "ensemble", {"seed", "", "1", "seed of the random numbers"}, whole(0, largest_integer),
          [](auto& settings) -> auto& { return settings.seed; }),
      option(
          "observables",
          {"work_share", "", "auto",
           "share s of the work done on system 1 in the heat current; auto: from the energy "
           "variances of the levels, of the density where levels are random"},
          automatic_or(real_from(0.0, 1.0)),
          [](auto& settings) -> auto& { return settings.work_share; }),
      option(
          "observables", {"conductance", "", "true", "compute the thermal conductance as well"},
          truth(), [](auto& settings) -> auto& { return settings.conductance; }),
      option(
          "observables",
          {"statistics", "", "false",
           "second moments of heat, work and entropy of two measurements as well"},
          truth(), [](auto& settings) -> auto& { return settings.statistics; }),
      option(
          "observables",
          {"distribution_times", "hbar / energy", "none",
           "when the distributions of both energies are taken"},
          word_or("none", real_list()),
          [](auto& settings) -> auto& { return settings.distribution_times; }),
      option(
          "observables",
          {"bins", "", "20",
           "bins of such a distribution where levels are random, each of as much of the density"},
          whole(1, largest_size), [](auto& settings) -> auto& { return settings.bins; }),
      option(
          "solver",
          {"method", "", "diagonalization",
           "how a realization is propagated: all eigenvectors, or random pure states"},
          choice<Method>({{"diagonalization", Method::diagonalization},
                          {"lanczos", Method::lanczos},
                          {"auto", Method::automatic}}),
          [](auto& settings) -> auto& { return settings.solver.method; }),
      option(
          "solver",
          {"coupling", "", "sampled",
           "lanczos: coupling matrix drawn as it is used (products, file: multiplied by its "
           "factors), or drawn and stored (small sizes)"},
          choice<CouplingStorage>(
              {{"sampled", CouplingStorage::sampled}, {"stored", CouplingStorage::stored}}),
          [](auto& settings) -> auto& { return settings.solver.coupling; }),
      option(
          "solver",
          {"noise_reduction", "", "auto",
           "pairs: a realization is the mean over V and -V (lanczos with a sampled V: over chains "
           "that draw it from g and -g), which cancels odd orders in lambda; control "
           "(diagonalization): its own second order, less the average, is subtracted; both"},
          choice<NoiseReduction>({{"none", NoiseReduction::none},
                                  {"control", NoiseReduction::control},
                                  {"pairs", NoiseReduction::pairs},
                                  {"both", NoiseReduction::both},
                                  {"auto", NoiseReduction::automatic}}),
          [](auto& settings) -> auto& { return settings.solver.noise_reduction; }),
      option(
          "solver",
          {"tolerance", "", "1e-10",
           "lanczos: largest last component of the state on the Lanczos vectors"},
          positive_real(), [](auto& settings) -> auto& { return settings.solver.tolerance; }),
  };
}

std::vector<Option> other_sections() {
  using dynamics::EigensolverChoice;
  return {
      option(
          "ensemble", {"realizations", "", "100", "number of disorder realizations"},
          whole(1, largest_count), [](auto& settings) -> auto& { return settings.realizations; }),
      option(
          "ensemble", {"first", "", "0", "index of the first realization"},
          whole(0, largest_integer / 2), [](auto& settings) -> auto& { return settings.first; }),
      option(
          "ensemble",
          {"target_error", "", "0",
           "end before all realizations when the late mean of the heat current has this relative "
           "standard error; 0: never"},
          non_negative_real(), [](auto& settings) -> auto& { return settings.target_error; }),
      option(
          "solver", {"eigensolver", "", "auto", "library that diagonalizes H"},
          choice<EigensolverChoice>({{"auto", EigensolverChoice::automatic},
                                     {"lapack", EigensolverChoice::lapack},
                                     {"scalapack", EigensolverChoice::scalapack},
                                     {"elpa", EigensolverChoice::elpa}}),
          [](auto& settings) -> auto& { return settings.solver.eigensolver; }),
      option(
          "solver",
          {"tridiagonalization", "", "auto",
           "to tridiagonal form and back: by routines of our own where they are faster, or by the "
           "eigensolver's library always"},
          choice<linalg::TridiagonalizationChoice>(
              {{"auto", linalg::TridiagonalizationChoice::automatic},
               {"library", linalg::TridiagonalizationChoice::library}}),
          [](auto& settings) -> auto& { return settings.solver.tridiagonalization; }),
      option(
          "solver", {"threads", "", "1", "BLAS threads of each MPI rank"}, whole(1, 1024),
          [](auto& settings) -> auto& { return settings.solver.threads; }),
      option(
          "solver", {"ranks_per_group", "", "auto", "MPI ranks that share one realization"},
          automatic_or(whole(1, largest_size)),
          [](auto& settings) -> auto& { return settings.solver.ranks_per_group; }),
      option(
          "solver", {"grid_rows", "", "auto", "rows of the process grid of a group"},
          automatic_or(whole(1, largest_size)),
          [](auto& settings) -> auto& { return settings.solver.grid_rows; }),
      option(
          "solver", {"block_size", "", "auto", "of the block-cyclic matrix distribution"},
          automatic_or(whole(1, largest_size)),
          [](auto& settings) -> auto& { return settings.solver.block_size; }),
      option(
          "output", {"file", "", "results.h5", "results file"}, text("a path"),
          [](auto& settings) -> auto& { return settings.output.file; }),
      option(
          "output", {"samples", "", "true", "store every realization, not the statistics alone"},
          truth(), [](auto& settings) -> auto& { return settings.output.samples; }),
      option(
          "output", {"checkpoint_interval", "s", "60", "time between checkpoints of the file"},
          non_negative_real(),
          [](auto& settings) -> auto& { return settings.output.checkpoint_interval; }),
      option(
          "output",
          {"grace", "s", "20",
           "time to finish the running realizations in when the job is told to stop"},
          non_negative_real(), [](auto& settings) -> auto& { return settings.output.grace; }),
  };
}

}  // namespace

std::vector<Option> option_table() {
  std::vector<Option> table = system_section(0, "1");
  for (Option& row : system_section(1, "0.3")) {
    table.push_back(std::move(row));
  }
  for (Option& row : coupling_section()) {
    table.push_back(std::move(row));
  }
  for (Option& row : physics_sections()) {
    table.push_back(std::move(row));
  }
  for (Option& row : other_sections()) {
    row.physics = false;
    table.push_back(std::move(row));
  }
  // Sections stay in the order in which they first appear.
  std::vector<std::string> order;
  for (const Option& row : table) {
    if (std::ranges::find(order, row.section) == order.end()) {
      order.push_back(row.section);
    }
  }
  std::ranges::stable_sort(table, {}, [&order](const Option& row) {
    return std::ranges::find(order, row.section) - order.begin();
  });
  return table;
}

}  // namespace rmtheat::io
