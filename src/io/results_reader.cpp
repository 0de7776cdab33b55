#include <algorithm>
#include <cmath>
#include <optional>
#include <type_traits>

#include <fmt/format.h>

#include "hdf5.hpp"
#include "results_consistency.hpp"
#include "rmtheat/io/results_file.hpp"
#include "rmtheat/model/observable/distribution.hpp"
#include "rmtheat/model/observable/table.hpp"
#include "root_attributes.hpp"
#include "schema.hpp"

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

double scalar(const hdf5::Object& object, const std::string& name) {
  const auto values = object.real_attribute(name);
  if (values.size() != 1) {
    refuse(fmt::format("attribute {} is not a single number", name));
  }
  return values.front();
}

/// Member groups by name.
std::map<std::string, hdf5::Group> groups_in(const hdf5::Group& group) {
  std::map<std::string, hdf5::Group> groups;
  for (const std::string& name : group.names()) {
    groups.emplace(name, group.open_group(name));
  }
  return groups;
}

/// The fields of this program that a group has as members, in the order of their table.
std::vector<Field> fields_in(const hdf5::Group& group) {
  std::vector<Field> fields;
  for (const auto& row : model::observable_table()) {
    if (group.has(row.field.name)) {
      fields.push_back(row.field);
    }
  }
  return fields;
}

class Reader {
 public:
  explicit Reader(const hdf5::Group& root) : root_(root) {}

  Results read() {
    const auto version = require_schema(root_);
    read_header();
    read_times();
    read_temperatures();
    read_systems();
    if (version > 1) {
      read_job();
    }
    if (root_.has("ensemble")) {
      read_ensemble(root_.open_group("ensemble"));
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
    read_distributions(job.experiment);
    require_consistent(results_, job);
    return std::move(results_);
  }

 private:
  void read_header() {
    results_.config = root_.text_attribute("config");
    results_.provenance = {
        root_.text_attribute("code_version"), root_.text_attribute("git_commit"),
        root_.text_attribute("created"),      static_cast<int>(root_.integer_attribute("ranks")),
        root_.text_attribute("libraries"),    root_.text_attribute("machine")};
    results_.complete = root_.text_attribute("status") == schema::complete;
    results_.work_share = scalar(root_, "work_share");
  }

  void read_times() {
    const auto dataset = root_.open_dataset("time");
    const auto shape = dataset.shape();
    if (shape.size() != 1 || shape[0] == 0) {
      refuse("dataset time is not a list of times");
    }
    results_.times = dataset.read<double>(shape);
  }

  void read_temperatures() {
    const auto dataset = root_.open_dataset("beta");
    const auto shape = dataset.shape();
    if (shape.size() != 2 || shape[0] == 0 || shape[1] != 2) {
      refuse("dataset beta is not of shape (pairs, 2)");
    }
    const auto betas = dataset.read<double>();
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
      for (const std::string& name : group.real_attributes()) {
        system.parameters.emplace(name, scalar(group, name));
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
      value = scalar(root_, name);
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
      results_.pace = {scalar(group, "run_seconds"), scalar(group, "run_seconds_left"),
                       scalar(group, "realizations_per_second")};
    }
    const auto observables = group.open_group("observables");
    auto& statistics = results_.statistics;
    statistics.realizations = static_cast<std::size_t>(group.integer_attribute("realizations"));
    if (statistics.realizations > 0) {
      const auto read = [&](const std::string& dataset) {
        return read_curves(fields_in(observables), [&](const Field& field) {
          return observables.open_group(field.name).open_dataset(dataset);
        });
      };
      statistics.mean = read("mean");
      statistics.standard_error = read("stderr");
      if (all_have(observables, "raw_mean")) {
        statistics.raw_mean = read("raw_mean");
        statistics.raw_standard_error = read("raw_stderr");
      }
    }
    statistics.covariance = read_covariance(group.open_group("covariance"));
    if (group.has("done")) {
      const auto done = group.open_dataset("done").read<std::uint8_t>();
      if (done.empty() || std::ranges::count(done, 1) != group.integer_attribute("realizations")) {
        refuse("its number of realizations is not that of the ones done");
      }
      results_.first_realization =
          root_.open_dataset("realization").read<std::uint64_t>({done.size()}).front();
      read_samples(done, observables);
      if (!results_.samples.empty() && group.has("retried")) {
        read_retried(group.open_dataset("retried").read<std::uint8_t>({results_.samples.size()}));
      }
      if (group.has(schema::diagnostics)) {
        read_diagnostics(group.open_group(schema::diagnostics), done.size());
      }
    }
  }

  /// `open` gives each field's dataset.
  template <class Open>
  [[nodiscard]] model::Curves read_curves(const std::vector<Field>& fields, Open open) const {
    model::Curves curves(pairs(), times());
    for (const auto& field : fields) {
      std::ranges::copy(open(field).template read<double>(shape_of(field)),
                        curves.add(field).begin());
    }
    return curves;
  }

  /// (pairs, times, axes)
  [[nodiscard]] hdf5::Shape shape_of(const Field& field) const {
    hdf5::Shape shape = {pairs(), times()};
    for (const auto& axis : field.axes) {
      shape.push_back(axis.length);
    }
    return shape;
  }

  [[nodiscard]] ensemble::Covariances read_covariance(const hdf5::Group& group) const {
    ensemble::Covariances covariance;
    for (const auto& field : fields_in(group)) {
      covariance[field] = group.open_dataset(field.name).read<double>({pairs(), times(), times()});
    }
    return covariance;
  }

  /// Leaves the samples empty where realizations are done, but were not stored.
  void read_samples(const std::vector<std::uint8_t>& done, const hdf5::Group& observables) {
    const bool any = std::ranges::count(done, 1) > 0;
    if (any && !all_have(observables, "samples")) {
      return;
    }
    results_.samples.resize(done.size());
    for (std::size_t r = 0; r < done.size(); ++r) {
      if (done[r] == 1) {
        results_.samples[r] = Trajectory{.levels = {},
                                         .curves = model::Curves(pairs(), times()),
                                         .raw = model::Curves(pairs(), times())};
      }
    }
    if (!any) {
      return;
    }
    for (std::size_t k = 0; k < results_.systems.size(); ++k) {
      read_levels(k);
    }
    read_each(observables, "samples", done.size(), &Trajectory::curves);
    if (all_have(observables, "raw_samples")) {
      read_each(observables, "raw_samples", done.size(), &Trajectory::raw);
    }
  }

  [[nodiscard]] static bool all_have(const hdf5::Group& observables, const std::string& dataset) {
    return std::ranges::all_of(fields_in(observables), [&](const Field& field) {
      return observables.open_group(field.name).has(dataset);
    });
  }

  void read_each(const hdf5::Group& observables, const std::string& dataset,
                 std::size_t realizations, model::Curves Trajectory::*curves) {
    for (const auto& field : fields_in(observables)) {
      auto shape = shape_of(field);
      shape.insert(shape.begin(), realizations);
      const auto values = observables.open_group(field.name).open_dataset(dataset);
      distribute(values.read<double>(shape), realizations,
                 [&](Trajectory& sample, std::span<const double> row) {
                   std::ranges::copy(row, (sample.*curves).add(field).begin());
                 });
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
      if (!group.has(std::string(entry.name))) {
        continue;
      }
      const auto values = group.open_dataset(std::string(entry.name)).read<double>({realizations});
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
    const auto dataset = system_group(system).open_dataset("levels");
    const auto shape = dataset.shape();
    const std::size_t rows = results_.systems[system].random_levels ? results_.samples.size() : 1;
    if (shape.size() != 2 || shape[0] != rows) {
      refuse("a dataset of levels is not of shape (realizations, levels) or (1, levels)");
    }
    distribute(dataset.read<double>(), rows, [&](Trajectory& sample, std::span<const double> row) {
      sample.levels[system].assign(row.begin(), row.end());
    });
  }

  /// Gives every finished sample its row of `values`, or the only row there is.
  template <class Assign>
  void distribute(const std::vector<double>& values, std::size_t rows, Assign assign) {
    const std::size_t size = values.size() / rows;
    for (std::size_t r = 0; r < results_.samples.size(); ++r) {
      if (results_.samples[r]) {
        assign(*results_.samples[r],
               std::span<const double>(values).subspan(rows == 1 ? 0 : r * size, size));
      }
    }
  }

  void read_predictions() {
    const auto predictions = root_.open_group("predictions");
    if (predictions.has_attribute(schema::left_out)) {
      results_.left_out = predictions.text_attribute(schema::left_out);
    }
    for (const auto& [family, family_group] : groups_in(predictions)) {
      for (const auto& [name, group] : groups_in(family_group)) {
        results_.predictions[family].emplace(name, read_prediction(group));
      }
    }
  }

  [[nodiscard]] theory::Prediction read_prediction(const hdf5::Group& group) const {
    theory::Prediction prediction;
    if (group.has_attribute(schema::description)) {
      prediction.description = group.text_attribute(schema::description);
    }
    for (const std::string& attribute : group.real_attributes()) {
      prediction.attributes[attribute] = group.real_attribute(attribute);
    }
    prediction.curves = read_curves(
        fields_in(group), [&](const Field& field) { return group.open_dataset(field.name); });
    if (group.has(schema::residual_covariance)) {
      prediction.residual_covariance =
          read_covariance(group.open_group(schema::residual_covariance));
    }
    if (group.has(schema::left_out)) {
      const auto sizes = group.open_group(schema::left_out);
      for (const auto& field : fields_in(sizes)) {
        prediction.left_out[field] =
            sizes.open_dataset(field.name).read<double>({pairs(), times()});
      }
    }
    return prediction;
  }

  /// Which fields there are and how long they are, the options say.
  void read_distributions(const model::Experiment& experiment) {
    const auto fields = model::distribution_fields(experiment);
    if (fields.empty()) {
      return;
    }
    const auto count = experiment.distribution_times.size();
    results_.distribution_times =
        root_.open_dataset(schema::distribution_time).read<double>({count});
    for (std::size_t k = 0; k < 2; ++k) {
      results_.bins[k] = model::energy_bins(experiment, k);
    }
    const auto read = [&](auto open) {
      model::Curves curves(pairs(), count);
      for (const auto& field : fields) {
        std::ranges::copy(open(field).template read<double>({pairs(), count, field.width()}),
                          curves.add(field).begin());
      }
      return curves;
    };
    if (results_.statistics.realizations > 0) {
      const auto group = root_.open_group("ensemble").open_group(schema::distributions);
      const auto of_ensemble = [&](const std::string& dataset) {
        return read(
            [&](const Field& field) { return group.open_group(field.name).open_dataset(dataset); });
      };
      results_.statistics.distributions = of_ensemble("mean");
      results_.statistics.distributions_standard_error = of_ensemble("stderr");
      for (const auto& field : fields) {
        read_distributions_of_samples(group.open_group(field.name), field, count);
      }
    }
    for (auto& [family, predictions] : results_.predictions) {
      for (auto& [name, prediction] : predictions) {
        const auto group = root_.open_group("predictions").open_group(family).open_group(name);
        if (group.has(schema::distributions)) {
          const auto distributions = group.open_group(schema::distributions);
          prediction.distributions =
              read([&](const Field& field) { return distributions.open_dataset(field.name); });
        }
      }
    }
  }

  void read_distributions_of_samples(const hdf5::Group& group, const Field& field,
                                     std::size_t times) {
    const std::size_t realizations = results_.samples.size();
    if (realizations == 0) {
      return;
    }
    distribute(
        group.open_dataset("samples").read<double>({realizations, pairs(), times, field.width()}),
        realizations, [&](Trajectory& sample, std::span<const double> row) {
          if (sample.distributions.fields().empty()) {
            sample.distributions = {pairs(), times};
          }
          std::ranges::copy(row, sample.distributions.add(field).begin());
        });
  }

  /// Of system 1 or 2, index 0 or 1.
  [[nodiscard]] hdf5::Group system_group(std::size_t index) const {
    return root_.open_group(schema::systems).open_group(std::to_string(index + 1));
  }
  [[nodiscard]] std::size_t pairs() const { return results_.betas.size(); }
  [[nodiscard]] std::size_t times() const { return results_.times.size(); }

  const hdf5::Group& root_;
  Results results_;
};

}  // namespace

Results read_results(const std::filesystem::path& path) {
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
    const hdf5::InputFile file(path);
    const auto root = file.root();
    return Reader(root).read();
  } catch (const hdf5::Failure& failure) {
    throw because(failure.what());
  }
}

}  // namespace rmtheat::io
