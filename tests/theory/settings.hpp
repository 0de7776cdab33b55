#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "rmtheat/model/density/density.hpp"
#include "rmtheat/model/levels.hpp"
#include "rmtheat/model/observable/standard.hpp"
#include "rmtheat/theory/prediction.hpp"

namespace rmtheat::theory {

namespace fields = model::fields;
using SpectrumPointer = std::shared_ptr<const model::Spectrum>;
using DensityPointer = std::shared_ptr<const model::DensityOfStates>;

/// The four densities at unit variance.
inline std::array<DensityPointer, 4> unit_densities() {
  return {model::gaussian_density(1.0, 0.0), model::uniform_density(std::sqrt(3.0), 0.0),
          model::semicircle_density(2.0, 0.0), model::gamma_density(2.0, 1.0)};
}

inline SpectrumPointer levels(std::vector<double> energies) {
  return std::make_shared<model::WeightedLevels>(energies);
}

/// `size` quantile levels of a density.
inline SpectrumPointer quantile_levels(const model::DensityOfStates& density, std::size_t size) {
  return levels(place_levels(density, size, model::LevelPlacement::quantile,
                             PhiloxStream(1, 0, Stream::levels_1)));
}

/// 0, end/steps, ..., end.
inline std::vector<double> uniform_times(double end, std::size_t steps) {
  std::vector<double> times;
  for (std::size_t k = 0; k <= steps; ++k) {
    times.push_back(end * static_cast<double>(k) / static_cast<double>(steps));
  }
  return times;
}

/// Alike systems at beta1 = 1 and beta2 = 0.3 unless changed.
inline Setting setting_of(SpectrumPointer system_1, SpectrumPointer system_2, double strength,
                          std::vector<double> times) {
  const double variance_1 = system_1->variance();
  const double share = variance_1 / (variance_1 + system_2->variance());
  return {
      {std::move(system_1), std::move(system_2)}, {{1.0, 0.3}}, strength, std::move(times), share};
}

/// X(t) - X(0).
inline std::vector<double> change(const Prediction& prediction, const model::Field& observable,
                                  std::size_t pair = 0) {
  const auto curve = prediction.curves.curve(observable, pair);
  std::vector<double> result(curve.begin(), curve.end());
  for (double& value : result) {
    value -= curve.front();
  }
  return result;
}

inline double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double largest = 0.0;
  for (std::size_t k = 0; k < a.size(); ++k) {
    largest = std::max(largest, std::abs(a[k] - b[k]));
  }
  return largest;
}

}  // namespace rmtheat::theory
