#include "rmtheat/dynamics/lanczos/krylov_model.hpp"

#include <algorithm>
#include <cmath>

namespace rmtheat::dynamics {
namespace {

using Complex = std::complex<double>;

/// P c for a Hermitian P given by the columns of its upper triangle.
template <class T>
std::vector<Complex> hermitian_product(const std::vector<T>& packed,
                                       const std::vector<Complex>& c) {
  std::vector<Complex> result(c.size());
  const T* element = packed.data();
  for (std::size_t k = 0; k < c.size(); ++k) {
    for (std::size_t j = 0; j < k; ++j, ++element) {
      result[j] += *element * c[k];
      result[k] += std::conj(Complex(*element)) * c[j];
    }
    result[k] += std::real(*element++) * c[k];
  }
  return result;
}

std::vector<Complex> tridiagonal_product(const std::vector<double>& diagonal,
                                         const std::vector<double>& off_diagonal,
                                         const std::vector<Complex>& c) {
  std::vector<Complex> result(c.size());
  for (std::size_t k = 0; k < c.size(); ++k) {
    result[k] += diagonal[k] * c[k];
    if (k + 1 < c.size()) {
      result[k] += off_diagonal[k] * c[k + 1];
      result[k + 1] += off_diagonal[k] * c[k];
    }
  }
  return result;
}

Complex inner_product(const std::vector<Complex>& bra, const std::vector<Complex>& ket) {
  Complex sum = 0.0;
  for (std::size_t k = 0; k < bra.size(); ++k) {
    sum += std::conj(bra[k]) * ket[k];
  }
  return sum;
}

}  // namespace

std::vector<Complex> KrylovAmplitudes::at(double time) const {
  const std::size_t size = system_.values.size();
  std::vector<Complex> amplitudes(size);
  for (std::size_t n = 0; n < size; ++n) {
    const double* vector = system_.vectors.data() + n * size;
    const Complex weight = std::polar(1.0, -system_.values[n] * time) * vector[0];
    for (std::size_t k = 0; k < size; ++k) {
      amplitudes[k] += vector[k] * weight;
    }
  }
  return amplitudes;
}

double KrylovAmplitudes::tail(std::span<const double> times) const {
  const std::size_t size = system_.values.size();
  double largest = 0.0;
  for (const double time : times) {
    Complex last = 0.0;
    for (std::size_t n = 0; n < size; ++n) {
      const double* vector = system_.vectors.data() + n * size;
      last += vector[0] * vector[size - 1] * std::polar(1.0, -system_.values[n] * time);
    }
    largest = std::max(largest, std::abs(last));
  }
  return largest;
}

template <class T>
model::Evolution evolve(const KrylovModel<T>& model, std::span<const double> times) {
  model::Evolution evolution(times.size());
  if (model.size() == 0) {
    return evolution;
  }
  evolution.total_energy = model.norm_squared * model.diagonal.front();
  const KrylovAmplitudes amplitudes(model.diagonal, model.off_diagonal);
  for (std::size_t t = 0; t < times.size(); ++t) {
    const auto c = amplitudes.at(times[t]);
    const auto hc = tridiagonal_product(model.diagonal, model.off_diagonal, c);
    for (std::size_t system = 0; system < 2; ++system) {
      const auto pc = hermitian_product(model.observables[system], c);
      evolution.energy[system][t] = model.norm_squared * inner_product(c, pc).real();
      evolution.rate[system][t] = -2.0 * model.norm_squared * inner_product(hc, pc).imag();
    }
    for (std::size_t k = 2; k < model.observables.size(); ++k) {
      const auto pc = hermitian_product(model.observables[k], c);
      const double change = inner_product(c, pc).real() - std::real(model.observables[k].front());
      evolution.second_moments[k - 2].push_back(model.norm_squared * change);
    }
  }
  return evolution;
}

template model::Evolution evolve(const KrylovModel<double>&, std::span<const double>);
template model::Evolution evolve(const KrylovModel<Complex>&, std::span<const double>);

}  // namespace rmtheat::dynamics
