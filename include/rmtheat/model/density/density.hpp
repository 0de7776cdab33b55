#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "rmtheat/model/density/spectrum.hpp"

namespace rmtheat::model {

/// A continuum density of states rho(E), normalized to 1.
///
/// Adding a density is one class here and one entry in io's density table.
class DensityOfStates : public Spectrum {
 public:
  /// The option value that names it: "gaussian", "uniform", "semicircle", "gamma".
  [[nodiscard]] virtual std::string name() const = 0;
  /// Its parameters by option name, in the order of the constructor.
  [[nodiscard]] virtual std::vector<std::pair<std::string, double>> parameters() const = 0;

  /// rho(E); zero outside the support.
  [[nodiscard]] virtual double pdf(double energy) const = 0;
  /// The thermal density rho(E) e^(-beta E) / Z as a function of E, which keeps a pointer to this.
  /// Nothing in it overflows or vanishes at temperatures at which rho itself vanishes where the
  /// thermal state is.
  [[nodiscard]] virtual std::function<double(double)> thermal_pdf(double beta) const;
  /// F^-1(u) for 0 < u < 1, F(E) the integral of rho up to E.
  [[nodiscard]] virtual double quantile(double u) const = 0;
  /// Smallest and largest energy with rho > 0; may be infinite.
  [[nodiscard]] virtual std::pair<double, double> support() const = 0;

  [[nodiscard]] const DensityOfStates* continuum() const final { return this; }
  [[nodiscard]] WeightedLevels discretized(double low, double high, double time) const final;
  /// An infinite side, and a cold state's far side, are cut where the thermal density is small.
  [[nodiscard]] std::pair<double, double> energy_range(double beta,
                                                       double tolerance) const override;
};

/// rho(E) = exp(-(E - mean)^2 / (2 sigma^2)) / (sigma sqrt(2 pi)). sigma > 0.
std::shared_ptr<const DensityOfStates> gaussian_density(double sigma, double mean);

/// rho(E) = 1 / (2 half_width) for |E - centre| < half_width. half_width > 0.
std::shared_ptr<const DensityOfStates> uniform_density(double half_width, double centre);

/// rho(E) = 2 sqrt(radius^2 - (E - centre)^2) / (pi radius^2). radius > 0.
std::shared_ptr<const DensityOfStates> semicircle_density(double radius, double centre);

/// rho(E) = E^(shape-1) e^(-E/scale) / (Gamma(shape) scale^shape), E >= 0; admits
/// beta > -1/scale. shape > 0, scale > 0.
std::shared_ptr<const DensityOfStates> gamma_density(double shape, double scale);

}  // namespace rmtheat::model
