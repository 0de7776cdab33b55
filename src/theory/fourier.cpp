#include "rmtheat/theory/fourier.hpp"

#include <bit>
#include <cmath>
#include <numbers>
#include <utility>

namespace rmtheat::theory {
namespace {

using Complex = std::complex<double>;

/// By its formula: C++'s own operator guards against infinities and takes several times longer.
Complex product(Complex a, Complex b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

/// The discrete Fourier transform, in the order of reversed bits (decimation in frequency).
void transform(std::vector<Complex>& x, std::span<const Complex> factors) {
  for (std::size_t n = x.size(); n >= 2; n /= 2) {
    const Complex* factor = factors.data() + (n / 2 - 1);
    for (std::size_t begin = 0; begin < x.size(); begin += n) {
      Complex* low = x.data() + begin;
      Complex* high = low + n / 2;
      for (std::size_t j = 0; j < n / 2; ++j) {
        const Complex difference = low[j] - high[j];
        low[j] += high[j];
        high[j] = product(difference, factor[j]);
      }
    }
  }
}

/// The inverse of transform() times the size, from and to the same orders.
void transform_back(std::vector<Complex>& x, std::span<const Complex> factors) {
  for (std::size_t n = 2; n <= x.size(); n *= 2) {
    const Complex* factor = factors.data() + (n / 2 - 1);
    for (std::size_t begin = 0; begin < x.size(); begin += n) {
      Complex* low = x.data() + begin;
      Complex* high = low + n / 2;
      for (std::size_t j = 0; j < n / 2; ++j) {
        const Complex turned = product(high[j], std::conj(factor[j]));
        high[j] = low[j] - turned;
        low[j] += turned;
      }
    }
  }
}

}  // namespace

// e^(-2 pi i j / n), j < n / 2, for n = 2, 4, 8, ..., size one after the other, each in one piece:
// the factors of n begin at n / 2 - 1.
std::vector<Complex> fourier_factors(std::size_t size) {
  std::vector<Complex> factors(size - 1);
  for (std::size_t j = 0; j < size / 2; ++j) {
    factors[size / 2 - 1 + j] = std::polar(
        1.0, -2.0 * std::numbers::pi * static_cast<double>(j) / static_cast<double>(size));
  }
  for (std::size_t half = size / 4; half > 0; half /= 2) {
    for (std::size_t j = 0; j < half; ++j) {
      factors[half - 1 + j] = factors[2 * half - 1 + 2 * j];
    }
  }
  return factors;
}

void fourier_transform(std::vector<Complex>& x, std::span<const Complex> factors) {
  transform(x, factors);
  std::size_t reversed = 0;
  for (std::size_t k = 0; k < x.size(); ++k) {
    if (k < reversed) {
      std::swap(x[k], x[reversed]);
    }
    std::size_t bit = x.size() / 2;
    for (; (reversed & bit) != 0; bit /= 2) {
      reversed ^= bit;
    }
    reversed |= bit;
  }
}

std::vector<Complex> fourier_convolution(std::span<const Complex> x, std::span<const Complex> y,
                                         std::size_t size) {
  const std::size_t length = std::bit_ceil(2 * size);
  const auto factors = fourier_factors(length);
  const auto transformed = [&](std::span<const Complex> series) {
    std::vector<Complex> result(series.begin(), series.begin() + static_cast<std::ptrdiff_t>(size));
    result.resize(length);
    transform(result, factors);
    return result;
  };
  auto result = transformed(x);
  const auto other = transformed(y);
  const double norm = 1.0 / static_cast<double>(length);
  for (std::size_t k = 0; k < length; ++k) {
    result[k] = norm * product(result[k], other[k]);
  }
  transform_back(result, factors);
  result.resize(size);
  return result;
}

std::vector<double> cosine_sums(std::span<const double> values) {
  const std::size_t n = values.size() - 1;
  std::vector<Complex> even(2 * n);
  for (std::size_t j = 0; j <= n; ++j) {
    even[j] = values[j];
    even[(2 * n - j) % (2 * n)] = values[j];
  }
  fourier_transform(even, fourier_factors(2 * n));
  std::vector<double> sums(n + 1);
  for (std::size_t k = 0; k <= n; ++k) {
    sums[k] = 0.5 * even[k].real();
  }
  return sums;
}

// 2 j m = j^2 + m^2 - (j - m)^2: a convolution with e^(-i pi k^2 / (2 n)), of both signs of k.
MidpointCosineSums::MidpointCosineSums(std::size_t n)
    : before_(n), after_(n), factors_(fourier_factors(std::bit_ceil(2 * n))) {
  const auto turn = [n](std::size_t quarter_steps) {  // e^(i pi k / (2 n))
    return std::polar(1.0, std::numbers::pi * static_cast<double>(quarter_steps % (4 * n)) /
                               (2.0 * static_cast<double>(n)));
  };
  chirp_.resize(factors_.size() + 1);
  const double norm = 1.0 / static_cast<double>(chirp_.size());
  for (std::size_t m = 0; m < n; ++m) {
    before_[m] = turn(m * m + m);
    after_[m] = norm * turn(m * m);
    chirp_[m] = std::conj(turn(m * m));
    chirp_[(chirp_.size() - m) % chirp_.size()] = chirp_[m];
  }
  transform(chirp_, factors_);
}

std::vector<double> MidpointCosineSums::operator()(std::span<const double> coefficients) const {
  return sums(coefficients, before_, after_);
}

std::vector<double> MidpointCosineSums::transposed(std::span<const double> values) const {
  return sums(values, after_, before_);
}

std::vector<double> MidpointCosineSums::sums(std::span<const double> numbers, const Phases& first,
                                             const Phases& last) const {
  std::vector<Complex> series(chirp_.size());
  for (std::size_t k = 0; k < first.size(); ++k) {
    series[k] = numbers[k] * first[k];
  }
  transform(series, factors_);
  for (std::size_t k = 0; k < series.size(); ++k) {
    series[k] = product(series[k], chirp_[k]);
  }
  transform_back(series, factors_);
  std::vector<double> result(last.size());
  for (std::size_t k = 0; k < result.size(); ++k) {
    result[k] = product(last[k], series[k]).real();
  }
  return result;
}

}  // namespace rmtheat::theory
