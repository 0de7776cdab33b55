#include "distributions_reader.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "checked_input.hpp"
#include "curves_input.hpp"
#include "rmtheat/model/observable/distribution.hpp"
#include "schema.hpp"

namespace rmtheat::io {
namespace {

using model::Field;

class Distributions {
 public:
  Distributions(const hdf5::Group& root, const model::Experiment& experiment)
      : root_(root),
        fields_(model::distribution_fields(experiment)),
        input_{experiment.states.size(), experiment.distribution_times.size()} {}

  void read_into(Results& results) const {
    results.distribution_times =
        finite_numbers_in(dataset_in(root_, schema::distribution_time), {input_.times});
    auto& statistics = results.statistics;
    if (statistics.realizations > 0) {
      const auto group = group_in(group_in(root_, "ensemble"), schema::distributions);
      const auto read = [&](const std::string& name, bool nan_allowed) {
        return input_.curves(
            fields_,
            [&](const Field& field) { return dataset_in(group_in(group, field.name), name); },
            nan_allowed);
      };
      statistics.distributions = read("mean", false);
      statistics.distributions_standard_error = read("stderr", statistics.realizations == 1);
      if (!results.samples.empty()) {
        read_samples(group, results.samples);
      }
    }
    for (auto& [family, predictions] : results.predictions) {
      for (auto& [name, prediction] : predictions) {
        const auto group = group_in(group_in(group_in(root_, "predictions"), family), name);
        if (has_member(group, schema::distributions)) {
          const auto distributions = group_in(group, schema::distributions);
          prediction.distributions = input_.curves(
              fields_, [&](const Field& field) { return dataset_in(distributions, field.name); },
              false);
        }
      }
    }
  }

 private:
  void read_samples(const hdf5::Group& group, ensemble::Samples& samples) const {
    const bool not_done = true;
    for (const auto& field : fields_) {
      const auto values =
          finite_numbers_in(dataset_in(group_in(group, field.name), "samples"),
                            {samples.size(), input_.pairs, input_.times, field.width()}, not_done);
      const std::size_t size = values.size() / samples.size();
      for (std::size_t r = 0; r < samples.size(); ++r) {
        if (!samples[r]) {
          continue;
        }
        const auto row = std::span(values).subspan(r * size, size);
        if (std::ranges::any_of(row, [](double value) { return std::isnan(value); })) {
          throw hdf5::Failure("a finished realization lacks its distribution of " + field.name);
        }
        if (samples[r]->distributions.fields().empty()) {
          samples[r]->distributions = {input_.pairs, input_.times};
        }
        std::ranges::copy(row, samples[r]->distributions.add(field).begin());
      }
    }
  }

  const hdf5::Group& root_;
  std::vector<Field> fields_;
  CurvesInput input_;
};

}  // namespace

void read_distributions(const hdf5::Group& root, const model::Experiment& experiment,
                        Results& results) {
  if (experiment.distribution_times.empty()) {
    return;
  }
  for (std::size_t k = 0; k < 2; ++k) {
    results.bins[k] = model::energy_bins(experiment, k);
  }
  Distributions(root, experiment).read_into(results);
}

}  // namespace rmtheat::io
