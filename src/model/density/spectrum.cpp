#include "rmtheat/model/density/spectrum.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace rmtheat::model {

bool Spectrum::admits(double beta) const { return std::isfinite(beta); }

std::string Spectrum::admissible_betas() const { return "any real number"; }

ThermalMoments Spectrum::thermal_moments(double beta, double x) const {
  return thermal_moments(std::span(&beta, 1), std::span(&x, 1)).front();
}

std::vector<ThermalMoments> Spectrum::thermal_moments(std::span<const double> betas,
                                                      std::span<const double> xs) const {
  std::vector<ThermalMoments> result;
  result.reserve(betas.size() * xs.size());
  for (const double beta : betas) {
    const auto partition = boltzmann_moments({beta, 0.0});
    for (const double x : xs) {
      const auto moments = boltzmann_moments({beta, x});
      const double norm =
          std::exp(moments.log_scale - partition.log_scale) / partition.value[0].real();
      result.push_back({moments.value[0] * norm, moments.value[1] * norm, moments.value[2] * norm});
    }
  }
  return result;
}

double Spectrum::mean_energy(double beta) const { return thermal_moments(beta, 0.0)[1].real(); }

double Spectrum::thermal_deviation(double beta) const {
  constexpr double rounding = 1e-13;
  const auto moments = thermal_moments(beta, 0.0);
  const double mean = moments[1].real();
  const double square = moments[2].real();
  const double variance = square - mean * mean;
  // A cold state's width is lost in its energy's rounding where it is far from 0.
  return variance > rounding * square || beta == 0.0 ? std::sqrt(std::max(variance, 0.0))
                                                     : 1.0 / std::abs(beta);
}

WeightedLevels::WeightedLevels(std::span<const double> energies)
    : WeightedLevels(std::vector<double>(energies.begin(), energies.end()),
                     std::vector<double>(energies.size(), 1.0)) {}

WeightedLevels::WeightedLevels(std::vector<double> energies, std::vector<double> weights)
    : energies_(std::move(energies)), weights_(std::move(weights)) {
  if (energies_.empty() || energies_.size() != weights_.size()) {
    throw std::invalid_argument("WeightedLevels needs as many weights as energies, at least one");
  }
  const double total = std::accumulate(weights_.begin(), weights_.end(), 0.0);
  for (double& weight : weights_) {
    weight /= total;
  }
  const auto [low, high] = std::minmax_element(energies_.begin(), energies_.end());
  lowest_ = *low;
  highest_ = *high;
}

BoltzmannMoments WeightedLevels::boltzmann_moments(Complex z) const {
  // The largest Boltzmann factor is taken out, so that none overflows at any temperature.
  const double reference = z.real() >= 0.0 ? lowest_ : highest_;
  BoltzmannMoments moments{{}, -z.real() * reference};
  for (std::size_t k = 0; k < energies_.size(); ++k) {
    const double energy = energies_[k];
    const Complex term =
        std::polar(weights_[k] * std::exp(-z.real() * (energy - reference)), -z.imag() * energy);
    moments.value[0] += term;
    moments.value[1] += energy * term;
    moments.value[2] += energy * energy * term;
  }
  return moments;
}

double WeightedLevels::variance() const {
  // Of energies from the lowest one on, whose rounding does not grow with where they lie.
  double mean = 0.0;
  double square = 0.0;
  for (std::size_t k = 0; k < energies_.size(); ++k) {
    const double energy = energies_[k] - lowest_;
    mean += weights_[k] * energy;
    square += weights_[k] * energy * energy;
  }
  return square - mean * mean;
}

std::pair<double, double> WeightedLevels::energy_range(double /*beta*/,
                                                       double /*tolerance*/) const {
  return {lowest_, highest_};
}

WeightedLevels WeightedLevels::discretized(double /*low*/, double /*high*/, double /*time*/) const {
  return *this;
}

std::vector<double> WeightedLevels::thermal_weights(double beta) const {
  const double reference = beta >= 0.0 ? lowest_ : highest_;
  std::vector<double> result(size());
  double partition = 0.0;
  for (std::size_t k = 0; k < size(); ++k) {
    result[k] = weights_[k] * std::exp(-beta * (energies_[k] - reference));
    partition += result[k];
  }
  for (double& weight : result) {
    weight /= partition;
  }
  return result;
}

std::vector<ThermalMoments> WeightedLevels::thermal_moments(std::span<const double> betas,
                                                            std::span<const double> xs) const {
  std::vector<std::vector<double>> weights;
  weights.reserve(betas.size());
  for (const double beta : betas) {
    weights.push_back(thermal_weights(beta));
  }
  std::vector<Complex> phases(size());
  std::vector<ThermalMoments> result(betas.size() * xs.size());
  for (std::size_t i = 0; i < xs.size(); ++i) {
    for (std::size_t k = 0; k < size(); ++k) {
      phases[k] = std::polar(1.0, -xs[i] * energies_[k]);
    }
    for (std::size_t b = 0; b < betas.size(); ++b) {
      auto& moments = result[b * xs.size() + i];
      for (std::size_t k = 0; k < size(); ++k) {
        const Complex term = weights[b][k] * phases[k];
        moments[0] += term;
        moments[1] += energies_[k] * term;
        moments[2] += energies_[k] * energies_[k] * term;
      }
    }
  }
  return result;
}

}  // namespace rmtheat::model
