#pragma once

#include <memory>
#include <numbers>
#include <ostream>
#include <string>
#include <vector>

#include "rmtheat/model/density/density.hpp"

namespace rmtheat::test {

struct DensityCase {
  std::string label;
  std::shared_ptr<const model::DensityOfStates> density;
};

/// The four densities, each in unit variance about its own centre and in another, shifted form.
inline std::vector<DensityCase> density_cases() {
  return {{"gaussian", model::gaussian_density(1.0, 0.0)},
          {"gaussian_shifted", model::gaussian_density(0.7, -0.4)},
          {"uniform", model::uniform_density(std::numbers::sqrt3, 0.0)},
          {"uniform_shifted", model::uniform_density(0.8, 1.5)},
          {"semicircle", model::semicircle_density(2.0, 0.0)},
          {"semicircle_shifted", model::semicircle_density(0.9, -2.0)},
          {"gamma", model::gamma_density(2.0, 1.0)},
          {"gamma_singular", model::gamma_density(0.5, 1.3)},
          {"gamma_smooth", model::gamma_density(3.5, 0.6)}};
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
