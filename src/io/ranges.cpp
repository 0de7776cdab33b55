#include "ranges.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include <fmt/format.h>

#include "rmtheat/support/error.hpp"

namespace rmtheat::io {
namespace {

// In units that are free: powers of them are numbers still.
constexpr double largest_quantity = 1e30;
constexpr double smallest_quantity = 1e-30;

// Of gamma densities.
constexpr double smallest_shape = 0.01;
constexpr double largest_shape = 1e4;

// In units of a system's width. Energies enter squared, so that of 16 digits 4 are left of this
// offset, 1e-5 of a conductance by measurement.
constexpr double largest_offset = 1e6;
constexpr double largest_beta = 1e4;
constexpr double largest_strength = 1e6;
constexpr double largest_time = 1e7;

void require_size(const std::string& option, double value, double least, double most) {
  if (value != 0.0 && (std::abs(value) < least || std::abs(value) > most)) {
    throw InputError(fmt::format("{} = {}: the value must be within {} and {} in size.", option,
                                 value, least, most));
  }
}

double largest_energy(const model::System& system) {
  if (system.density) {
    return std::abs(system.density->quantile(0.5));
  }
  double largest = 0.0;
  for (const double energy : system.file_levels) {
    largest = std::max(largest, std::abs(energy));
  }
  return largest;
}

std::string describe(const SystemSettings& system) {
  std::string text = "density = " + system.density;
  for (const auto& [name, value] : system.parameters) {
    text += fmt::format(", {} = {}", name, value);
  }
  return text;
}

}  // namespace

void require_quantities(const Settings& settings) {
  for (std::size_t k = 0; k < 2; ++k) {
    for (const auto& [name, value] : settings.systems[k].parameters) {
      const auto option = fmt::format("system{}.{}", k + 1, name);
      if (name == "shape") {
        require_size(option, value, smallest_shape, largest_shape);
      } else {
        const bool may_be_tiny = name == "mean" || name == "centre";
        require_size(option, value, may_be_tiny ? 0.0 : smallest_quantity, largest_quantity);
      }
    }
  }
  require_size("coupling.bandwidth", settings.coupling.bandwidth, smallest_quantity,
               largest_quantity);
  require_size("coupling.strength", settings.strength, 0.0, largest_quantity);
  require_size("time.end", settings.end, smallest_quantity, largest_quantity);
}

void require_ranges(const Settings& settings, const model::Experiment& experiment) {
  double widths = 0.0;
  for (std::size_t k = 0; k < 2; ++k) {
    const auto& system = experiment.systems[k];
    const double width = std::sqrt(system.variance());
    const double energy = largest_energy(system);
    if (!std::isfinite(width) || !(energy <= largest_quantity)) {
      throw InputError(fmt::format("system{} ({}): energies must not be larger than {}.", k + 1,
                                   describe(settings.systems[k]), largest_quantity));
    }
    if (width > 0.0 && energy > largest_offset * width) {
      throw InputError(fmt::format(
          "system{} ({}): energies up to {:.3g} must not be larger than {} times their standard "
          "deviation, {:.3g}: measure them from a zero nearer to them, as only their differences "
          "matter.",
          k + 1, describe(settings.systems[k]), energy, largest_offset, width));
    }
    for (const double beta : settings.systems[k].beta) {
      if (!(std::abs(beta) * width <= largest_beta)) {
        throw InputError(fmt::format(
            "system{}.beta = {}: the value must be within {} over the standard deviation of the "
            "levels, {:.3g}.",
            k + 1, beta, largest_beta, width));
      }
    }
    widths += width;
  }
  const double coupling = experiment.strength * experiment.coupling->half_width();
  if (!(coupling <= largest_quantity) || (widths > 0.0 && coupling > largest_strength * widths)) {
    throw InputError(fmt::format(
        "coupling.strength = {}: the coupling's half width, {:.3g}, must not be larger than {} "
        "times the standard deviations of the levels, {:.3g}.",
        settings.strength, coupling, largest_strength, widths));
  }
  if (!(settings.end * (widths + coupling) <= largest_time)) {
    throw InputError(fmt::format(
        "time.end = {}: the value must not be larger than {} over the width of H, {:.3g}.",
        settings.end, largest_time, widths + coupling));
  }
}

}  // namespace rmtheat::io
