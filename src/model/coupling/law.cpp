#include "rmtheat/model/coupling/law.hpp"

#include <type_traits>

namespace rmtheat::model {
namespace {

template <class T>
T element_of(const Coupling& coupling, std::size_t row, std::size_t column) {
  const auto element = coupling.element(row, column);
  if constexpr (std::is_same_v<T, double>) {
    return element.real();
  } else {
    return element;
  }
}

template <class T>
void draw(const Coupling& coupling, std::size_t row, std::size_t column, std::span<T> elements) {
  for (std::size_t k = 0; k < elements.size(); ++k) {
    elements[k] = element_of<T>(coupling, row + k, column);
  }
}

template <class T>
void product(const Coupling& coupling, std::span<const T> x, std::size_t first, std::span<T> rows) {
  for (std::size_t k = 0; k < rows.size(); ++k) {
    rows[k] = T(0);
    for (std::size_t column = 0; column < x.size(); ++column) {
      rows[k] += element_of<T>(coupling, first + k, column) * x[column];
    }
  }
}

}  // namespace

using Complex = std::complex<double>;

void Coupling::draw_column(std::size_t row, std::size_t column, std::span<double> elements) const {
  draw(*this, row, column, elements);
}

void Coupling::draw_column(std::size_t row, std::size_t column, std::span<Complex> elements) const {
  draw(*this, row, column, elements);
}

void Coupling::multiply(std::span<const double> x, std::size_t first,
                        std::span<double> rows) const {
  product(*this, x, first, rows);
}

void Coupling::multiply(std::span<const Complex> x, std::size_t first,
                        std::span<Complex> rows) const {
  product(*this, x, first, rows);
}

}  // namespace rmtheat::model
