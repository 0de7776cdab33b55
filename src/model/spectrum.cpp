#include "rmtheat/model/spectrum.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace rmtheat::model {

bool Spectrum::admits(double beta) const { return std::isfinite(beta); }

std::string Spectrum::admissible_betas() const { return "any real number"; }

Complex Spectrum::chi(Complex z) const {
  const auto moments = boltzmann_moments(z);
  return moments.value[0] * std::exp(moments.log_scale);
}

Complex Spectrum::minus_chi_prime(Complex z) const {
  const auto moments = boltzmann_moments(z);
  return moments.value[1] * std::exp(moments.log_scale);
}

ThermalMoments Spectrum::thermal_moments(double beta, double x) const {
  const auto moments = boltzmann_moments({beta, x});
  const auto partition = boltzmann_moments({beta, 0.0});
  const double norm = std::exp(moments.log_scale - partition.log_scale) / partition.value[0].real();
  return {moments.value[0] * norm, moments.value[1] * norm, moments.value[2] * norm};
}

double Spectrum::mean_energy(double beta) const { return thermal_moments(beta, 0.0)[1].real(); }

double Spectrum::variance() const {
  const auto moments = thermal_moments(0.0, 0.0);
  const double mean = moments[1].real();
  return moments[2].real() - mean * mean;
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

}  // namespace rmtheat::model
