#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "rmtheat/ensemble/samples.hpp"
#include "rmtheat/model/experiment.hpp"

namespace rmtheat::ensemble {

/// A sample as one row of numbers: levels of both systems, the curves in the order of the
/// observables, then the diagnostics, NaN where there is none. All samples of an experiment are of
/// the same length.
class SampleFormat {
 public:
  explicit SampleFormat(const model::Experiment& experiment)
      : sizes_{experiment.systems[0].size, experiment.systems[1].size},
        pairs_(experiment.temperatures.size()),
        times_(experiment.times.size()) {
    for (const auto& entry : model::observable_table) {
      if (entry.observable != model::Observable::conductance || experiment.with_conductance) {
        observables_.push_back(entry.observable);
      }
    }
  }

  [[nodiscard]] std::size_t length() const {
    return sizes_[0] + sizes_[1] + observables_.size() * pairs_ * times_ +
           dynamics::diagnostic_table.size();
  }

  [[nodiscard]] std::vector<double> pack(const Sample& sample) const {
    std::vector<double> row;
    row.reserve(length());
    for (const auto& levels : sample.levels) {
      row.insert(row.end(), levels.begin(), levels.end());
    }
    for (const auto observable : observables_) {
      const auto values = sample.curves.values(observable);
      row.insert(row.end(), values.begin(), values.end());
    }
    for (const auto& entry : dynamics::diagnostic_table) {
      const auto found = sample.diagnostics.find(entry.diagnostic);
      row.push_back(found == sample.diagnostics.end() ? std::numeric_limits<double>::quiet_NaN()
                                                      : found->second);
    }
    return row;
  }

  [[nodiscard]] Sample unpack(std::span<const double> row) const {
    Sample sample{{}, model::Curves(pairs_, times_)};
    const auto take = [&row](std::size_t count) {
      const auto head = row.first(count);
      row = row.subspan(count);
      return head;
    };
    for (std::size_t system = 0; system < sizes_.size(); ++system) {
      const auto levels = take(sizes_[system]);
      sample.levels[system].assign(levels.begin(), levels.end());
    }
    for (const auto observable : observables_) {
      std::ranges::copy(take(pairs_ * times_), sample.curves.add(observable).begin());
    }
    for (const auto& entry : dynamics::diagnostic_table) {
      const double value = take(1).front();
      if (!std::isnan(value)) {
        sample.diagnostics.emplace(entry.diagnostic, value);
      }
    }
    return sample;
  }

 private:
  std::array<std::size_t, 2> sizes_;
  std::size_t pairs_;
  std::size_t times_;
  std::vector<model::Observable> observables_;
};

}  // namespace rmtheat::ensemble
