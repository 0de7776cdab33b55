#include "rmtheat/model/coupling/band.hpp"

#include <cmath>
#include <complex>
#include <utility>

#include <fmt/format.h>

namespace rmtheat::model {
namespace {

using Complex = std::complex<double>;

struct Band {
  double width;
  Profile profile;

  [[nodiscard]] double operator()(double energy_difference) const {
    const double square = (energy_difference / width) * (energy_difference / width);
    return profile == Profile::gaussian ? std::exp(-0.5 * square) : 1.0 / (1.0 + square);
  }
};

/// Energy of the product state a = i N2 + j.
double total_energy(const SystemLevels& levels, std::size_t a) {
  return levels[0][a / levels[1].size()] + levels[1][a % levels[1].size()];
}

class BandCoupling final : public Coupling {
 public:
  BandCoupling(std::unique_ptr<const Coupling> full, Band band, const SystemLevels& levels)
      : Coupling(full->dimension()), full_(std::move(full)), band_(band), energies_(dimension()) {
    for (std::size_t a = 0; a < energies_.size(); ++a) {
      energies_[a] = total_energy(levels, a);
    }
  }

  [[nodiscard]] Complex element(std::size_t row, std::size_t column) const override {
    return factor(row, column) * full_->element(row, column);
  }
  void draw_column(std::size_t row, std::size_t column, std::span<double> elements) const override {
    draw(row, column, elements);
  }
  void draw_column(std::size_t row, std::size_t column,
                   std::span<Complex> elements) const override {
    draw(row, column, elements);
  }

 private:
  [[nodiscard]] double factor(std::size_t row, std::size_t column) const {
    return std::sqrt(band_(energies_[row] - energies_[column]));
  }
  template <class T>
  void draw(std::size_t row, std::size_t column, std::span<T> elements) const {
    full_->draw_column(row, column, elements);
    for (std::size_t k = 0; k < elements.size(); ++k) {
      elements[k] *= factor(row + k, column);
    }
  }

  std::unique_ptr<const Coupling> full_;
  Band band_;
  std::vector<double> energies_;  ///< total, (D)
};

class BandLaw final : public CouplingLaw {
 public:
  BandLaw(Family family, Band band)
      : band_(band),
        full_(full_coupling(family)),
        name_(fmt::format("{} in a {} band of width {}", name_of(family), word_of(band.profile),
                          band.width)) {}

  [[nodiscard]] std::string_view word() const override { return "band"; }
  [[nodiscard]] std::string_view name() const override { return name_; }
  [[nodiscard]] LawParameters parameters() const override {
    auto parameters = full_->parameters();
    parameters.bandwidth = band_.width;
    parameters.profile = word_of(band_.profile);
    return parameters;
  }
  [[nodiscard]] std::unique_ptr<const Coupling> draw(const SystemLevels& levels, std::uint64_t seed,
                                                     std::uint64_t realization) const override {
    return std::make_unique<BandCoupling>(full_->draw(levels, seed, realization), band_, levels);
  }
  [[nodiscard]] bool is_real() const override { return full_->is_real(); }
  [[nodiscard]] double second_moment(std::size_t row, std::size_t column,
                                     const SystemLevels& levels) const override {
    return band_(total_energy(levels, row) - total_energy(levels, column)) *
           full_->second_moment(row, column, levels);
  }
  [[nodiscard]] double profile(double energy_difference) const override {
    return band_(energy_difference);
  }
  [[nodiscard]] bool has_profile() const override { return true; }
  /// Of the full matrix: no row has a larger variance than there.
  [[nodiscard]] double half_width() const override { return full_->half_width(); }
  /// All: those that are more than perturbation theory close with the profile as well.
  [[nodiscard]] bool predicts(std::string_view /*prediction*/) const override { return true; }

 private:
  Band band_;
  LawPointer full_;
  std::string name_;
};

}  // namespace

LawPointer gaussian_band(Family family, double bandwidth, Profile profile) {
  return std::make_shared<const BandLaw>(family, Band{bandwidth, profile});
}

}  // namespace rmtheat::model
