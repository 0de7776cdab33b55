#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "rmtheat/dynamics/trajectory.hpp"
#include "rmtheat/model/experiment.hpp"
#include "rmtheat/model/observable/table.hpp"

namespace rmtheat::ensemble {

/// Curves of some fields as one row of numbers, to travel between ranks.
class CurvesFormat {
 public:
  CurvesFormat(std::vector<model::Field> fields, std::size_t pairs, std::size_t times)
      : fields_(std::move(fields)), pairs_(pairs), times_(times) {}

  [[nodiscard]] std::size_t length() const {
    std::size_t width = 0;
    for (const auto& field : fields_) {
      width += field.width();
    }
    return width * pairs_ * times_;
  }
  void pack(const model::Curves& curves, std::vector<double>& row) const {
    for (const auto& field : fields_) {
      const auto values = curves.values(field);
      row.insert(row.end(), values.begin(), values.end());
    }
  }
  [[nodiscard]] model::Curves unpack(std::span<const double> row) const {
    model::Curves curves(pairs_, times_);
    for (const auto& field : fields_) {
      const auto values = curves.add(field);
      std::ranges::copy(row.first(values.size()), values.begin());
      row = row.subspan(values.size());
    }
    return curves;
  }

 private:
  std::vector<model::Field> fields_;
  std::size_t pairs_;
  std::size_t times_;
};

/// A trajectory as one row of numbers: whether it was retried, the levels of both systems, the
/// curves, those before noise reduction where `with_raw`, then the diagnostics, NaN where there is
/// none. All of an experiment are of one length.
class TrajectoryFormat {
 public:
  TrajectoryFormat(const model::Experiment& experiment, bool with_raw)
      : with_raw_(with_raw),
        sizes_{experiment.systems[0].size, experiment.systems[1].size},
        curves_(model::simulated_fields(experiment), experiment.states.size(),
                experiment.times.size()) {}

  [[nodiscard]] std::vector<double> pack(const dynamics::Trajectory& trajectory) const {
    std::vector<double> row = {trajectory.retried ? 1.0 : 0.0};
    for (const auto& levels : trajectory.levels) {
      row.insert(row.end(), levels.begin(), levels.end());
    }
    curves_.pack(trajectory.curves, row);
    if (with_raw_) {
      curves_.pack(trajectory.raw, row);
    }
    for (const auto& entry : dynamics::diagnostic_table) {
      const auto found = trajectory.diagnostics.find(entry.diagnostic);
      row.push_back(found == trajectory.diagnostics.end() ? std::numeric_limits<double>::quiet_NaN()
                                                          : found->second);
    }
    return row;
  }

  [[nodiscard]] dynamics::Trajectory unpack(std::span<const double> row) const {
    const auto take = [&row](std::size_t count) {
      const auto head = row.first(count);
      row = row.subspan(count);
      return head;
    };
    dynamics::Trajectory trajectory;
    trajectory.retried = take(1).front() != 0.0;
    for (std::size_t system = 0; system < sizes_.size(); ++system) {
      const auto levels = take(sizes_[system]);
      trajectory.levels[system].assign(levels.begin(), levels.end());
    }
    trajectory.curves = curves_.unpack(take(curves_.length()));
    if (with_raw_) {
      trajectory.raw = curves_.unpack(take(curves_.length()));
    }
    for (const auto& entry : dynamics::diagnostic_table) {
      const double value = take(1).front();
      if (!std::isnan(value)) {
        trajectory.diagnostics.emplace(entry.diagnostic, value);
      }
    }
    return trajectory;
  }

 private:
  bool with_raw_;
  std::array<std::size_t, 2> sizes_;
  CurvesFormat curves_;
};

}  // namespace rmtheat::ensemble
