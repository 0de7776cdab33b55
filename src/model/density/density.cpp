#include "rmtheat/model/density/density.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include <boost/math/distributions/normal.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/tools/roots.hpp>
#include <fmt/format.h>

#include "rmtheat/support/double_exponential.hpp"

namespace rmtheat::model {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

class Gaussian final : public DensityOfStates {
 public:
  Gaussian(double sigma, double mean) : sigma_(sigma), mean_(mean) {}

  [[nodiscard]] std::string name() const override { return "gaussian"; }
  [[nodiscard]] std::vector<std::pair<std::string, double>> parameters() const override {
    return {{"sigma", sigma_}, {"mean", mean_}};
  }
  [[nodiscard]] double variance() const override { return sigma_ * sigma_; }
  [[nodiscard]] double pdf(double energy) const override {
    const double x = (energy - mean_) / sigma_;
    return std::exp(-0.5 * x * x) / (sigma_ * std::sqrt(2.0 * std::numbers::pi));
  }
  [[nodiscard]] std::function<double(double)> thermal_pdf(double beta) const override {
    return [shifted = Gaussian(sigma_, mean_ - sigma_ * sigma_ * beta)](double energy) {
      return shifted.pdf(energy);
    };
  }
  [[nodiscard]] double quantile(double u) const override {
    return boost::math::quantile(boost::math::normal(mean_, sigma_), u);
  }
  [[nodiscard]] std::pair<double, double> support() const override { return {-infinity, infinity}; }
  /// chi(z) = exp(sigma^2 z^2 / 2 - mean z).
  [[nodiscard]] BoltzmannMoments boltzmann_moments(Complex z) const override {
    const double beta = z.real();
    const double x = z.imag();
    const double variance = sigma_ * sigma_;
    const Complex tilted_mean = mean_ - variance * z;
    const Complex chi =
        std::polar(std::exp(-0.5 * variance * x * x), (variance * beta - mean_) * x);
    return {{chi, tilted_mean * chi, (tilted_mean * tilted_mean + variance) * chi},
            0.5 * variance * beta * beta - mean_ * beta};
  }

 private:
  double sigma_;
  double mean_;
};

class Uniform final : public DensityOfStates {
 public:
  Uniform(double half_width, double centre) : half_width_(half_width), centre_(centre) {}

  [[nodiscard]] std::string name() const override { return "uniform"; }
  [[nodiscard]] std::vector<std::pair<std::string, double>> parameters() const override {
    return {{"half_width", half_width_}, {"centre", centre_}};
  }
  [[nodiscard]] double variance() const override { return half_width_ * half_width_ / 3.0; }
  [[nodiscard]] double pdf(double energy) const override {
    return std::abs(energy - centre_) <= half_width_ ? 0.5 / half_width_ : 0.0;
  }
  [[nodiscard]] double quantile(double u) const override {
    return centre_ + half_width_ * (2.0 * u - 1.0);
  }
  [[nodiscard]] std::pair<double, double> support() const override {
    return {centre_ - half_width_, centre_ + half_width_};
  }
  /// chi(z) = e^(-centre z) sinh(w) / w, w = half_width z.
  [[nodiscard]] BoltzmannMoments boltzmann_moments(Complex z) const override {
    const Complex w = half_width_ * z;
    const double scale = std::abs(w.real());
    const auto s = scaled_sinhc(w, scale);
    // With E = centre + half_width y: <y e^(-wy)> = -s'(w), <y^2 e^(-wy)> = s''(w).
    const Complex phase = std::polar(1.0, -centre_ * z.imag());
    const Complex m0 = s[0] * phase;
    const Complex y1 = -s[1] * phase;
    const Complex y2 = s[2] * phase;
    return {{m0, centre_ * m0 + half_width_ * y1,
             centre_ * centre_ * m0 + 2.0 * centre_ * half_width_ * y1 +
                 half_width_ * half_width_ * y2},
            scale - centre_ * z.real()};
  }

 private:
  /// s(w) = sinh(w)/w, s'(w), s''(w), each times e^(-scale).
  static std::array<Complex, 3> scaled_sinhc(Complex w, double scale) {
    if (std::abs(w) < 1.0) {
      // Power series: the closed forms of the derivatives cancel near w = 0.
      std::array<Complex, 3> s = {1.0, 0.0, 0.0};
      Complex term = 1.0 / 6.0;  // w^(2k-2) / (2k+1)!
      for (int order = 1; order < 14; ++order) {
        const double k = order;
        s[0] += term * w * w;
        s[1] += 2.0 * k * term * w;
        s[2] += 2.0 * k * (2.0 * k - 1.0) * term;
        term *= w * w / ((2.0 * k + 2.0) * (2.0 * k + 3.0));
      }
      const double factor = std::exp(-scale);
      return {s[0] * factor, s[1] * factor, s[2] * factor};
    }
    const Complex plus = 0.5 * std::exp(w - scale);
    const Complex minus = 0.5 * std::exp(-w - scale);
    const Complex sinh = plus - minus;
    const Complex cosh = plus + minus;
    const Complex s0 = sinh / w;
    const Complex s1 = (cosh - s0) / w;
    return {s0, s1, s0 - 2.0 * s1 / w};
  }

  double half_width_;
  double centre_;
};

class Semicircle final : public DensityOfStates {
 public:
  Semicircle(double radius, double centre) : radius_(radius), centre_(centre) {}

  [[nodiscard]] std::string name() const override { return "semicircle"; }
  [[nodiscard]] std::vector<std::pair<std::string, double>> parameters() const override {
    return {{"radius", radius_}, {"centre", centre_}};
  }
  [[nodiscard]] double variance() const override { return 0.25 * radius_ * radius_; }
  [[nodiscard]] double pdf(double energy) const override {
    const double x = (energy - centre_) / radius_;
    return std::abs(x) < 1.0 ? 2.0 * std::sqrt(1.0 - x * x) / (std::numbers::pi * radius_) : 0.0;
  }
  /// With E = centre - radius cos(phi): F = (phi - sin(phi) cos(phi)) / pi, solved by bisection
  /// and secants (TOMS 748); near the lower edge F is taken as a difference of small numbers, so u
  /// and 1 - u are treated alike by symmetry.
  [[nodiscard]] double quantile(double u) const override {
    if (u > 0.5) {
      return 2.0 * centre_ - quantile(1.0 - u);
    }
    const auto excess = [u](double phi) {
      return (phi - 0.5 * std::sin(2.0 * phi)) / std::numbers::pi - u;
    };
    std::uintmax_t iterations = 200;
    const auto bracket = boost::math::tools::toms748_solve(
        excess, 0.0, 0.5 * std::numbers::pi, boost::math::tools::eps_tolerance<double>(52),
        iterations);
    return centre_ - radius_ * std::cos(0.5 * (bracket.first + bracket.second));
  }
  [[nodiscard]] std::pair<double, double> support() const override {
    return {centre_ - radius_, centre_ + radius_};
  }
  /// chi(z) = 2 I_1(w)/w e^(-centre z), w = radius z: by its Gauss rule, which converges faster
  /// than exponentially once the number of nodes exceeds |w|/2, or by Hankel's expansion.
  [[nodiscard]] BoltzmannMoments boltzmann_moments(Complex z) const override {
    constexpr double large = 50.0;
    const double w = radius_ * std::abs(z);
    if (w < large) {
      const auto nodes = static_cast<std::size_t>(20.0 + 0.5 * w + 6.0 * std::cbrt(w));
      return gauss_rule(nodes).boltzmann_moments(z);
    }
    return asymptotic_moments(z);
  }

 private:
  /// I_order(w) e^(-Re w) for large |w|, Re w >= 0: Hankel's expansion (DLMF 10.40.5), whose
  /// smallest term is e^(-2 |w|).
  static Complex scaled_bessel(double order, Complex w) {
    constexpr int terms = 24;
    Complex rising = 0.0;   // of e^w
    Complex falling = 0.0;  // of e^(-w)
    Complex term = 1.0;
    for (int k = 0; k < terms; ++k) {
      rising += k % 2 == 0 ? term : -term;
      falling += term;
      const double odd = 2.0 * k + 1.0;
      term *= (4.0 * order * order - odd * odd) / (8.0 * (k + 1.0) * w);
    }
    const double turn = (w.imag() < 0.0 ? -1.0 : 1.0) * std::numbers::pi * (order + 0.5);
    return (std::polar(1.0, w.imag()) * rising +
            std::polar(std::exp(-2.0 * w.real()), turn - w.imag()) * falling) /
           std::sqrt(2.0 * std::numbers::pi * w);
  }

  [[nodiscard]] BoltzmannMoments asymptotic_moments(Complex z) const {
    const double side = z.real() < 0.0 ? -1.0 : 1.0;  // the density is even about its centre
    const Complex w = side * radius_ * z;
    const Complex phase = std::polar(1.0, -centre_ * z.imag());
    const Complex i1 = scaled_bessel(1.0, w);
    const Complex i2 = scaled_bessel(2.0, w);
    // With E = centre + radius y: <e^(-wy)> and <y e^(-wy)>, <y^2 e^(-wy)>, its derivatives.
    const Complex m0 = 2.0 * i1 / w * phase;
    const Complex y1 = -side * radius_ * 2.0 * i2 / w * phase;
    const Complex y2 = radius_ * radius_ * 2.0 * (i1 / w - 3.0 * i2 / (w * w)) * phase;
    return {{m0, centre_ * m0 + y1, centre_ * centre_ * m0 + 2.0 * centre_ * y1 + y2},
            w.real() - centre_ * z.real()};
  }

  /// Exact for polynomials of degree < 2 nodes (Chebyshev polynomials of the second kind).
  [[nodiscard]] WeightedLevels gauss_rule(std::size_t nodes) const {
    std::vector<double> energies(nodes);
    std::vector<double> weights(nodes);
    const double step = std::numbers::pi / static_cast<double>(nodes + 1);
    for (std::size_t k = 0; k < nodes; ++k) {
      const double angle = step * static_cast<double>(k + 1);
      energies[k] = centre_ - radius_ * std::cos(angle);
      weights[k] = std::sin(angle) * std::sin(angle);
    }
    return {std::move(energies), std::move(weights)};
  }

  double radius_;
  double centre_;
};

class Gamma final : public DensityOfStates {
 public:
  Gamma(double shape, double scale)
      : shape_(shape), scale_(scale), log_norm_(boost::math::lgamma(shape) + std::log(scale)) {}

  [[nodiscard]] std::string name() const override { return "gamma"; }
  [[nodiscard]] std::vector<std::pair<std::string, double>> parameters() const override {
    return {{"shape", shape_}, {"scale", scale_}};
  }
  [[nodiscard]] bool admits(double beta) const override {
    return std::isfinite(beta) && beta > -1.0 / scale_;
  }
  [[nodiscard]] std::string admissible_betas() const override {
    return fmt::format("greater than -1/scale = {}", -1.0 / scale_);
  }
  [[nodiscard]] double variance() const override { return shape_ * scale_ * scale_; }
  [[nodiscard]] double pdf(double energy) const override {
    const double x = energy / scale_;
    if (x > 0.0) {
      return std::exp((shape_ - 1.0) * std::log(x) - x - log_norm_);
    }
    return x < 0.0 || shape_ > 1.0 ? 0.0 : shape_ < 1.0 ? infinity : 1.0 / scale_;
  }
  [[nodiscard]] std::function<double(double)> thermal_pdf(double beta) const override {
    return [narrowed = Gamma(shape_, scale_ / (1.0 + scale_ * beta))](double energy) {
      return narrowed.pdf(energy);
    };
  }
  [[nodiscard]] double quantile(double u) const override {
    return scale_ * (u < 0.5 ? boost::math::gamma_p_inv(shape_, u)
                             : boost::math::gamma_q_inv(shape_, 1.0 - u));
  }
  [[nodiscard]] std::pair<double, double> support() const override { return {0.0, infinity}; }
  /// chi(z) = (1 + scale z)^(-shape).
  [[nodiscard]] BoltzmannMoments boltzmann_moments(Complex z) const override {
    const double thermal = 1.0 + scale_ * z.real();
    const Complex ratio = 1.0 + Complex(0.0, scale_ * z.imag() / thermal);
    const Complex chi = std::exp(-shape_ * std::log(ratio));
    const Complex energy = scale_ / (thermal * ratio);
    return {{chi, shape_ * energy * chi, shape_ * (shape_ + 1.0) * energy * energy * chi},
            -shape_ * std::log(thermal)};
  }

 private:
  double shape_;
  double scale_;
  double log_norm_;
};

}  // namespace

std::function<double(double)> DensityOfStates::thermal_pdf(double beta) const {
  const auto moments = boltzmann_moments({beta, 0.0});
  return [this, beta, log_partition = std::log(moments.value[0].real()) + moments.log_scale](
             double energy) { return pdf(energy) * std::exp(-beta * energy - log_partition); };
}

std::pair<double, double> DensityOfStates::energy_range(double beta, double tolerance) const {
  const auto moments = thermal_moments(beta, 0.0);
  const double centre = moments[1].real();
  const double step = 0.125 * thermal_deviation(beta);
  const auto density = thermal_pdf(beta);
  const double least = tolerance * density(centre);  // the largest value is near the mean
  const auto cut = [&](double end, double direction) {
    double energy = centre;
    while (direction * (end - energy) > 0.0 && density(energy) > least) {
      energy += direction * step;
    }
    return direction * (end - energy) > 0.0 ? energy : end;
  };
  const auto [low, high] = support();
  return {cut(low, -1.0), cut(high, 1.0)};
}

WeightedLevels DensityOfStates::discretized(double low, double high, double time) const {
  std::vector<double> energies;
  std::vector<double> weights;
  for (const auto& node : double_exponential_rule(time * (high - low))) {
    energies.push_back(node.in(low, high));
    weights.push_back(node.weight * pdf(energies.back()));
  }
  return {std::move(energies), std::move(weights)};
}

std::shared_ptr<const DensityOfStates> gaussian_density(double sigma, double mean) {
  return std::make_shared<Gaussian>(sigma, mean);
}

std::shared_ptr<const DensityOfStates> uniform_density(double half_width, double centre) {
  return std::make_shared<Uniform>(half_width, centre);
}

std::shared_ptr<const DensityOfStates> semicircle_density(double radius, double centre) {
  return std::make_shared<Semicircle>(radius, centre);
}

std::shared_ptr<const DensityOfStates> gamma_density(double shape, double scale) {
  return std::make_shared<Gamma>(shape, scale);
}

}  // namespace rmtheat::model
