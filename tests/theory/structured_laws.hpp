#pragma once

#include <cmath>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include "rmtheat/model/coupling/law.hpp"

namespace rmtheat::theory {

/// A law as the theory sees it: nothing is drawn from it.
class DescribedLaw : public model::CouplingLaw {
 public:
  [[nodiscard]] std::string_view word() const override { return "described"; }
  [[nodiscard]] std::string_view name() const override { return "described law"; }
  [[nodiscard]] std::unique_ptr<const model::Coupling> draw(
      const model::SystemLevels& /*levels*/, std::uint64_t /*seed*/,
      std::uint64_t /*realization*/) const override {
    throw std::logic_error("nothing is drawn from a described law");
  }
  [[nodiscard]] bool is_real() const override { return false; }
  [[nodiscard]] double second_moment(std::size_t /*row*/, std::size_t /*column*/,
                                     const model::SystemLevels& levels) const override {
    return 1.0 / static_cast<double>(levels[0].size() * levels[1].size());
  }
  [[nodiscard]] double half_width() const override { return 2.0; }
  [[nodiscard]] bool predicts(std::string_view /*prediction*/) const override { return true; }
};

/// A sum of K products of GUE factors.
class DescribedProducts final : public DescribedLaw {
 public:
  explicit DescribedProducts(double terms) : weight_(1.0 / terms) {}
  [[nodiscard]] double mixed_pairing_weight() const override { return weight_; }

 private:
  double weight_;
};

/// A variance profile.
class DescribedBand final : public DescribedLaw {
 public:
  enum class Shape { gaussian, lorentzian };
  DescribedBand(Shape shape, double width) : shape_(shape), width_(width) {}
  [[nodiscard]] double profile(double energy_difference) const override {
    const double square = std::pow(energy_difference / width_, 2);
    return shape_ == Shape::gaussian ? std::exp(-0.5 * square) : 1.0 / (1.0 + square);
  }
  [[nodiscard]] bool has_profile() const override { return true; }
  [[nodiscard]] double second_moment(std::size_t row, std::size_t column,
                                     const model::SystemLevels& levels) const override {
    const auto energy = [&levels](std::size_t a) {
      return levels[0][a / levels[1].size()] + levels[1][a % levels[1].size()];
    };
    return profile(energy(row) - energy(column)) * DescribedLaw::second_moment(row, column, levels);
  }

 private:
  Shape shape_;
  double width_;
};

/// One matrix, (D, D).
class DescribedMatrix final : public DescribedLaw {
 public:
  explicit DescribedMatrix(std::vector<std::complex<double>> elements)
      : elements_(std::move(elements)),
        dimension_(static_cast<std::size_t>(
            std::lround(std::sqrt(static_cast<double>(elements_.size()))))) {}
  [[nodiscard]] bool is_random() const override { return false; }
  [[nodiscard]] double second_moment(std::size_t row, std::size_t column,
                                     const model::SystemLevels& /*levels*/) const override {
    return std::norm(elements_[row * dimension_ + column]);
  }
  [[nodiscard]] double strength_factor() const override {
    double sum = 0.0;
    for (const auto& element : elements_) {
      sum += std::norm(element);
    }
    return std::sqrt(sum / static_cast<double>(dimension_));
  }

 private:
  std::vector<std::complex<double>> elements_;
  std::size_t dimension_;
};

}  // namespace rmtheat::theory
