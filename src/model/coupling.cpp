#include "rmtheat/model/coupling.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace rmtheat::model {

CouplingMatrix::CouplingMatrix(CouplingEnsemble ensemble, std::size_t dimension, std::uint64_t seed,
                               std::uint64_t realization)
    : ensemble_(ensemble),
      dimension_(dimension),
      random_(seed, realization, Stream::coupling),
      deviation_(1.0 / std::sqrt(static_cast<double>(dimension))) {}

std::complex<double> CouplingMatrix::element(std::size_t row, std::size_t column) const {
  const auto [lower, upper] = std::minmax(row, column);
  const auto [x, y] = random_.gaussian_pair(upper, lower);
  if (ensemble_ == CouplingEnsemble::goe) {
    return row == column ? deviation_ * std::numbers::sqrt2 * x : deviation_ * x;
  }
  if (row == column) {
    return deviation_ * x;
  }
  const double part = deviation_ / std::numbers::sqrt2;
  return {part * x, row > column ? part * y : -part * y};
}

}  // namespace rmtheat::model
