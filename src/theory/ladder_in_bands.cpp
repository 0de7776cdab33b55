#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <numeric>
#include <span>

#include <boost/math/quadrature/gauss.hpp>

#include "ladder.hpp"
#include "rmtheat/model/observable/evolution.hpp"
#include "rmtheat/theory/bands.hpp"

// NOLINTBEGIN(readability-identifier-naming): BLAS's own name
extern "C" void dgemm_(const char* transa, const char* transb, const int* m, const int* n,
                       const int* k, const double* alpha, const double* a, const int* lda,
                       const double* b, const int* ldb, const double* beta, double* c,
                       const int* ldc, std::size_t transa_length, std::size_t transb_length);
// NOLINTEND(readability-identifier-naming)

namespace rmtheat::theory {
namespace {

using Complex = std::complex<double>;

constexpr std::size_t least_nodes = 24;
constexpr std::size_t most_nodes = 1 << 15;
constexpr std::size_t block_times = 128;

/// Column-major.
struct Matrix {
  Matrix() = default;
  Matrix(std::size_t row_count, std::size_t column_count)
      : rows(row_count), columns(column_count), data(row_count * column_count) {}
  [[nodiscard]] double* column(std::size_t j) { return data.data() + j * rows; }
  [[nodiscard]] const double* column(std::size_t j) const { return data.data() + j * rows; }

  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<double> data;
};

/// op(a) times columns of b, whose rows are those columns first .. of a (op = N) or all rows.
Matrix product(const Matrix& a, bool transposed, std::size_t first, const Matrix& b) {
  Matrix c(transposed ? a.columns : a.rows, b.columns);
  const auto m = static_cast<int>(c.rows);
  const auto n = static_cast<int>(c.columns);
  const auto k = static_cast<int>(b.rows);
  const auto lda = static_cast<int>(a.rows);
  const double one = 1.0;
  const double zero = 0.0;
  dgemm_(transposed ? "T" : "N", "N", &m, &n, &k, &one, a.column(first), &lda, b.data.data(), &k,
         &zero, c.data.data(), &m, 1, 1);
  return c;
}

/// A sum -2 lambda^2 Im sum_k v_k(t) conj u_k(t); columns belong to the bands' nodes.
struct Form {
  const Matrix* u;
  Matrix v;
};

/// Bands so close that functions of two of them are not smooth.
struct Group {
  std::size_t first_node;
  std::size_t nodes;
  double width;
  std::vector<std::size_t> bands;
};

class Bands {
 public:
  /// For times up to `last_time`.
  Bands(const TotalEnergy& total, double order_2, double last_time, double refinement);

  [[nodiscard]] std::size_t size() const { return energy_.size(); }
  [[nodiscard]] const std::vector<Group>& groups() const { return groups_; }
  /// Takes all bands as one group where integrals at these times then cost less.
  void choose_groups(std::span<const double> times);
  /// Floating-point operations of the integral of one form at these times.
  [[nodiscard]] double integration_cost(std::span<const double> times) const {
    return integration_cost(groups_, times);
  }
  [[nodiscard]] double rate_cost(double times) const {
    return rate_cost(times, static_cast<double>(size()));
  }
  /// x of a node less that of another.
  [[nodiscard]] double difference(std::size_t j, std::size_t l) const {
    return (origin_[j] - origin_[l]) + (energy_[j] - energy_[l]);
  }
  [[nodiscard]] std::size_t group_of(std::size_t node) const { return group_of_node_[node]; }

  /// Densities -Im[g_k]/pi of every level, (levels, nodes).
  [[nodiscard]] const Matrix& amplitudes() const { return amplitudes_; }
  /// The density of sum_k weights_k g_k, (1, nodes).
  [[nodiscard]] Matrix average(std::span<const double> weights) const;
  /// Densities of alpha_k r g_k - w_k rh g_k, r and rh the averages of g_k with these weights.
  [[nodiscard]] Matrix transfer(std::span<const double> alpha, std::span<const double> w,
                                std::span<const double> initial,
                                std::span<const double> initial_energy) const;

  [[nodiscard]] std::vector<std::size_t> all() const { return whole().bands; }

  /// Transforms of nodes to times, (nodes of the group's bands, 2 times): real, then imaginary
  /// parts.
  [[nodiscard]] Matrix weights(std::span<const std::size_t> bands,
                               std::span<const double> times) const;

 private:
  [[nodiscard]] std::vector<Complex> resolvents(const Band& band, Complex zeta) const;
  [[nodiscard]] Group whole() const;
  [[nodiscard]] double rate_cost(double times, double nodes) const {
    return times * nodes * (8.0 * static_cast<double>(levels_.size()) + 60.0);
  }
  [[nodiscard]] double integration_cost(std::span<const Group> groups,
                                        std::span<const double> times) const;

  /// Values at the nodes that resolve densities, (rows, all of them), at those that times need.
  [[nodiscard]] Matrix projected(const Matrix& resolved) const;

  /// A band with its nodes, and those that resolve its densities: more where bands nearly part.
  struct Piece {
    Band band;
    std::size_t first;
    std::size_t count;
    std::size_t first_resolving;
    std::size_t resolving;
  };

  std::span<const double> levels_;
  std::vector<Piece> pieces_;
  std::vector<Group> groups_;
  std::vector<std::size_t> group_of_node_;
  std::vector<double> origin_;
  std::vector<double> energy_;
  std::vector<Complex> zeta_;   ///< at resolving nodes
  std::vector<double> factor_;  ///< likewise
  Matrix amplitudes_;
};

std::vector<Complex> Bands::resolvents(const Band& band, Complex zeta) const {
  std::vector<Complex> result;
  result.reserve(levels_.size());
  for (const double level : levels_) {
    const Complex gap = zeta - (level - band.origin);
    result.push_back(std::conj(gap) / std::norm(gap));
  }
  return result;
}

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

Bands::Bands(const TotalEnergy& total, double order_2, double last_time, double refinement)
    : levels_(total.node) {
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

double Bands::integration_cost(std::span<const Group> groups, std::span<const double> times) const {
  constexpr double samples_per_phase = 2.3;
  const auto count = static_cast<double>(times.size());
  double cost = 0.0;
  for (const auto& group : groups) {
    const double samples = 7.0 * count + samples_per_phase * group.width * times.back();
    cost += rate_cost(samples, static_cast<double>(group.nodes));
  }
  if (groups.size() > 1) {
    const auto nodes = static_cast<double>(size());
    cost += nodes * nodes * (2.0 * static_cast<double>(levels_.size()) + 4.0 * count + 10.0);
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
    const auto from =
        resolved.data.begin() + static_cast<std::ptrdiff_t>(piece.first_resolving * resolved.rows);
    if (piece.count == piece.resolving) {
      std::copy_n(from, piece.count * resolved.rows, result.column(piece.first));
      continue;
    }
    // Fourier coefficients by blocks of nodes, so that no table of cosines is large.
    constexpr std::size_t block_nodes = 1024;
    Matrix coefficients(resolved.rows, piece.count);
    for (std::size_t begin = 0; begin < piece.resolving; begin += block_nodes) {
      Matrix cosines(std::min(block_nodes, piece.resolving - begin), piece.count);
      for (std::size_t m = 0; m < piece.count; ++m) {
        const double factor = (m == 0 ? 1.0 : 2.0) / static_cast<double>(piece.resolving);
        for (std::size_t j = 0; j < cosines.rows; ++j) {
          cosines.column(m)[j] =
              factor * std::cos(static_cast<double>(m) * angle(begin + j, piece.resolving));
        }
      }
      const auto part = product(resolved, false, piece.first_resolving + begin, cosines);
      std::ranges::transform(coefficients.data, part.data, coefficients.data.begin(), std::plus());
    }
    Matrix cosines(piece.count, piece.count);
    for (std::size_t j = 0; j < piece.count; ++j) {
      for (std::size_t m = 0; m < piece.count; ++m) {
        cosines.column(j)[m] = std::cos(static_cast<double>(m) * angle(j, piece.count));
      }
    }
    const auto values = product(coefficients, false, 0, cosines);
    std::ranges::copy(values.data, result.column(piece.first));
  }
  return result;
}

Matrix Bands::average(std::span<const double> weights) const {
  Matrix result(1, size());
  for (std::size_t j = 0; j < size(); ++j) {
    *result.column(j) =
        std::inner_product(weights.begin(), weights.end(), amplitudes_.column(j), 0.0);
  }
  return result;
}

Matrix Bands::transfer(std::span<const double> alpha, std::span<const double> w,
                       std::span<const double> initial,
                       std::span<const double> initial_energy) const {
  Matrix result(levels_.size(), zeta_.size());
  for (const auto& piece : pieces_) {
    const std::size_t end = piece.first_resolving + piece.resolving;
    for (std::size_t j = piece.first_resolving; j < end; ++j) {
      const auto g = resolvents(piece.band, zeta_[j]);
      const Complex r = std::inner_product(g.begin(), g.end(), initial.begin(), Complex());
      const Complex rh = std::inner_product(g.begin(), g.end(), initial_energy.begin(), Complex());
      double* column = result.column(j);
      for (std::size_t k = 0; k < g.size(); ++k) {
        const Complex source = alpha[k] * r - w[k] * rh;
        column[k] = factor_[j] * (g[k].real() * source.imag() + g[k].imag() * source.real());
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
  for (std::size_t t = 0; t < times.size(); ++t) {
    double* real = result.column(t);
    double* imaginary = result.column(times.size() + t);
    for (const std::size_t band : bands) {
      const auto& piece = pieces_[band];
      const Complex phase = std::polar(1.0, -piece.band.origin * times[t]) *
                            std::polar(1.0, -piece.band.centre() * times[t]);
      for (const Complex weight : band_weights(piece.count, piece.band.half_width() * times[t])) {
        const Complex value = phase * weight;
        *real++ = value.real();
        *imaginary++ = value.imag();
      }
    }
  }
  return result;
}

/// -2 lambda^2 Im sum_k v_k conj u_k for each form at each time, restricted to some bands whose
/// nodes begin at `first`.
std::vector<std::vector<double>> rates(const Bands& bands, std::span<const std::size_t> some,
                                       std::size_t first, std::span<const Form> forms,
                                       double order_2, std::span<const double> times) {
  std::vector<std::vector<double>> result(forms.size());
  for (std::size_t begin = 0; begin < times.size(); begin += block_times) {
    const auto block = times.subspan(begin, std::min(block_times, times.size() - begin));
    const auto weights = bands.weights(some, block);
    const Matrix* last = nullptr;
    Matrix u;
    for (std::size_t f = 0; f < forms.size(); ++f) {
      if (forms[f].u != last) {
        last = forms[f].u;
        u = product(*last, false, first, weights);
      }
      const auto v = product(forms[f].v, false, first, weights);
      for (std::size_t t = 0; t < block.size(); ++t) {
        const std::size_t imaginary = block.size() + t;
        double sum = 0.0;
        for (std::size_t k = 0; k < u.rows; ++k) {
          sum += v.column(imaginary)[k] * u.column(t)[k] - v.column(t)[k] * u.column(imaginary)[k];
        }
        result[f].push_back(-2.0 * order_2 * sum);
      }
    }
  }
  return result;
}

/// A Gauss rule for each interval between two times, from 0, for phases of this bandwidth.
struct Samples {
  std::vector<double> times;
  std::vector<double> weights;
  std::vector<std::size_t> ends;  ///< of each interval's samples
};

template <unsigned points>
void add_rule(Samples& samples, double low, double high) {
  using Rule = boost::math::quadrature::gauss<double, points>;
  const double half = 0.5 * (high - low);
  const auto add = [&](double x, double weight) {
    samples.times.push_back(low + half * (1.0 + x));
    samples.weights.push_back(half * weight);
  };
  for (std::size_t k = 0; k < Rule::abscissa().size(); ++k) {
    add(Rule::abscissa()[k], Rule::weights()[k]);
    if (Rule::abscissa()[k] != 0.0) {
      add(-Rule::abscissa()[k], Rule::weights()[k]);
    }
  }
}

Samples samples_between(std::span<const double> times, double bandwidth) {
  constexpr double most_phase = 9.0;
  constexpr double small_phase = 1.2;
  Samples samples;
  double before = 0.0;
  for (const double time : times) {
    const double span = time - before;
    const double parts = std::ceil(std::max(1.0, bandwidth * span / most_phase));
    for (double part = 0.0; part < parts; part += 1.0) {
      const double low = before + span * part / parts;
      const double high = before + span * (part + 1.0) / parts;
      if (bandwidth * (high - low) <= small_phase) {
        add_rule<7>(samples, low, high);
      } else {
        add_rule<20>(samples, low, high);
      }
    }
    samples.ends.push_back(samples.times.size());
    before = time;
  }
  return samples;
}

/// integral_0^t of the forms at each time.
std::vector<std::vector<double>> integrals(const Bands& bands, std::span<const Form> forms,
                                           double order_2, std::span<const double> times) {
  std::vector<std::vector<double>> result(forms.size(), std::vector<double>(times.size()));
  for (const auto& group : bands.groups()) {
    const auto samples = samples_between(times, group.width);
    const auto values = rates(bands, group.bands, group.first_node, forms, order_2, samples.times);
    for (std::size_t f = 0; f < forms.size(); ++f) {
      double sum = 0.0;
      std::size_t k = 0;
      for (std::size_t t = 0; t < times.size(); ++t) {
        for (; k < samples.ends[t]; ++k) {
          sum += samples.weights[k] * values[f][k];
        }
        result[f][t] += sum;
      }
    }
  }
  if (bands.groups().size() == 1) {
    return result;
  }
  // Between groups e^(-i(x-y)t) is integrated by 1 / (x - y).
  const auto all = bands.all();
  for (std::size_t f = 0; f < forms.size(); ++f) {
    auto overlap = product(forms[f].v, true, 0, *forms[f].u);
    for (std::size_t l = 0; l < overlap.columns; ++l) {
      for (std::size_t j = 0; j < overlap.rows; ++j) {
        double& element = overlap.column(l)[j];
        element = bands.group_of(j) == bands.group_of(l) ? 0.0 : element / bands.difference(j, l);
      }
    }
    const auto add_at = [&](std::span<const double> block, std::span<double> sums, double factor) {
      const auto weights = bands.weights(all, block);
      const auto turned = product(overlap, false, 0, weights);
      for (std::size_t part = 0; part < weights.columns; ++part) {
        sums[part % block.size()] +=
            factor * std::inner_product(weights.column(part), weights.column(part) + weights.rows,
                                        turned.column(part), 0.0);
      }
    };
    std::vector<double> start(1);
    add_at(std::vector{0.0}, start, 2.0 * order_2);
    std::ranges::for_each(result[f], [&](double& value) { value += start[0]; });
    for (std::size_t begin = 0; begin < times.size(); begin += block_times) {
      const std::size_t size = std::min(block_times, times.size() - begin);
      add_at(times.subspan(begin, size), std::span(result[f]).subspan(begin, size), -2.0 * order_2);
    }
  }
  return result;
}

/// Forms of the currents into both systems.
std::vector<Form> current_forms(const Bands& bands, const EnergyMeasure& infinite,
                                const EnergyMeasure& initial) {
  std::vector<Form> forms;
  for (const auto& energy : infinite.energy) {
    const std::size_t i = forms.size();
    forms.push_back({&bands.amplitudes(), bands.transfer(energy, infinite.probability,
                                                         initial.probability, initial.energy[i])});
  }
  return forms;
}

}  // namespace

double cost_in_bands(const Setting& setting, const TotalEnergy& total) {
  Bands bands(total, setting.strength * setting.strength, setting.times.back(), 1.0);
  bands.choose_groups(setting.times);
  const double rates = bands.rate_cost(static_cast<double>(setting.times.size()));
  return static_cast<double>(total.initial.size()) *
         (6.0 * bands.integration_cost(setting.times) + 4.0 * rates);
}

std::vector<Ladder> expansion_in_bands(const Setting& setting, const TotalEnergy& total,
                                       int orders) {
  // Ladder / lambda^2 is an entire function of x = lambda^2; its value and slope at 0 are those of
  // the polynomial through points up to x t^2 = 1/2, where the next terms are below 1e-13.
  constexpr double reach = 0.5;
  constexpr double tiny = 1e-14;
  const double time = setting.times.back();
  const std::size_t points = orders == 1 ? 1 : 10;
  std::vector<double> x;
  for (std::size_t k = 0; k < points; ++k) {
    const double angle =
        std::numbers::pi * (static_cast<double>(k) + 0.5) / static_cast<double>(points);
    x.push_back((orders == 1 ? tiny : reach * 0.5 * (1.0 - std::cos(angle))) / (time * time));
  }
  const double order_2 = setting.strength * setting.strength;
  std::vector<Ladder> sum;
  for (std::size_t k = 0; k < points; ++k) {
    // Lagrange's basis at 0 and its slope there.
    double value = 1.0;
    double slope = 0.0;
    for (std::size_t l = 0; l < points; ++l) {
      if (l != k) {
        value *= x[l] / (x[l] - x[k]);
        slope -= 1.0 / x[l];
      }
    }
    const double factor = order_2 * (orders == 1 ? 1.0 : value * (1.0 + order_2 * slope)) / x[k];
    auto weak = setting;
    weak.strength = std::sqrt(x[k]);
    const auto ladders = ladder_in_bands(weak, total);
    sum.resize(ladders.size());
    for (std::size_t pair = 0; pair < ladders.size(); ++pair) {
      sum[pair].add(ladders[pair], factor);
    }
  }
  return sum;
}

std::vector<Ladder> ladder_in_bands(const Setting& setting, const TotalEnergy& total) {
  constexpr double finer = 1.25;
  const double order_2 = setting.strength * setting.strength;
  Bands bands(total, order_2, setting.times.back(), 1.0);
  Bands other_bands(total, order_2, setting.times.back(), finer);
  bands.choose_groups(setting.times);
  other_bands.choose_groups(sampled(setting.times));
  const auto all = bands.all();
  const auto mean = bands.average(total.infinite.probability);
  const auto some_times = sampled(setting.times);
  std::vector<Ladder> ladders;
  for (std::size_t pair = 0; pair < total.initial.size(); ++pair) {
    const auto& initial = total.initial[pair];
    Ladder ladder;
    auto forms = current_forms(bands, total.infinite, initial);
    auto current = rates(bands, all, 0, forms, order_2, setting.times);
    // dE_int/dt by Gaussian integration by parts, for a check: not the sum of the others.
    forms.push_back({&mean, bands.average(initial.probability)});
    auto energy = integrals(bands, forms, order_2, setting.times);
    const auto other_energy = integrals(
        other_bands, current_forms(other_bands, total.infinite, initial), order_2, some_times);
    for (std::size_t i = 0; i < 2; ++i) {
      ladder.error =
          std::max(ladder.error, largest_difference(sampled(energy[i]), other_energy[i]));
      ladder.rate[i] = std::move(current[i]);
      ladder.change[i] = std::move(energy[i]);
    }
    ladder.interaction = std::move(energy[2]);
    const auto start = product(forms[2].v, false, 0, bands.weights(all, std::vector{0.0}));
    ladder.probability_error = std::abs(*start.column(0) - 1.0);
    if (setting.with_conductance) {
      const auto forms_of_response = current_forms(bands, total.infinite, total.response[pair]);
      const auto response = rates(bands, all, 0, forms_of_response, order_2, setting.times);
      ladder.conductance = model::heat_current(setting.work_share, {response[0], response[1]});
    }
    ladders.push_back(std::move(ladder));
  }
  return ladders;
}

}  // namespace rmtheat::theory
