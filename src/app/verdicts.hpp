#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rmtheat/ensemble/comparison.hpp"
#include "rmtheat/io/results_file.hpp"
#include "verb_options.hpp"

namespace rmtheat::app {

/// In the order of their gravity.
enum class Verdict : std::uint8_t { holds, unresolved, rejected };

/// One word.
std::string_view verdict_word(Verdict verdict);

/// One line of the table: an observable of one temperature pair against one prediction.
struct Row {
  std::string family;  ///< "finite_n"
  std::string order;   ///< "lo"
  std::size_t pair;
  model::Field field;
  ensemble::Comparison comparison;
  /// What the prediction leaves out in 1/D, where that is known, and the comparison with the best
  /// that the prediction may be given that.
  std::optional<double> left_out = {};  ///< largest, standard errors
  std::optional<ensemble::Comparison> at_best = {};
  /// Of a continuum's prediction: its distance from what it is for the levels used, the largest in
  /// standard errors, and the comparison with that, at best.
  std::optional<double> discretization = {};
  std::optional<ensemble::Comparison> on_levels = {};
  Verdict verdict = Verdict::holds;
  std::string_view reason = {};  ///< why it is not resolved
  std::size_t tests = 0;         ///< of its prediction, that share the significance

  [[nodiscard]] std::string prediction() const { return family + "/" + order; }
};

/// One of every prediction, temperature pair and curve in the file: by family, by order of the
/// theory, by pair.
std::vector<Row> all_rows(const io::Results& results);

/// A prediction's observables are judged together: each may fail by chance, so each must fail more
/// clearly than the significance asked for (Bonferroni). Rejected is what fails by more than what
/// the prediction leaves out, and, for a continuum's, fails on the levels used as well: else the
/// simulation tells of a finite D or N, not of the theory.
void judge(std::vector<Row>& rows, const Given& given);

/// The gravest of its rows, with their reasons; of one temperature pair where one is given.
std::pair<Verdict, std::string_view> verdict_on(const std::vector<Row>& rows,
                                                const std::string& prediction,
                                                std::optional<std::size_t> pair = {});

}  // namespace rmtheat::app
