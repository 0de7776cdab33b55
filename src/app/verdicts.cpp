#include "verdicts.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <span>

#include "rmtheat/model/observable/standard.hpp"

namespace rmtheat::app {
namespace {

using ensemble::Comparison;
using model::Field;

/// The largest energy in the problem, of which rounding errors are a fraction.
double energy_scale(const io::Results& results) {
  namespace fields = model::fields;
  const auto& mean = results.statistics.mean;
  double scale = std::abs(results.job.coupling_strength);
  for (const auto& field : fields::energies) {
    double largest = 0.0;
    if (mean.has(field)) {
      for (const double energy : mean.values(field)) {
        largest = std::max(largest, std::abs(energy));
      }
    }
    scale += largest;
  }
  double levels = 0.0;
  for (const auto& sample : results.samples) {
    if (sample) {
      double highest = 0.0;
      for (const auto& system : sample->levels) {
        highest += std::transform_reduce(
            system.begin(), system.end(), 0.0, [](double a, double b) { return std::max(a, b); },
            [](double energy) { return std::abs(energy); });
      }
      levels = std::max(levels, highest);
    }
  }
  return std::max(scale, levels + std::abs(results.job.coupling_strength));
}

ensemble::MeasuredCurve measured_curve(const io::Results& results,
                                       const theory::Prediction& prediction, const Field& field,
                                       std::size_t pair, double energy) {
  const auto& residual = prediction.residual_covariance;
  const auto found = residual.find(field);
  const std::span<const double> covariance =
      found != residual.end() ? found->second : results.statistics.covariance.at(field);
  const std::size_t block = results.times.size() * results.times.size();
  const auto mean = results.statistics.mean.curve(field, pair);
  ensemble::MeasuredCurve measured{
      mean, covariance.subspan(pair * block, block), results.statistics.realizations,
      ensemble::rounding_floor(field, energy, results.betas[pair], mean)};
  // Of random levels the realizations scatter about predictions of their own.
  if (found == residual.end()) {
    for (const auto& sample : results.samples) {
      if (sample) {
        measured.samples.push_back(sample->curves.curve(field, pair));
      }
    }
  }
  return measured;
}

/// The prediction of this name, null where there is none.
const theory::Prediction* find_prediction(const io::Results& results, const std::string& family,
                                          const std::string& order) {
  const auto orders = results.predictions.find(family);
  if (orders == results.predictions.end()) {
    return nullptr;
  }
  const auto found = orders->second.find(order);
  return found == orders->second.end() ? nullptr : &found->second;
}

/// What a prediction leaves out of the row's curve, where that is known.
std::span<const double> left_out_of(const theory::Prediction& prediction, const Row& row,
                                    std::size_t times) {
  const auto found = prediction.left_out.find(row.field);
  return found == prediction.left_out.end()
             ? std::span<const double>()
             : std::span(found->second).subspan(row.pair * times, times);
}

/// A continuum's prediction on the levels used: moved by the difference that they make to the same
/// order, or to all orders where that exists for the continuum alone.
void compare_on_levels(const io::Results& results, Row& row, const theory::Prediction& prediction,
                       double energy) {
  const std::string order =
      find_prediction(results, "finite_n", row.order) != nullptr ? row.order : "resummed";
  const auto* levels = find_prediction(results, "finite_n", order);
  const auto* continuum = find_prediction(results, row.family, order);
  if (levels == nullptr || continuum == nullptr || !levels->curves.has(row.field) ||
      !continuum->curves.has(row.field)) {
    return;
  }
  const auto measured = measured_curve(results, *levels, row.field, row.pair, energy);
  const auto on_levels = levels->curves.curve(row.field, row.pair);
  const auto on_continuum = continuum->curves.curve(row.field, row.pair);
  row.discretization = ensemble::largest_distance(measured, on_levels, on_continuum);
  std::vector<double> moved(measured.mean.size());
  const auto curve = prediction.curves.curve(row.field, row.pair);
  for (std::size_t t = 0; t < moved.size(); ++t) {
    moved[t] = curve[t] + on_levels[t] - on_continuum[t];
  }
  row.on_levels = ensemble::compare(measured, moved, left_out_of(*levels, row, moved.size()));
}

Row row_of(const io::Results& results, Row row, const theory::Prediction& prediction,
           double energy) {
  const auto measured = measured_curve(results, prediction, row.field, row.pair, energy);
  const auto predicted = prediction.curves.curve(row.field, row.pair);
  row.comparison = ensemble::compare(measured, predicted);
  if (const auto left_out = left_out_of(prediction, row, predicted.size()); !left_out.empty()) {
    row.left_out =
        ensemble::largest_distance(measured, left_out, std::vector(left_out.size(), 0.0));
    row.at_best = ensemble::compare(measured, predicted, left_out);
  }
  if (row.family == "large_n") {
    compare_on_levels(results, row, prediction, energy);
  }
  return row;
}

}  // namespace

std::string_view verdict_word(Verdict verdict) {
  constexpr std::array<std::string_view, 3> words = {"holds", "unresolved", "rejected"};
  return words.at(static_cast<std::size_t>(verdict));
}

std::vector<Row> all_rows(const io::Results& results) {
  const double energy = energy_scale(results);
  std::vector<Row> rows;
  for (const auto& [family, predictions] : results.predictions) {
    for (const auto& [name, prediction] : predictions) {
      for (std::size_t pair = 0; pair < results.betas.size(); ++pair) {
        for (const auto& field : results.statistics.mean.fields()) {
          if (field.is_curve() && prediction.curves.has(field)) {
            rows.push_back(row_of(results, {family, name, pair, field, {}}, prediction, energy));
          }
        }
      }
    }
  }
  const auto place = [](const Row& row) {
    constexpr std::array<std::string_view, 4> orders = {"lo", "nlo", "resummed", "kinetic"};
    return std::pair(std::string_view(row.family),
                     std::ranges::find(orders, row.order) - orders.begin());
  };
  std::ranges::stable_sort(rows, {}, place);
  return rows;
}

void judge(std::vector<Row>& rows, const Given& given) {
  for (Row& row : rows) {
    row.tests = static_cast<std::size_t>(std::ranges::count_if(rows, [&](const Row& other) {
      return other.prediction() == row.prediction() && other.comparison.test;
    }));
    const auto passes = [&](const Comparison& comparison) {
      if (!comparison.test) {
        return comparison.is_within_rounding();
      }
      return given.max_chi2
                 ? comparison.test->chi2_per_dof <= *given.max_chi2
                 : comparison.test->p_value * static_cast<double>(row.tests) >= given.significance;
    };
    if (passes(row.comparison)) {
      continue;
    }
    if (row.at_best && passes(*row.at_best)) {
      row.verdict = Verdict::unresolved;
      row.reason = "1/D";
    } else if (row.on_levels && passes(*row.on_levels)) {
      row.verdict = Verdict::unresolved;
      row.reason = "N";
    } else {
      row.verdict = Verdict::rejected;
    }
  }
}

std::pair<Verdict, std::string_view> verdict_on(const std::vector<Row>& rows,
                                                const std::string& prediction,
                                                std::optional<std::size_t> pair) {
  std::pair<Verdict, std::string_view> gravest{Verdict::holds, {}};
  for (const Row& row : rows) {
    if (row.prediction() == prediction && (!pair || row.pair == *pair)) {
      gravest = std::max(gravest, std::pair(row.verdict, row.reason));
    }
  }
  return gravest;
}

}  // namespace rmtheat::app
