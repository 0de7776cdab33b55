#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <numbers>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <boost/math/special_functions/gamma.hpp>

#include "rmtheat/model/density/density.hpp"

namespace rmtheat::test {

struct DensityCase {
  std::string label;
  std::shared_ptr<const model::DensityOfStates> density;
  std::function<double(double)> cdf;  ///< the integral of the density up to an energy
};

inline DensityCase gaussian_case(std::string label, double sigma, double mean) {
  return {std::move(label), model::gaussian_density(sigma, mean), [=](double energy) {
            return 0.5 * std::erfc((mean - energy) / (sigma * std::numbers::sqrt2));
          }};
}

inline DensityCase uniform_case(std::string label, double half_width, double centre) {
  return {std::move(label), model::uniform_density(half_width, centre), [=](double energy) {
            return std::clamp(0.5 * ((energy - centre) / half_width + 1.0), 0.0, 1.0);
          }};
}

inline DensityCase semicircle_case(std::string label, double radius, double centre) {
  return {std::move(label), model::semicircle_density(radius, centre), [=](double energy) {
            // With an angle: accurate also where the result is small.
            const double phi = std::acos(std::clamp((centre - energy) / radius, -1.0, 1.0));
            return (phi - 0.5 * std::sin(2.0 * phi)) / std::numbers::pi;
          }};
}

inline DensityCase gamma_case(std::string label, double shape, double scale) {
  return {std::move(label), model::gamma_density(shape, scale), [=](double energy) {
            return energy <= 0.0 ? 0.0 : boost::math::gamma_p(shape, energy / scale);
          }};
}

/// The four densities, each in unit variance about its own centre and in another, shifted form.
inline std::vector<DensityCase> density_cases() {
  return {gaussian_case("gaussian", 1.0, 0.0),
          gaussian_case("gaussian_shifted", 0.7, -0.4),
          uniform_case("uniform", std::numbers::sqrt3, 0.0),
          uniform_case("uniform_shifted", 0.8, 1.5),
          semicircle_case("semicircle", 2.0, 0.0),
          semicircle_case("semicircle_shifted", 0.9, -2.0),
          gamma_case("gamma", 2.0, 1.0),
          gamma_case("gamma_singular", 0.5, 1.3),
          gamma_case("gamma_smooth", 3.5, 0.6)};
}

/// Names a parametrized test after its density.
struct DensityName {
  template <class Info>
  std::string operator()(const Info& test_info) const {
    return test_info.param.label;
  }
};

inline void PrintTo(const DensityCase& density_case, std::ostream* out) {
  *out << density_case.label;
}

}  // namespace rmtheat::test
