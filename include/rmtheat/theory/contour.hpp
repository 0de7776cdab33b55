#pragma once

#include <algorithm>
#include <complex>
#include <cstddef>
#include <span>
#include <vector>

namespace rmtheat::theory {

/// Double inverse Laplace transforms over an ellipse around the spectrum [-radius, radius]:
///
///   X(t) = 1/(2 pi i)^2 contour integral dz dw X(z, w) e^(-i(z-w)t)
///
/// for X(z, w) that are analytic off the spectrum and vanish at infinity. The ellipse has its foci
/// at the ends of the spectrum and a height of `growth` / (last time), so that e^(-izt) grows to
/// e^growth at most; the trapezoidal rule of n nodes has an error of e^(-n mu), with
/// sinh(mu) = height / radius. The w nodes are the complex conjugates of the z nodes and lie
/// between them, so that differences z - w never vanish.
class Contour {
 public:
  Contour(double radius, double last_time, double growth);

  /// The number of nodes of such a contour.
  static double node_count(double radius, double last_time, double growth);

  [[nodiscard]] const std::vector<std::complex<double>>& nodes() const { return nodes_; }

  /// The number of Chebyshev moments that represent a resolvent with spectrum [-half_width,
  /// half_width] on this contour to the accuracy of the trapezoidal rule.
  [[nodiscard]] std::size_t resolving_degree(double half_width) const;

  /// X(t) and dX/dt at each time.
  struct Curve {
    std::vector<double> value;
    std::vector<double> rate;
  };

  /// The transforms at some times.
  class Inversion {
   public:
    Inversion(const Contour& contour, std::span<const double> times);

    /// kernel(j, k) is X(z_j, conj z_k), a Hermitian matrix, which is never held whole.
    template <class Kernel>
    [[nodiscard]] Curve operator()(Kernel&& kernel) const {
      Curve curve{std::vector<double>(times_), std::vector<double>(times_)};
      for_each_block(kernel,
                     [&](std::size_t first, const std::vector<std::complex<double>>& terms) {
                       add_terms(first, terms, curve);
                     });
      return curve;
    }

    /// (nodes, times) column-major: what each z_j has in that double sum.
    template <class Kernel>
    [[nodiscard]] std::vector<std::complex<double>> by_node(Kernel&& kernel) const {
      const std::size_t size = contour_.nodes_.size();
      std::vector<std::complex<double>> result(size * times_);
      for_each_block(
          kernel, [&](std::size_t first, const std::vector<std::complex<double>>& terms) {
            const std::size_t count = terms.size() / times_;
            for (std::size_t t = 0; t < times_; ++t) {
              std::copy_n(terms.data() + t * count, count, result.data() + t * size + first);
            }
          });
      return result;
    }

   private:
    static constexpr std::size_t block_rows = 128;

    /// Calls use(first, terms) with the terms of each block of nodes, (nodes, times).
    template <class Kernel, class Use>
    void for_each_block(Kernel& kernel, Use use) const {
      const std::size_t size = contour_.nodes_.size();
      std::vector<std::complex<double>> rows(std::min(block_rows, size) * size);
      for (std::size_t first = 0; first < size; first += block_rows) {
        const std::size_t count = std::min(block_rows, size - first);
        for (std::size_t k = 0; k < size; ++k) {
          for (std::size_t j = 0; j < count; ++j) {
            rows[k * count + j] = kernel(first + j, k);
          }
        }
        use(first, terms(first, count, rows));
      }
    }

    /// From rows first .. first + count of the kernel, (count, nodes) column-major.
    [[nodiscard]] std::vector<std::complex<double>> terms(
        std::size_t first, std::size_t count, const std::vector<std::complex<double>>& rows) const;
    void add_terms(std::size_t first, const std::vector<std::complex<double>>& terms,
                   Curve& curve) const;

    const Contour& contour_;
    std::size_t times_;
    std::vector<std::complex<double>> bra_;  ///< conj [w_j e^(-i z_j t)], (node, time)
  };
  [[nodiscard]] Inversion at(std::span<const double> times) const { return {*this, times}; }

 private:
  double height_;
  std::vector<std::complex<double>> nodes_;
  std::vector<std::complex<double>> weights_;  ///< dz / (2 pi i)
};

}  // namespace rmtheat::theory
