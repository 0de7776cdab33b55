#include <algorithm>
#include <cmath>
#include <optional>
#include <system_error>
#include <type_traits>

#include <fmt/format.h>

#include "checked_input.hpp"
#include "curves_input.hpp"
#include "density_table.hpp"
#include "digests.hpp"
#include "distributions_reader.hpp"
#include "hdf5.hpp"
#include "results_consistency.hpp"
#include "rmtheat/io/results_file.hpp"
#include "rmtheat/model/observable/standard.hpp"
#include "root_attributes.hpp"
#include "schema.hpp"
#include "seal.hpp"

namespace rmtheat::io {

namespace {

using dynamics::Trajectory;
using model::Field;

/// Why a file that HDF5 can open is not one to read here.
[[noreturn]] void refuse(const std::string& reason) { throw hdf5::Failure(reason); }

/// The file's schema version.
std::int64_t require_schema(const hdf5::Group& root) {
  if (!root.has_attribute("schema") || root.text_attribute("schema") != schema::name) {
    refuse(fmt::format("it is no results file of {0} (attribute schema = {0} is missing)",
                       schema::name));
  }
  const auto version = root.integer_attribute("schema_version");
  if (version < schema::oldest_version || version > schema::version) {
    refuse(fmt::format("it has schema version {}, this program reads versions {} to {}", version,
                       schema::oldest_version, schema::version));
  }
  return version;
}

class Reader {
 public:
  explicit Reader(const hdf5::Group& root) : root_(root) {}

  /// With `changed` other programs have had the file; what they say is `trusted` or not.
  Results read(bool changed, bool trusted) {
    const auto version = require_schema(root_);
    read_digests(changed, trusted);
    read_header();
    read_times();
    read_temperatures();
    read_systems();
    if (version > 1) {
      read_job();
    }
    if (has_member(root_, "ensemble")) {
      read_ensemble(group_in(root_, "ensemble"));
    }
    read_predictions();
    auto job = job_in(results_);
    if (job.solver.method == dynamics::Method::diagonalization &&
        results_.statistics.realizations > 0 && results_.statistics.raw_mean.fields().empty()) {
      // Before control variates the option was of the Lanczos method alone.
      job.solver.noise_reduction = dynamics::NoiseReduction::none;
      job = make_config(std::move(job));
      results_.config = job.resolved_text;
    }
    if (version == 1) {
      describe_by(job);
    }
    read_distributions(root_, job.experiment, results_);
    require_consistent(results_, job);
    require_statistics(results_);
    return std::move(results_);
  }

 private:
  void read_digests(bool changed, bool trusted) {
    if (!has_member(root_, schema::digests)) {
      return;
    }
    digests_ = group_in(root_, schema::digests).text_attribute(schema::crc32);
    if (!changed) {
      return;
    }
    results_.edits = "other programs have changed the file, but nothing that was written into it";
    try {
      require_digests(root_, *digests_);
    } catch (const hdf5::Failure&) {
      if (!trusted) {
        throw;
      }
      results_.edits = "what was written into the file was changed since, and is trusted";
    }
  }

  void read_header() {
    results_.config = root_.text_attribute("config");
    results_.provenance = {
        root_.text_attribute("code_version"), root_.text_attribute("git_commit"),
        root_.text_attribute("created"),      static_cast<int>(root_.integer_attribute("ranks")),
        root_.text_attribute("libraries"),    root_.text_attribute("machine")};
    results_.complete = root_.text_attribute("status") == schema::complete;
    results_.work_share = finite_number(root_, "work_share");
  }

  void read_times() {
    const auto dataset = dataset_in(root_, "time");
    const auto shape = dataset.shape();
    if (shape.size() != 1 || shape[0] == 0) {
      refuse("dataset time is not a list of times");
    }
    results_.times = finite_numbers_in(dataset, shape);
  }

  void read_temperatures() {
    const auto dataset = dataset_in(root_, "beta");
    const auto shape = dataset.shape();
    if (shape.size() != 2 || shape[0] == 0 || shape[1] != 2) {
      refuse("dataset beta is not of shape (pairs, 2)");
    }
    const bool not_thermal = true;
    const auto betas = finite_numbers_in(dataset, shape, not_thermal);
    for (std::size_t pair = 0; pair < shape[0]; ++pair) {
      results_.betas.push_back({betas[2 * pair], betas[2 * pair + 1]});
    }
  }

  void read_systems() {
    for (std::size_t k = 0; k < results_.systems.size(); ++k) {
      const auto group = system_group(k);
      SystemDescription& system = results_.systems[k];
      system.density = group.text_attribute("density");
      system.placement = group.text_attribute("placement");
      system.random_levels = group.integer_attribute("random_levels") != 0;
      for (const auto& entry : density_table()) {
        for (const auto& parameter : entry.parameters) {
          if (group.has_attribute(parameter.key)) {
            system.parameters.emplace(parameter.key, finite_number(group, parameter.key));
          }
        }
      }
    }
  }

  /// What the groups of the systems say as well must be the same.
  void read_job() {
    for_each_root_attribute(results_, [this]<class T>(const std::string& name, T& value) {
      if constexpr (requires { value.has_value(); }) {
        if (root_.has_attribute(name)) {
          read_attribute(name, value.emplace());
        }
      } else {
        read_attribute(name, value);
      }
    });
  }

  template <class T>
  void read_attribute(const std::string& name, T& value) {
    if constexpr (std::is_same_v<T, double>) {
      value = finite_number(root_, name);
    } else if constexpr (std::is_same_v<T, std::uint64_t>) {
      value = root_.unsigned_attribute(name);
    } else {
      auto text = root_.text_attribute(name);
      if (!value.empty() && value != text) {
        refuse(fmt::format("it contradicts itself: attribute {} = {}, its group says {}", name,
                           text, value));
      }
      value = std::move(text);
    }
  }

  /// Schema version 1 has the job in its options alone.
  void describe_by(const Config& job) {
    results_.job = describe(job.experiment);
    for (std::size_t k = 0; k < results_.systems.size(); ++k) {
      results_.systems[k].size = job.experiment.systems[k].size;
    }
  }

  void read_ensemble(const hdf5::Group& group) {
    if (group.has_attribute("method")) {
      results_.method = group.text_attribute("method");
    }
    if (group.has_attribute("layout")) {
      results_.layout = group.text_attribute("layout");
    }
    if (group.has_attribute("run_seconds")) {
      results_.pace = {finite_number(group, "run_seconds"),
                       finite_number(group, "run_seconds_left"),
                       finite_number(group, "realizations_per_second")};
    }
    const auto observables = group_in(group, "observables");
    auto& statistics = results_.statistics;
    const auto realizations = group.integer_attribute("realizations");
    if (realizations < 0) {
      refuse("its number of realizations is negative");
    }
    statistics.realizations = static_cast<std::size_t>(realizations);
    if (statistics.realizations > 0) {
      read_means(observables);
    }
    statistics.covariance = input().covariances(group_in(group, "covariance"));
    if (has_member(group, "done")) {
      read_realizations(group, observables);
    }
  }

  void read_means(const hdf5::Group& observables) {
    auto& statistics = results_.statistics;
    const auto read = [&](const std::string& name, bool nan_allowed) {
      return input().curves(
          fields_in(observables),
          [&](const Field& field) { return dataset_in(group_in(observables, field.name), name); },
          nan_allowed);
    };
    statistics.mean = read("mean", false);
    statistics.standard_error = read("stderr", input().no_error);
    if (all_have(observables, "raw_mean")) {
      statistics.raw_mean = read("raw_mean", false);
      statistics.raw_standard_error = read("raw_stderr", input().no_error);
    }
    if (!statistics.mean.has(model::fields::heat_current)) {
      refuse(fmt::format("it holds no observable {}", model::fields::heat_current.name));
    }
  }

  void read_realizations(const hdf5::Group& group, const hdf5::Group& observables) {
    const auto dataset = dataset_in(group, "done");
    const auto shape = dataset.shape();
    const auto done = numbers_in<std::uint8_t>(dataset, shape);
    if (shape.size() != 1 || done.empty() ||
        std::ranges::count(done, 1) != group.integer_attribute("realizations")) {
      refuse("its number of realizations is not that of the ones done");
    }
    const auto indices = numbers_in<std::uint64_t>(dataset_in(root_, "realization"), shape);
    results_.first_realization = indices.front();
    for (std::size_t r = 0; r < indices.size(); ++r) {
      if (indices[r] - indices.front() != r) {
        refuse("its realizations are not numbered one by one");
      }
    }
    const bool stored = std::ranges::count(done, 1) == 0 || all_have(observables, "samples");
    read_samples(done, observables, stored);
    if (has_member(group, "retried")) {
      read_retried(numbers_in<std::uint8_t>(dataset_in(group, "retried"), shape));
    }
    if (has_member(group, schema::diagnostics)) {
      read_diagnostics(group_in(group, schema::diagnostics), done.size());
    }
    if (has_member(group, schema::origin_seed)) {
      read_origins(group, shape);
    }
    if (!stored) {
      std::swap(results_.samples, results_.without_curves);
    }
  }

  /// Without their curves where these were not stored.
  void read_samples(const std::vector<std::uint8_t>& done, const hdf5::Group& observables,
                    bool stored) {
    results_.samples.resize(done.size());
    for (std::size_t r = 0; r < done.size(); ++r) {
      if (done[r] == 1) {
        results_.samples[r] = Trajectory{.levels = {},
                                         .curves = model::Curves(pairs(), times()),
                                         .raw = model::Curves(pairs(), times())};
      }
    }
    if (std::ranges::count(done, 1) == 0) {
      return;
    }
    for (std::size_t k = 0; k < results_.systems.size(); ++k) {
      read_levels(k);
    }
    if (!stored) {
      return;
    }
    read_each(observables, "samples", done.size(), &Trajectory::curves);
    if (all_have(observables, "raw_samples")) {
      read_each(observables, "raw_samples", done.size(), &Trajectory::raw);
    }
  }

  [[nodiscard]] static bool all_have(const hdf5::Group& observables, const std::string& dataset) {
    return std::ranges::all_of(fields_in(observables), [&](const Field& field) {
      return has_member(group_in(observables, field.name), dataset);
    });
  }

  void read_each(const hdf5::Group& observables, const std::string& dataset,
                 std::size_t realizations, model::Curves Trajectory::*curves) {
    for (const auto& field : fields_in(observables)) {
      auto all = input().of(field);
      all.insert(all.begin(), realizations);
      const auto values = dataset_in(group_in(observables, field.name), dataset);
      distribute(values, all, [&](Trajectory& sample, std::span<const double> row) {
        std::ranges::copy(row, (sample.*curves).add(field).begin());
      });
    }
  }

  void read_origins(const hdf5::Group& group, const hdf5::Shape& shape) {
    const auto seeds = numbers_in<std::uint64_t>(dataset_in(group, schema::origin_seed), shape);
    const auto indices = numbers_in<std::uint64_t>(dataset_in(group, schema::origin_index), shape);
    auto& origins = results_.origins;
    for (std::size_t r = 0; r < seeds.size(); ++r) {
      origins.push_back({seeds[r], indices[r]});
    }
    if (std::ranges::adjacent_find(origins, std::ranges::greater_equal()) != origins.end()) {
      refuse("its realizations of several seeds are not in order, each once");
    }
  }

  void read_retried(const std::vector<std::uint8_t>& retried) {
    for (std::size_t r = 0; r < retried.size(); ++r) {
      if (results_.samples[r]) {
        results_.samples[r]->retried = retried[r] != 0;
      }
    }
  }

  /// Of each realization where they are stored, and the largest.
  void read_diagnostics(const hdf5::Group& group, std::size_t realizations) {
    for (const auto& entry : dynamics::diagnostic_table) {
      const std::string name(entry.name);
      if (!has_member(group, name)) {
        continue;
      }
      const bool not_done = true;
      const auto values = finite_numbers_in(dataset_in(group, name), {realizations}, not_done);
      for (std::size_t r = 0; r < realizations; ++r) {
        if (std::isnan(values[r])) {
          continue;
        }
        auto& largest =
            results_.statistics.largest.emplace(entry.diagnostic, values[r]).first->second;
        largest = std::max(largest, values[r]);
        if (r < results_.samples.size() && results_.samples[r]) {
          results_.samples[r]->diagnostics[entry.diagnostic] = values[r];
        }
      }
    }
  }

  void read_levels(std::size_t system) {
    const auto dataset = dataset_in(system_group(system), "levels");
    const auto shape = dataset.shape();
    const std::size_t rows = results_.systems[system].random_levels ? results_.samples.size() : 1;
    if (shape.size() != 2 || shape[0] != rows) {
      refuse("a dataset of levels is not of shape (realizations, levels) or (1, levels)");
    }
    distribute(dataset, shape, [&](Trajectory& sample, std::span<const double> row) {
      sample.levels[system].assign(row.begin(), row.end());
    });
  }

  /// Gives every finished sample its row of the dataset, or the only row there is. Rows of others
  /// may hold no numbers.
  template <class Assign>
  void distribute(const hdf5::Dataset& dataset, const hdf5::Shape& shape, Assign assign) {
    const auto values = numbers_in<double>(dataset, shape);
    const std::size_t rows = shape.front();
    const std::size_t size = values.size() / rows;
    for (std::size_t r = 0; r < results_.samples.size(); ++r) {
      if (!results_.samples[r]) {
        continue;
      }
      const auto row = std::span(values).subspan(rows == 1 ? 0 : r * size, size);
      if (!std::ranges::all_of(row, [](double value) { return std::isfinite(value); })) {
        refuse(fmt::format("{} holds numbers that are not finite", path_of(dataset)));
      }
      assign(*results_.samples[r], row);
    }
  }

  void read_predictions() {
    const auto predictions = group_in(root_, "predictions");
    if (predictions.has_attribute(schema::left_out)) {
      results_.left_out = predictions.text_attribute(schema::left_out);
    }
    for (const auto& candidate : ensemble::candidate_predictions()) {
      const std::string name(candidate.formula->name);
      if (has_member(predictions, candidate.family) &&
          has_member(group_in(predictions, candidate.family), name)) {
        const auto group = group_in(group_in(predictions, candidate.family), name);
        results_.predictions[candidate.family].emplace(name,
                                                       read_prediction(group, input(), digests_));
      }
    }
  }

  /// Of system 1 or 2, index 0 or 1.
  [[nodiscard]] hdf5::Group system_group(std::size_t index) const {
    return group_in(group_in(root_, schema::systems), std::to_string(index + 1));
  }
  [[nodiscard]] std::size_t pairs() const { return results_.betas.size(); }
  [[nodiscard]] std::size_t times() const { return results_.times.size(); }
  /// Of curves, with or without an error.
  [[nodiscard]] CurvesInput input() const {
    return {pairs(), times(), results_.statistics.realizations == 1};
  }

  const hdf5::Group& root_;
  std::optional<std::string> digests_;  ///< the list, where there is one
  Results results_;
};

}  // namespace

Results read_results(const std::filesystem::path& path, bool trusted) {
  const auto because = [&path](const std::string& reason) {
    return InputError(fmt::format("File {} cannot be read: {}.", path.string(), reason));
  };
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) {
    throw because("there is no file of this name");
  }
  if (!hdf5::is_hdf5(path)) {
    throw because("it is no HDF5 file");
  }
  try {
    const auto seal = seal_in(path);
    if (seal == Seal::broken && !trusted) {
      throw because(
          "its bytes have changed since it was written; --trust reads what is left of it");
    }
    const hdf5::InputFile file(path);
    const auto root = file.root();
    return Reader(root).read(seal != Seal::whole, trusted);
  } catch (const hdf5::Failure& failure) {
    throw because(failure.what());
  } catch (const std::system_error& error) {
    throw because(error.code().message());
  }
}

}  // namespace rmtheat::io
