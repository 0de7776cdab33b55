#include "band_nodes.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <numeric>

#include "band_limited.hpp"
#include "rmtheat/support/blas.hpp"

namespace rmtheat::theory {
namespace {

using Complex = std::complex<double>;

constexpr std::size_t least_nodes = 24;
constexpr std::size_t most_nodes = 1 << 15;

/// theta_j of `count` nodes.
double angle(std::size_t j, std::size_t count) {
  return std::numbers::pi * (static_cast<double>(j) + 0.5) / static_cast<double>(count);
}

/// Nodes beyond which Fourier coefficients do not show: e^(i tau cos theta) has none beyond tau,
/// and 1 / (x - y) between groups few.
std::size_t nodes_for(double tau) {
  constexpr double beyond = 80.0;
  return static_cast<std::size_t>(tau + 12.0 * std::cbrt(tau) + beyond);
}

/// zeta, the factor that makes a density of an imaginary part, and the levels' densities (levels,
/// nodes) at the nodes of a band.
struct Nodes {
  std::vector<Complex> zeta;
  std::vector<double> factor;
  Matrix density;
};

/// True where the highest Fourier coefficients of every row, values at theta_j, are negligible.
bool resolved(const Matrix& values) {
  constexpr double negligible = 1e-13;
  constexpr std::size_t highest = 4;
  Matrix cosines(values.columns, highest);
  for (std::size_t m = 0; m < highest; ++m) {
    for (std::size_t j = 0; j < values.columns; ++j) {
      cosines.column(m)[j] =
          std::cos(std::numbers::pi * static_cast<double>(values.columns - 1 - m) *
                   (static_cast<double>(j) + 0.5) / static_cast<double>(values.columns));
    }
  }
  const auto coefficients = product(values, false, 0, cosines);
  const auto largest = [](const std::vector<double>& series) {
    return std::abs(*std::ranges::max_element(series, {}, [](double x) { return std::abs(x); }));
  };
  return largest(coefficients.data) <=
         negligible * largest(values.data) * static_cast<double>(values.columns);
}

}  // namespace

Matrix product(const Matrix& a, bool transposed, std::size_t first, const Matrix& b) {
  Matrix c(transposed ? a.columns : a.rows, b.columns);
  const auto m = static_cast<std::int64_t>(c.rows);
  const auto n = static_cast<std::int64_t>(c.columns);
  const auto k = static_cast<std::int64_t>(b.rows);
  blas::gemm(transposed ? blas::Operation::transpose : blas::Operation::none, blas::Operation::none,
             m, n, k, 1.0, a.column(first), static_cast<std::int64_t>(a.rows), b.data.data(), k,
             0.0, c.data.data(), m);
  return c;
}

std::vector<Complex> Bands::resolvents(const Band& band, Complex zeta) const {
  std::vector<Complex> result;
  result.reserve(levels_.size());
  for (const double level : levels_) {
    const Complex gap = zeta - (level - band.origin);
    result.push_back(std::conj(gap) / std::norm(gap));
  }
  return result;
}

Bands::Bands(const TotalEnergy& total, double order_2, double last_time, double refinement)
    : levels_(total.node), last_time_(last_time) {
  constexpr double close = 1.0;  // gap over half width below which bands belong to one group
  const std::span<const double> weights = total.infinite.probability;
  const auto nodes_in = [&](const Band& band, std::size_t count) {
    Nodes nodes{zeta_in_band(band, levels_, weights, order_2, count), {}, {levels_.size(), count}};
    for (std::size_t j = 0; j < count; ++j) {
      nodes.factor.push_back(-band.half_width() / std::numbers::pi * std::sin(angle(j, count)));
      std::ranges::transform(resolvents(band, nodes.zeta[j]), nodes.density.column(j),
                             [&](Complex g) { return nodes.factor.back() * g.imag(); });
    }
    return nodes;
  };
  Matrix resolving;
  double group_low = 0.0;
  double end = 0.0;
  for (const auto& band : bands_of(levels_, weights, order_2)) {
    std::size_t count = least_nodes;
    auto nodes = nodes_in(band, count);
    while (!resolved(nodes.density) && count < most_nodes) {
      count *= 2;
      nodes = nodes_in(band, count);
    }
    if (refinement != 1.0) {
      nodes = nodes_in(band, static_cast<std::size_t>(refinement * static_cast<double>(count)));
    }
    const auto& [zeta, factor, density] = nodes;
    const double low = band.origin + band.low;
    const double gap = pieces_.empty() ? 0.0 : low - end;
    const double half_width =
        pieces_.empty() ? 0.0 : std::max(band.half_width(), pieces_.back().band.half_width());
    if (pieces_.empty() || gap > close * half_width) {
      groups_.push_back({size(), 0, 0.0, {}});
      group_low = low;
    }
    end = band.origin + band.high;
    const std::size_t needed = std::min(zeta.size(), nodes_for(band.half_width() * last_time));
    auto& group = groups_.back();
    group.nodes += needed;
    group.width = end - group_low;
    group.bands.push_back(pieces_.size());
    pieces_.push_back({band, size(), needed, zeta_.size(), zeta.size()});
    for (std::size_t j = 0; j < needed; ++j) {
      energy_.push_back(band.centre() - band.half_width() * std::cos(angle(j, needed)));
      origin_.push_back(band.origin);
      group_of_node_.push_back(groups_.size() - 1);
    }
    zeta_.insert(zeta_.end(), zeta.begin(), zeta.end());
    factor_.insert(factor_.end(), factor.begin(), factor.end());
    resolving.data.insert(resolving.data.end(), density.data.begin(), density.data.end());
  }
  resolving.rows = levels_.size();
  resolving.columns = zeta_.size();
  amplitudes_ = projected(resolving);
}

Group Bands::whole() const {
  Group whole{0, size(), 0.0, {}};
  for (const auto& group : groups_) {
    whole.bands.insert(whole.bands.end(), group.bands.begin(), group.bands.end());
  }
  const auto& first = pieces_.front().band;
  const auto& last = pieces_.back().band;
  whole.width = (last.origin - first.origin) + (last.high - first.low);
  return whole;
}

double Bands::transform_cost(const Group& group, std::size_t times) const {
  // Operations of products of matrices are several times faster than those of transforms.
  constexpr double slower = 2.0;
  constexpr double of_two_convolutions = 80.0;
  double cost = 0.0;
  std::size_t nodes = 0;
  for (const std::size_t k : group.bands) {
    const auto& piece = pieces_[k];
    const std::size_t needed = nodes_for(piece.band.half_width() * last_time_);
    nodes += std::max(piece.count, needed);
    if (piece.count < needed) {
      const auto size = static_cast<double>(needed);
      cost += of_two_convolutions * size * std::log2(size);
    }
  }
  cost += NonuniformTransform::cost(nodes, times);
  return slower * static_cast<double>(levels_.size()) * cost;
}

double Bands::rates_cost(std::span<const double> times) const {
  const auto group = whole();
  return std::min(matrix_cost(times.size(), group.nodes),
                  transform_cost(group, BandLimited(group.width, times.back()).count()));
}

double Bands::integration_cost(std::span<const Group> groups, std::span<const double> times) const {
  double cost = 0.0;
  for (const auto& group : groups) {
    const std::size_t samples = BandLimited(group.width, times.back()).count();
    cost += std::min(matrix_cost(samples, group.nodes), transform_cost(group, samples));
  }
  if (groups.size() > 1) {
    const auto nodes = static_cast<double>(size());
    cost += nodes * nodes *
            (2.0 * static_cast<double>(levels_.size()) + 4.0 * static_cast<double>(times.size()) +
             10.0);
  }
  return cost;
}

void Bands::choose_groups(std::span<const double> times) {
  const std::vector one{whole()};
  if (integration_cost(one, times) < integration_cost(groups_, times)) {
    groups_ = one;
    std::ranges::fill(group_of_node_, 0);
  }
}

Matrix Bands::projected(const Matrix& resolved) const {
  Matrix result(resolved.rows, size());
  for (const auto& piece : pieces_) {
    if (piece.count == piece.resolving) {
      std::copy_n(resolved.column(piece.first_resolving), piece.count * resolved.rows,
                  result.column(piece.first));
      continue;
    }
    const Resampling resampling(piece.resolving, piece.count);
    std::vector<double> row(piece.resolving);
    for (std::size_t k = 0; k < resolved.rows; ++k) {
      for (std::size_t j = 0; j < piece.resolving; ++j) {
        row[j] = resolved.column(piece.first_resolving + j)[k];
      }
      const auto values = resampling(row);
      for (std::size_t j = 0; j < piece.count; ++j) {
        result.column(piece.first + j)[k] = values[j];
      }
    }
  }
  return result;
}

std::vector<double> Resampling::operator()(std::span<const double> values) const {
  auto coefficients = analysis_.transposed(values);
  for (double& coefficient : coefficients) {
    coefficient *= 2.0 / static_cast<double>(values.size());
  }
  coefficients[0] *= 0.5;
  coefficients.resize(to_);
  return synthesis_(coefficients);
}

Bands::GroupTransform::GroupTransform(const Bands& bands, const Group& group, double first,
                                      double step, std::size_t count) {
  const double origin = bands.pieces_[group.bands.front()].band.origin;
  std::vector<double> energies;
  for (const std::size_t k : group.bands) {
    const auto& piece = bands.pieces_[k];
    const auto& band = piece.band;
    const std::size_t needed = nodes_for(band.half_width() * bands.last_time_);
    const std::size_t nodes = std::max(piece.count, needed);
    parts_.push_back(
        {piece.first, piece.count, std::numbers::pi / static_cast<double>(nodes), std::nullopt});
    if (piece.count < needed) {
      parts_.back().resampling.emplace(piece.count, needed);
    }
    for (std::size_t j = 0; j < nodes; ++j) {
      energies.push_back((band.origin - origin) +
                         (band.centre() - band.half_width() * std::cos(angle(j, nodes))));
    }
  }
  transform_.emplace(energies, first, step, count);
}

std::vector<Complex> Bands::GroupTransform::operator()(const Matrix& densities,
                                                       std::size_t row) const {
  std::vector<double> values;
  for (const auto& part : parts_) {
    std::vector<double> own(part.count);
    for (std::size_t j = 0; j < part.count; ++j) {
      own[j] = part.weight * densities.column(part.first + j)[row];
    }
    if (part.resampling) {
      own = (*part.resampling)(own);
    }
    values.insert(values.end(), own.begin(), own.end());
  }
  return (*transform_)(values);
}

Matrix Bands::average(std::span<const double> weights) const {
  Matrix result(1, size());
  for (std::size_t j = 0; j < size(); ++j) {
    *result.column(j) =
        std::inner_product(weights.begin(), weights.end(), amplitudes_.column(j), 0.0);
  }
  return result;
}

Matrix Bands::transfer(const std::vector<Product>& products) const {
  Matrix result(levels_.size(), zeta_.size());
  for (const auto& piece : pieces_) {
    const std::size_t end = piece.first_resolving + piece.resolving;
    for (std::size_t j = piece.first_resolving; j < end; ++j) {
      const auto g = resolvents(piece.band, zeta_[j]);
      std::vector<Complex> source(g.size());
      for (const auto& [of_level, of_average, factor] : products) {
        const Complex average =
            factor * std::inner_product(g.begin(), g.end(), of_average.begin(), Complex());
        for (std::size_t k = 0; k < g.size(); ++k) {
          source[k] += of_level[k] * average;
        }
      }
      double* column = result.column(j);
      for (std::size_t k = 0; k < g.size(); ++k) {
        column[k] = factor_[j] * (g[k].real() * source[k].imag() + g[k].imag() * source[k].real());
      }
    }
  }
  return projected(result);
}

Matrix Bands::weights(std::span<const std::size_t> bands, std::span<const double> times) const {
  std::size_t rows = 0;
  for (const std::size_t band : bands) {
    rows += pieces_[band].count;
  }
  Matrix result(rows, 2 * times.size());
  std::vector<BandWeights> weights;
  for (const std::size_t band : bands) {
    weights.emplace_back(pieces_[band].count);
  }
  for (std::size_t t = 0; t < times.size(); ++t) {
    double* real = result.column(t);
    double* imaginary = result.column(times.size() + t);
    for (std::size_t k = 0; k < bands.size(); ++k) {
      const auto& piece = pieces_[bands[k]];
      const Complex phase = std::polar(1.0, -piece.band.origin * times[t]) *
                            std::polar(1.0, -piece.band.centre() * times[t]);
      for (const Complex weight : weights[k](piece.band.half_width() * times[t])) {
        const Complex value = phase * weight;
        *real++ = value.real();
        *imaginary++ = value.imag();
      }
    }
  }
  return result;
}

}  // namespace rmtheat::theory
