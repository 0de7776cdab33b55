#include "rmtheat/dynamics/diagonalization/eigenbasis_sums.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "dynamics/columns.hpp"
#include "dynamics/experiments.hpp"
#include "dynamics/hermitian_eigensystem.hpp"

namespace rmtheat::dynamics {
namespace {

using Complex = std::complex<double>;

constexpr std::size_t n1 = 20;
constexpr std::size_t n2 = 17;
constexpr std::size_t dimension = n1 * n2;  // several panels on the left and on the right
constexpr double work_share = 0.37;

/// H of random levels and a random coupling, its eigensystem from LAPACK, and the averages of three
/// initial operators as plain sums over all pairs of eigenstates, without symmetries or panels.
template <class T>
class DenseSums {
 public:
  DenseSums() {
    std::mt19937_64 random(9);
    const auto levels = test::random_numbers<double>(n1 + n2, random);
    for (auto& energies : system_energies_) {
      energies.resize(dimension);
    }
    std::array<Diagonal, 3> weights;
    for (std::size_t a = 0; a < dimension; ++a) {
      const double e1 = levels[a / n2];
      const double e2 = levels[n1 + a % n2];
      system_energies_[0][a] = e1;
      system_energies_[1][a] = e2;
      weights[0].push_back(std::exp(-e1 - 0.3 * e2) / dimension);
      weights[1].push_back(std::exp(0.4 * e1) / dimension);
      weights[2].push_back((e2 - e1) * weights[0].back());
    }
    initial_ = {{weights[0], true}, {weights[2], false}, {weights[1], true}};
    auto h = test::random_numbers<T>(dimension * dimension, random);  // the lower triangle counts
    for (T& element : h) {
      element *= 0.3 / std::sqrt(static_cast<double>(dimension));
    }
    for (std::size_t a = 0; a < dimension; ++a) {
      h[a * (dimension + 1)] =
          std::real(h[a * (dimension + 1)]) + system_energies_[0][a] + system_energies_[1][a];
    }
    eigensystem_ = test::hermitian_eigensystem(std::move(h), dimension);
    for (const auto& energies : system_energies_) {
      system_elements_.push_back(elements_of(energies));
    }
    for (const auto& initial : initial_) {
      initial_elements_.push_back(elements_of(initial.weights));
    }
  }

  [[nodiscard]] const std::array<Diagonal, 2>& system_energies() const { return system_energies_; }
  [[nodiscard]] const std::vector<InitialOperator>& initial() const { return initial_; }
  [[nodiscard]] const test::Eigensystem<T>& eigensystem() const { return eigensystem_; }

  /// An average and its rate at one time.
  struct Average {
    double value = 0.0;
    double rate = 0.0;
  };

  /// sum_nm (U+ rho U)_nm conj((U+ O U)_nm) e^(-i (eps_n - eps_m) t) with O = share_1 H_1 + share_2
  /// H_2, and the same with the factor -i (eps_n - eps_m).
  [[nodiscard]] std::vector<Average> averages(std::size_t initial, double share_1, double share_2,
                                              const std::vector<double>& times) const {
    const auto& values = eigensystem_.values;
    std::vector<Complex> products(dimension * dimension);
    for (std::size_t k = 0; k < products.size(); ++k) {
      products[k] = initial_elements_[initial][k] *
                    std::conj(share_1 * system_elements_[0][k] + share_2 * system_elements_[1][k]);
    }
    std::vector<Average> result;
    for (const double time : times) {
      std::vector<Complex> phases;
      phases.reserve(dimension);
      for (const double value : values) {
        phases.push_back(std::polar(1.0, -value * time));
      }
      Complex value = 0.0;
      Complex rate = 0.0;
      for (std::size_t n = 0; n < dimension; ++n) {
        for (std::size_t m = 0; m < dimension; ++m) {
          const Complex term = products[n * dimension + m] * phases[n] * std::conj(phases[m]);
          value += term;
          rate += Complex(0.0, values[m] - values[n]) * term;
        }
      }
      result.push_back({value.real(), rate.real()});
    }
    return result;
  }

 private:
  /// (U+ O U)_nm at n D + m.
  [[nodiscard]] std::vector<Complex> elements_of(const Diagonal& diagonal) const {
    std::vector<Complex> elements;
    for (std::size_t n = 0; n < dimension; ++n) {
      for (std::size_t m = 0; m < dimension; ++m) {
        elements.push_back(test::matrix_element(eigensystem_.vectors.data() + n * dimension,
                                                diagonal,
                                                eigensystem_.vectors.data() + m * dimension));
      }
    }
    return elements;
  }

  std::array<Diagonal, 2> system_energies_;
  std::vector<InitialOperator> initial_;
  test::Eigensystem<T> eigensystem_;
  std::vector<std::vector<Complex>> system_elements_;
  std::vector<std::vector<Complex>> initial_elements_;
};

template <class T>
class EigenbasisSumsOf : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    dense_ = std::make_unique<DenseSums<T>>();
    vectors_ = test::split(dense_->eigensystem().vectors, dimension);
  }
  static void TearDownTestSuite() { dense_.reset(); }

  static EigenColumns<T> columns(std::size_t first, std::size_t end) {
    return {std::span(vectors_).subspan(first * dimension, (end - first) * dimension),
            std::span(dense_->eigensystem().values).subspan(first, end - first)};
  }

  static void reset(EigenbasisSums<T>& sums) {
    const auto& values = dense_->eigensystem().values;
    sums.reset(dense_->system_energies(), dense_->initial(), values.back() - values.front());
  }

  /// Adds every pair, with the columns cut before each of these.
  static void add_all(EigenbasisSums<T>& sums, std::vector<std::size_t> cuts) {
    cuts.insert(cuts.begin(), 0);
    cuts.push_back(dimension);
    for (std::size_t k = 0; k + 1 < cuts.size(); ++k) {
      const auto own = columns(cuts[k], cuts[k + 1]);
      sums.add_within(own);
      for (std::size_t other = 0; other < k; ++other) {
        const auto others = columns(cuts[other], cuts[other + 1]);
        if (k % 2 == 0) {
          sums.add_between(own, others);
        } else {
          sums.add_between(others, own);
        }
      }
    }
  }

  static void expect_dense_sums(const EigenbasisSums<T>& sums, const std::vector<double>& times) {
    using Average = typename DenseSums<T>::Average;
    const auto expect = [&](const char* what, const std::vector<double>& found,
                            const std::vector<Average>& exact, double Average::*part) {
      ASSERT_EQ(found.size(), exact.size());
      double scale = 0.0;
      for (const auto& average : exact) {
        scale = std::max(scale, std::abs(average.*part));
      }
      ASSERT_GT(scale, 1e-3) << what;
      for (std::size_t t = 0; t < exact.size(); ++t) {
        EXPECT_NEAR(found[t], exact[t].*part, 1e-10 * scale) << what << " at t = " << times[t];
      }
    };
    for (const std::size_t initial : {0U, 2U}) {
      for (const std::size_t system : {0U, 1U}) {
        const auto exact = dense_->averages(initial, 1.0 - static_cast<double>(system),
                                            static_cast<double>(system), times);
        expect("an energy", sums.energy(initial, system), exact, &Average::value);
        expect("a rate", sums.rate(initial, system), exact, &Average::rate);
      }
    }
    expect("the heat rate", sums.heat_rate(1),
           dense_->averages(1, 1.0 - work_share, -work_share, times), &Average::rate);
    expect_moments(sums);
    expect_curvatures(sums);
  }

  /// From the product basis: 2 sum_ab rho_a |H_ab|^2 (O_b - O_a).
  static void expect_curvatures(const EigenbasisSums<T>& sums) {
    const auto& [values, vectors] = dense_->eigensystem();
    const auto& energies = dense_->system_energies();
    std::array<std::array<double, 2>, 3> exact{};
    for (std::size_t b = 0; b < dimension; ++b) {
      for (std::size_t a = 0; a < dimension; ++a) {
        Complex element = 0.0;  // H_ab
        for (std::size_t n = 0; n < dimension; ++n) {
          element += values[n] * vectors[n * dimension + a] *
                     std::conj(Complex(vectors[n * dimension + b]));
        }
        for (std::size_t k = 0; k < exact.size(); ++k) {
          const double weight = 2.0 * dense_->initial()[k].weights[a] * std::norm(element);
          for (std::size_t system = 0; system < 2; ++system) {
            exact[k][system] += weight * (energies[system][b] - energies[system][a]);
          }
        }
      }
    }
    for (std::size_t system = 0; system < 2; ++system) {
      EXPECT_NEAR(sums.curvature(0, system), exact[0][system], 1e-10);
      EXPECT_NEAR(sums.curvature(2, system), exact[2][system], 1e-10);
      EXPECT_GT(std::abs(exact[0][system]), 1e-3);
    }
    EXPECT_NEAR(sums.curvature(1, 0), (1.0 - work_share) * exact[1][0] - work_share * exact[1][1],
                1e-10);
  }

  /// The trace and the total energy, from the product basis.
  static void expect_moments(const EigenbasisSums<T>& sums) {
    for (std::size_t k = 0; k < dense_->initial().size(); ++k) {
      const auto& weights = dense_->initial()[k].weights;
      const auto& [values, vectors] = dense_->eigensystem();
      double trace = 0.0;
      double total = 0.0;
      for (std::size_t a = 0; a < dimension; ++a) {
        trace += weights[a];
        for (std::size_t n = 0; n < dimension; ++n) {
          total += weights[a] * values[n] * std::norm(vectors[n * dimension + a]);
        }
      }
      EXPECT_NEAR(sums.trace(k), trace, 1e-11);
      EXPECT_NEAR(sums.total_energy(k), total, 1e-11);
    }
  }

  static inline std::unique_ptr<DenseSums<T>> dense_;
  static inline std::vector<T> vectors_;  ///< split
};
using Scalars = testing::Types<double, Complex>;
TYPED_TEST_SUITE(EigenbasisSumsOf, Scalars);

// One set of columns, then unequal ones, empty and single ones among them; the times asked for are
// the nodes.
TYPED_TEST(EigenbasisSumsOf, EqualDenseSumsHoweverTheColumnsAreCut) {
  const std::vector<double> times = {0.0, 0.3, 1.1, 4.0, 9.5};
  EigenbasisSums<TypeParam> sums(times, work_share);
  for (const auto& cuts : std::vector<std::vector<std::size_t>>{
           {}, {170}, {1, 150, 151, 260}, {0, 97, 97, 193, 339, 340}}) {
    SCOPED_TRACE(testing::PrintToString(cuts));
    this->reset(sums);
    this->add_all(sums, cuts);
    this->expect_dense_sums(sums, times);
  }
}

// More times than nodes: the curves are interpolated, at unequal steps too.
TYPED_TEST(EigenbasisSumsOf, EqualDenseSumsAtManyTimes) {
  auto times = test::equal_steps(240, 0.04);
  for (std::size_t t = 1; t + 1 < times.size(); t += 2) {
    times[t] += 0.013;
  }
  EigenbasisSums<TypeParam> sums(times, work_share);
  this->reset(sums);
  this->add_all(sums, {40, 203});
  this->expect_dense_sums(sums, times);
  for (const std::size_t system : {0U, 1U}) {
    const auto energy = sums.energy(0, system);
    EXPECT_GT(std::abs(energy.back() - energy.front()), 1e-3);
    EXPECT_NEAR(sums.integrated_rate(0, system).value(), energy.back() - energy.front(), 1e-10);
  }
}

}  // namespace
}  // namespace rmtheat::dynamics
