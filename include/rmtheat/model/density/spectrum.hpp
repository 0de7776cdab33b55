#pragma once

#include <array>
#include <complex>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace rmtheat::model {

using Complex = std::complex<double>;

/// <E^k e^(-zE)> for k = 0, 1, 2 over a normalized level density, each divided by e^(log_scale).
/// The scale depends on Re z alone and keeps low temperatures from overflowing.
struct BoltzmannMoments {
  std::array<Complex, 3> value;
  double log_scale = 0.0;
};

/// <E^k e^(-ixE)>_beta for k = 0, 1, 2: averages in the thermal state at inverse temperature beta.
using ThermalMoments = std::array<Complex, 3>;

class DensityOfStates;
class WeightedLevels;

/// One system's energies as the theory sees them: a normalized level density known through its
/// characteristic function chi(z) = integral rho(E) e^(-zE) dE.
///
/// A continuum density of states and a finite set of levels are both spectra, so that each formula
/// of the theory is written once and serves both.
class Spectrum {
 public:
  Spectrum() = default;
  Spectrum(const Spectrum&) = default;
  Spectrum(Spectrum&&) = default;
  Spectrum& operator=(const Spectrum&) = default;
  Spectrum& operator=(Spectrum&&) = default;
  virtual ~Spectrum() = default;

  /// Scaled moments at complex z. Re z must be an admissible inverse temperature.
  [[nodiscard]] virtual BoltzmannMoments boltzmann_moments(Complex z) const = 0;

  /// True where the Boltzmann factor e^(-beta E) is integrable.
  [[nodiscard]] virtual bool admits(double beta) const;

  /// The admissible inverse temperatures in words, for messages: "any real number", "> -0.5".
  [[nodiscard]] virtual std::string admissible_betas() const;

  /// Lowest and highest energy that matter in the thermal state: outside of them the thermal
  /// density is below `tolerance` times its largest value. The hull of a finite set of levels.
  [[nodiscard]] virtual std::pair<double, double> energy_range(double beta,
                                                               double tolerance) const = 0;

  /// The density itself where the energies are a continuum, null where they are levels.
  [[nodiscard]] virtual const DensityOfStates* continuum() const { return nullptr; }

  /// Energies with weights that stand for this spectrum in integrals of e^(-iEx), |x| <= `time`,
  /// over [low, high]: the levels themselves, or a quadrature rule.
  [[nodiscard]] virtual WeightedLevels discretized(double low, double high, double time) const = 0;

  /// <E^k e^(-ixE)>_beta for every beta and x, shape (betas, xs), row-major: what a scan over x
  /// should call, since the Boltzmann weights and phases are then computed once.
  [[nodiscard]] virtual std::vector<ThermalMoments> thermal_moments(
      std::span<const double> betas, std::span<const double> xs) const;

  /// <E^k e^(-ixE)>_beta, that is chi(beta + ix) / chi(beta) and its energy-weighted relatives.
  [[nodiscard]] ThermalMoments thermal_moments(double beta, double x) const;
  /// <E>_beta.
  [[nodiscard]] double mean_energy(double beta) const;
  /// Mean and variance of the energy at infinite temperature; the variance of energies far from 0
  /// is as precise as that of energies near it.
  [[nodiscard]] double mean() const { return mean_energy(0.0); }
  [[nodiscard]] virtual double variance() const = 0;
  /// Standard deviation of the energy in the thermal state, roughly.
  [[nodiscard]] double thermal_deviation(double beta) const;
};

/// Energies with weights that sum to 1: the levels of a finite system (weights 1/N), or a
/// quadrature rule that stands for a continuum density.
class WeightedLevels final : public Spectrum {
 public:
  /// Equal weights. Throws std::invalid_argument when empty.
  explicit WeightedLevels(std::span<const double> energies);
  /// Weights are normalized to 1. Sizes must agree.
  WeightedLevels(std::vector<double> energies, std::vector<double> weights);

  [[nodiscard]] const std::vector<double>& energies() const { return energies_; }
  [[nodiscard]] const std::vector<double>& weights() const { return weights_; }
  [[nodiscard]] std::size_t size() const { return energies_.size(); }

  [[nodiscard]] double variance() const override;
  [[nodiscard]] BoltzmannMoments boltzmann_moments(Complex z) const override;
  [[nodiscard]] std::pair<double, double> energy_range(double beta,
                                                       double tolerance) const override;
  [[nodiscard]] WeightedLevels discretized(double low, double high, double time) const override;
  using Spectrum::thermal_moments;
  [[nodiscard]] std::vector<ThermalMoments> thermal_moments(
      std::span<const double> betas, std::span<const double> xs) const override;

  /// Thermal weights at inverse temperature beta, (size), which sum to 1.
  [[nodiscard]] std::vector<double> thermal_weights(double beta) const;

 private:
  std::vector<double> energies_;
  std::vector<double> weights_;
  double lowest_;
  double highest_;
};

}  // namespace rmtheat::model
