#include "rmtheat/theory/mixed_pairings.hpp"

#include <gtest/gtest.h>

#include "rmtheat/theory/leading_order.hpp"
#include "rmtheat/theory/next_to_leading_order.hpp"
#include "theory/fourth_order.hpp"
#include "theory/settings.hpp"
#include "theory/structured_laws.hpp"

namespace rmtheat::theory {
namespace {

/// What the mixed pairings add to a prediction, for K = 1 and lambda = 1.
Prediction mixed_part(Setting setting) {
  setting.strength = 1.0;
  setting.coupling = std::make_shared<DescribedProducts>(1.0);
  auto prediction = next_to_leading_order(setting);
  const auto planar = prediction;
  add_mixed_pairings(prediction, setting);
  for (const auto& field : planar.curves.fields()) {
    const auto without = planar.curves.values(field);
    auto with = prediction.curves.values(field);
    for (std::size_t k = 0; k < with.size(); ++k) {
      with[k] -= without[k];
    }
  }
  return prediction;
}

TEST(MixedPairings, CurrentsOfTheFourDensities) {
  // Reference values from the fourfold commutator, its sixteen words summed over a time-ordered
  // simplex by the trapezoidal rule with two Richardson steps.
  constexpr std::array<std::array<double, 5>, 4> current = {
      {{-0.41853, -0.44715, -0.63906, -0.63983, -0.63983},
       {-0.44055, -0.46865, -0.73138, -0.80803, -0.86426},
       {-0.43991, -0.46172, -0.67501, -0.69816, -0.70374},
       {-0.28632, -0.36338, -0.52819, -0.56503, -0.57590}}};
  constexpr std::array<std::array<double, 5>, 4> heat = {
      {{-0.27085, -0.57415, -0.63977, -0.63983, -0.63983},
       {-0.27317, -0.63324, -0.76248, -0.81635, -0.86255},
       {-0.27491, -0.62557, -0.68517, -0.69773, -0.70404},
       {-0.19466, -0.42822, -0.54449, -0.56745, -0.57605}}};
  const auto densities = unit_densities();
  for (std::size_t n = 0; n < densities.size(); ++n) {
    const auto part =
        mixed_part(setting_of(densities[n], densities[n], 1.0, {0.0, 1.0, 2.0, 4.0, 6.0, 10.0}));
    for (std::size_t k = 0; k < 5; ++k) {
      EXPECT_NEAR(part.curves.curve(fields::current_1, 0)[k + 1], current[n][k], 1e-5)
          << densities[n]->name();
      EXPECT_NEAR(part.curves.curve(fields::heat_current, 0)[k + 1], heat[n][k], 1e-5)
          << densities[n]->name();
    }
  }
}

/// Moments of a GUE matrix A of dimension N, E|A_ij|^2 = 1/N, by Gauss-Hermite quadrature over its
/// real parameters: three nodes each are exact for moments of fourth order.
class MatrixMoments {
 public:
  using Walk = std::array<std::size_t, 4>;

  explicit MatrixMoments(std::size_t size)
      : size_(size), fourth_(size * size * size * size), second_(fourth_.size()) {
    std::size_t count = 1;
    for (std::size_t k = 0; k < size * size; ++k) {
      count *= 3;
    }
    for (std::size_t code = 0; code < count; ++code) {
      add_node(code);
    }
  }

  /// E A_(w0 w1) A_(w1 w2) A_(w2 w3) A_(w3 w0)
  [[nodiscard]] double fourth(const Walk& w) const { return fourth_[index(w)].real(); }
  /// The same where the first and the n-th of these four are of one matrix, the others of another.
  [[nodiscard]] double pairs(const Walk& w, std::size_t n) const {
    const auto second = [&](std::size_t k, std::size_t l) {
      return second_[index({w.at(k), w.at((k + 1) % 4), w.at(l), w.at((l + 1) % 4)})];
    };
    const std::size_t k = n == 1 ? 2 : 1;
    return (second(0, n) * second(k, 6 - n - k)).real();
  }

 private:
  [[nodiscard]] std::size_t index(const Walk& w) const {
    return ((w[0] * size_ + w[1]) * size_ + w[2]) * size_ + w[3];
  }

  /// Adds the matrix whose parameters are the digits of a number to base 3.
  void add_node(std::size_t code) {
    constexpr std::array values = {-1.7320508075688772, 0.0, 1.7320508075688772};
    constexpr std::array weights = {1.0 / 6.0, 2.0 / 3.0, 1.0 / 6.0};
    double weight = 1.0;
    const auto next = [&] {
      const std::size_t digit = code % 3;
      code /= 3;
      weight *= weights.at(digit);
      return values.at(digit) / std::sqrt(static_cast<double>(size_));
    };
    std::vector<Complex> a(size_ * size_);
    for (std::size_t i = 0; i < size_; ++i) {
      a[i * size_ + i] = next();
      for (std::size_t j = 0; j < i; ++j) {
        const double real = next() / std::sqrt(2.0);
        const double imag = next() / std::sqrt(2.0);
        a[i * size_ + j] = {real, imag};
        a[j * size_ + i] = {real, -imag};
      }
    }
    for (std::size_t k = 0; k < fourth_.size(); ++k) {
      const Walk w = {k / (size_ * size_ * size_), k / (size_ * size_) % size_, k / size_ % size_,
                      k % size_};
      const auto element = [&](std::size_t m) { return a[w.at(m) * size_ + w.at((m + 1) % 4)]; };
      fourth_[k] += weight * element(0) * element(1) * element(2) * element(3);
      second_[k] += weight * element(0) * element(2);
    }
  }

  std::size_t size_;
  std::vector<Complex> fourth_;
  std::vector<Complex> second_;  ///< E A_ij A_kl
};

/// Energy changes at order lambda^4 of a sum of products, averaged over all matrix elements.
std::array<double, 2> exact_average(const FourthOrder& order, const MatrixMoments& first,
                                    const MatrixMoments& second, std::size_t size_2, double terms) {
  return order.sum_over_walks([&](const MatrixMoments::Walk& walk) {
    MatrixMoments::Walk w1{};
    MatrixMoments::Walk w2{};
    for (std::size_t k = 0; k < 4; ++k) {
      w1.at(k) = walk.at(k) / size_2;
      w2.at(k) = walk.at(k) % size_2;
    }
    double moment = first.fourth(w1) * second.fourth(w2) / terms;
    for (const std::size_t partner : {1U, 2U, 3U}) {
      moment += (1.0 - 1.0 / terms) * first.pairs(w1, partner) * second.pairs(w2, partner);
    }
    return moment;
  });
}

TEST(MixedPairings, MakeTheFourthOrderOfProductsExact) {
  const std::vector<double> levels_1 = {-1.0, 0.4};
  const MatrixMoments of_two(2);
  for (const auto& levels_2 : {std::vector<double>{-0.7, 0.5}, {-0.7, 0.1, 0.9}}) {
    const MatrixMoments moments(levels_2.size());
    auto setting = setting_of(levels(levels_1), levels(levels_2), 1.0, {0.0, 1.1, 4.0});
    setting.betas = {{1.0, -0.2}, {0.3, 0.6}};
    setting.coupling = std::make_shared<DescribedProducts>(1.0);
    auto planar = next_to_leading_order(setting);
    const auto leading = leading_order(setting);
    for (const double terms : {1.0, 3.0}) {
      setting.coupling = std::make_shared<DescribedProducts>(terms);
      auto full = planar;
      add_mixed_pairings(full, setting);
      for (std::size_t pair = 0; pair < 2; ++pair) {
        for (std::size_t k = 1; k < setting.times.size(); ++k) {
          const auto exact =
              exact_average(FourthOrder(levels_1, levels_2, setting.betas[pair], setting.times[k]),
                            of_two, moments, levels_2.size(), terms);
          for (std::size_t i = 0; i < 2; ++i) {
            const auto& field = fields::energies.at(i);
            const double second = change(leading, field, pair)[k];
            EXPECT_NEAR(change(full, field, pair)[k] - second, exact.at(i), 1e-8);
            EXPECT_GT(std::abs(change(planar, field, pair)[k] - second - exact.at(i)), 1e-3);
          }
        }
      }
    }
  }
}

TEST(MixedPairings, EveryObservableFollows) {
  constexpr double delta = 1e-3;
  auto setting = setting_of(levels({-1.2, -0.1, 0.5, 1.0}), levels({-0.7, 0.1, 0.9}), 1.0,
                            uniform_times(4.0, 400));
  setting.betas = {{0.6, 0.6}, {0.6 + delta, 0.6 - delta}, {0.6 - delta, 0.6 + delta}};
  const auto part = mixed_part(setting);
  const auto curve = [&](const model::Field& field, std::size_t pair) {
    return part.curves.curve(field, pair);
  };
  for (std::size_t k = 1; k < 400; k += 9) {
    const double difference =
        (curve(fields::heat_current, 1)[k] - curve(fields::heat_current, 2)[k]) / (4.0 * delta);
    EXPECT_NEAR(curve(fields::conductance, 0)[k], 0.36 * difference, 1e-6);
    for (std::size_t i = 0; i < 2; ++i) {
      const auto energy = curve(fields::energies.at(i), 1);
      EXPECT_NEAR(curve(fields::currents.at(i), 1)[k], (energy[k + 1] - energy[k - 1]) / 0.02,
                  1e-4);
    }
    EXPECT_NEAR(curve(fields::interaction_energy, 0)[k],
                -curve(fields::energies[0], 0)[k] - curve(fields::energies[1], 0)[k], 1e-12);
  }
  EXPECT_GT(std::abs(curve(fields::conductance, 0)[200]), 1e-3);
}

TEST(MixedPairings, PlateauOfTheHeatCurrent) {
  for (const auto& density : {model::gaussian_density(1.0, 0.0), model::gamma_density(2.0, 1.0)}) {
    auto setting = setting_of(density, density, 0.7, uniform_times(30.0, 3));
    setting.coupling = std::make_shared<DescribedProducts>(2.0);
    auto prediction = next_to_leading_order(setting);
    const auto planar = prediction;
    add_mixed_pairings(prediction, setting);
    for (const auto& [field, name] :
         {std::pair(fields::heat_current, "plateau_correction"),
          std::pair(fields::conductance, "conductance_plateau_correction")}) {
      const double added = prediction.curves.curve(field, 0)[3] - planar.curves.curve(field, 0)[3];
      const auto error = std::string(name) + "_error";
      EXPECT_NEAR(prediction.attributes.at(name).at(0) - planar.attributes.at(name).at(0), added,
                  prediction.attributes.at(error).at(0) + 1e-6);
      EXPECT_LT(prediction.attributes.at(error).at(0), 2e-3);
      EXPECT_LT(added, -1e-3);
    }
  }
}

}  // namespace
}  // namespace rmtheat::theory
