#include "verdict_tables.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "file_status.hpp"
#include "results_of_job.hpp"

namespace rmtheat::app {
namespace {

using ensemble::Comparison;

std::string in_words(const std::pair<Verdict, std::string_view>& verdict) {
  switch (verdict.first) {
    case Verdict::holds:
      return "holds";
    case Verdict::unresolved:
      return fmt::format("not resolved: {}", verdict.second);
    case Verdict::rejected:
      break;
  }
  return "REJECTED";
}

std::string_view meaning_of(std::string_view family) {
  if (family == "simulated") {
    return "another simulation, the errors of both together";
  }
  return family == "finite_n" ? "predictions for the levels used"
                              : "predictions for infinitely many levels, a continuum";
}

std::string_view name_of(std::string_view order) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> names = {
      {{"lo", "LO"}, {"nlo", "NLO"}, {"resummed", "all orders"}, {"kinetic", "kinetic limit"}}};
  const auto* const found =
      std::ranges::find(names, order, &std::pair<std::string_view, std::string_view>::first);
  return found != names.end() ? found->second : order;
}

std::string in_two_digits(double value) {
  return value < 1e4 ? fmt::format("{:.2f}", value) : fmt::format("{:.1e}", value);
}

std::string in_errors(const std::optional<double>& size) {
  return size ? fmt::format("{:.2g}", *size) : "-";
}

std::string chi2_of(const Comparison& c) {
  return c.test ? in_two_digits(c.test->chi2_per_dof) : "-";
}

std::string p_value_of(const Comparison& c) {
  return c.test ? fmt::format("{:.2g}{}", c.test->p_value, c.test->inflation > 1.0 ? "~" : "")
                : "-";
}

std::string heading(const io::Results& results) {
  const auto& [system_1, system_2] = results.systems;
  auto text =
      fmt::format("{}, {} ({}) x {} ({}) levels, lambda = {}, {} coupling\n",
                  realizations_in_words(results), system_1.size, system_1.density, system_2.size,
                  system_2.density, results.job.coupling_strength, coupling_name(results));
  for (std::size_t pair = 0; pair < results.betas.size(); ++pair) {
    text += fmt::format("pair {}: beta1 = {}, beta2 = {}\n", pair, results.betas[pair][0],
                        results.betas[pair][1]);
  }
  return text;
}

/// The row that speaks most against its prediction: of the gravest, the least probable.
const Row& worst_of(const std::vector<Row>& rows, const std::string& prediction, std::size_t pair) {
  const auto weight = [](const Row& row) {
    const auto& test = row.comparison.test;
    return std::tuple(row.verdict, test ? -test->p_value : 0.0, test ? test->chi2_per_dof : 0.0,
                      row.comparison.largest_deviation);
  };
  const Row* worst = nullptr;
  for (const Row& row : rows) {
    if (row.prediction() == prediction && row.pair == pair &&
        (worst == nullptr || weight(row) > weight(*worst))) {
      worst = &row;
    }
  }
  return *worst;
}

std::string summary(const io::Results& results, const std::vector<Row>& rows) {
  std::string text;
  std::string family;
  for (std::size_t k = 0; k < rows.size(); ++k) {
    const Row& row = rows[k];
    if (row.family != family) {
      family = row.family;
      text += fmt::format("\n{}: {}\n  {:<14}{:>4}  {:<18}{:<20}{:>9} {:>9}  {}\n", family,
                          meaning_of(family), "", "pair", "verdict", "worst observable", "chi2/dof",
                          "p", "largest deviation");
    }
    if (k > 0 && row.prediction() == rows[k - 1].prediction() && row.pair == rows[k - 1].pair) {
      continue;
    }
    const std::string prediction = row.prediction();
    const Row& worst = worst_of(rows, prediction, row.pair);
    const Comparison& c = worst.comparison;
    text += fmt::format(
        "  {:<14}{:>4}  {:<18}{:<20}{:>9} {:>9}  {} sigma at t = {:.3g}\n", name_of(row.order),
        row.pair, in_words(verdict_on(rows, prediction, row.pair)), worst.field.name, chi2_of(c),
        p_value_of(c), in_two_digits(c.largest_deviation), results.times[c.at_index]);
  }
  return text;
}

std::string details(const io::Results& results, const std::vector<Row>& rows) {
  constexpr std::array marks = {"", "  ?", "  *"};
  std::string text;
  for (std::size_t k = 0; k < rows.size(); ++k) {
    const Row& row = rows[k];
    if (k == 0 || row.prediction() != rows[k - 1].prediction() || row.pair != rows[k - 1].pair) {
      text += fmt::format("\n{}, pair {}: {}; {}\n", row.prediction(), row.pair,
                          in_words(verdict_on(rows, row.prediction(), row.pair)),
                          meaning_of(row.family));
      text += fmt::format("  {:<19}{:>9} {:>7} {:>9} {:>9} {:>24} {:>11} {:>8} {:>9} {:>9}\n",
                          "observable", "sigma", "at t", "chi2/dof", "p", "late mean, simulated",
                          "predicted", "rel.dev.", "left out", "finite N");
    }
    const Comparison& c = row.comparison;
    const auto relative = relative_plateau_deviation(c);
    text += fmt::format(
        "  {:<19}{:>9} {:>7.3g} {:>9} {:>9} {:>12.5g} +- {:<8.2g} {:>11.5g} {:>8} {:>9} {:>9}{}\n",
        row.field.name, in_two_digits(c.largest_deviation), results.times[c.at_index], chi2_of(c),
        p_value_of(c), c.plateau, c.plateau_error, c.predicted_plateau,
        relative ? fmt::format("{:+.2f}%", 100.0 * *relative) : "-", in_errors(row.left_out),
        in_errors(row.discretization), marks.at(static_cast<std::size_t>(row.verdict)));
  }
  return text;
}

/// By what rule the verdicts are, and what is not resolved.
std::string rule(const std::vector<Row>& rows, const Given& given) {
  std::size_t tests = 0;
  for (const Row& row : rows) {
    tests = std::max(tests, row.tests);
  }
  auto text = given.max_chi2
                  ? fmt::format("\nA prediction is rejected where a chi2/dof is above {}.\n",
                                *given.max_chi2)
                  : fmt::format(
                        "\nA prediction is rejected where one of its up to {} tests, one for each "
                        "observable and pair, fails\nat {:g} % over their number (Bonferroni): by "
                        "chance, that happens to at most {:g} % of true ones.\n",
                        tests, 100.0 * given.significance, 100.0 * given.significance);
  if (std::ranges::find(rows, Verdict::unresolved, &Row::verdict) != rows.end()) {
    text +=
        "Not resolved: what the prediction leaves out in 1/D, or the finite number of levels N, "
        "explains the rejection.\n";
  }
  return text;
}

}  // namespace

std::optional<double> relative_plateau_deviation(const Comparison& comparison) {
  if (std::abs(comparison.predicted_plateau) <= comparison.plateau_error) {
    return std::nullopt;
  }
  return comparison.plateau / comparison.predicted_plateau - 1.0;
}

std::string verdict_tables(const io::Results& results, const std::vector<Row>& rows,
                           const Given& given) {
  const bool detailed = given.verbose || given.observable || given.pair;
  auto text =
      heading(results) + (detailed ? details(results, rows) : summary(results, rows)) +
      rule(rows, given) +
      "chi2/dof: Hotelling's T^2 of the difference on the lowest cosines of the time window, "
      "scaled to follow the F\ndistribution, near 1 where the prediction holds; p its "
      "probability to be larger (~: by bootstrap, as the\nrealizations are not Gaussian). "
      "sigma: standard error at one time.\n";
  text += detailed
              ? "Late mean: over the second half of the window. Left out: what finite D adds to "
                "the prediction at most; finite\nN: distance to the prediction from the levels "
                "used; both in sigma. *: rejected; ?: not resolved.\n"
              : "Details: --verbose, --observable=NAME, --pair=K.\n";
  return text;
}

}  // namespace rmtheat::app
