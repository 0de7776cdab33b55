#include <algorithm>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "atomic_file.hpp"
#include "digests.hpp"
#include "hdf5.hpp"
#include "rmtheat/io/results_file.hpp"
#include "rmtheat/model/observable/standard.hpp"
#include "root_attributes.hpp"
#include "scaled_dataset.hpp"
#include "schema.hpp"
#include "seal.hpp"

namespace rmtheat::io {

namespace {

using dynamics::Trajectory;
using model::Field;
using Coefficients = dynamics::ControlCoefficients;

class Writer {
 public:
  Writer(const hdf5::Group& root, const Results& results)
      : root_(root),
        results_(results),
        time_(put_scale(root, "time", results.times, {"hbar / energy", "time"})),
        time_2_(put_scale(root, "time_2", results.times,
                          {"hbar / energy", "time, second argument of a covariance"})),
        pair_(put_scale(root, "pair", counted(results.betas.size(), 0),
                        {"1", "index of the temperature pair"})) {}

  void write(bool with_samples) {
    write_header();
    write_temperatures();
    if (!results_.distribution_times.empty()) {
      distribution_time_ = put_scale(root_, schema::distribution_time, results_.distribution_times,
                                     {"hbar / energy", "time at which distributions are taken"});
    }
    if (!results_.samples.empty()) {
      realization_ = put_scale(root_, "realization",
                               counted(results_.samples.size(), results_.first_realization),
                               {"1", "index of the realization"});
    }
    write_systems();
    if (!results_.samples.empty() || results_.statistics.realizations > 0) {
      write_ensemble(with_samples);
    }
    write_predictions();
  }

 private:
  void write_header() const {
    const Provenance& provenance = results_.provenance;
    root_.set_attribute("schema", std::string(schema::name));
    root_.set_attribute("schema_version", schema::version);
    root_.set_attribute("code_version", provenance.code_version);
    root_.set_attribute("git_commit", provenance.git_commit);
    root_.set_attribute("created", provenance.created);
    root_.set_attribute("config", results_.config);
    root_.set_attribute("ranks", std::int64_t{provenance.ranks});
    root_.set_attribute("libraries", provenance.libraries);
    root_.set_attribute("machine", provenance.machine);
    root_.set_attribute("status",
                        std::string(results_.complete ? schema::complete : schema::partial));
    root_.set_attribute("work_share", results_.work_share);
    for_each_root_attribute(results_, [this]<class T>(const char* name, const T& value) {
      if constexpr (requires { value.has_value(); }) {
        if (value.has_value()) {
          root_.set_attribute(name, *value);
        }
      } else {
        root_.set_attribute(name, value);
      }
    });
    if (!results_.method.empty()) {
      root_.set_attribute("method", results_.method);
    }
  }

  void write_temperatures() const {
    const Scale system = put_scale(root_, "system", counted(2, 1), {"1", "number of the system"});
    std::vector<double> betas;
    for (const auto& pair : results_.betas) {
      betas.insert(betas.end(), pair.begin(), pair.end());
    }
    put(root_, "beta", Axes{&pair_, &system}, betas,
        {"1 / energy", "inverse temperatures before the coupling is switched on"});
  }

  void write_systems() const {
    const auto systems = root_.create_group(schema::systems);
    for (std::size_t k = 0; k < results_.systems.size(); ++k) {
      const SystemDescription& system = results_.systems[k];
      const auto group = systems.create_group(std::to_string(k + 1));
      group.set_attribute("density", system.density);
      group.set_attribute("placement", system.placement);
      group.set_attribute("random_levels", std::int64_t{system.random_levels ? 1 : 0});
      for (const auto& [name, value] : system.parameters) {
        group.set_attribute(name, value);
      }
      write_levels(group, k);
      if (!results_.bins[k].edges.empty()) {
        put(group, schema::bin_edges, hdf5::Shape{results_.bins[k].edges.size()},
            results_.bins[k].edges,
            {"energy", "edges of the bins of this system's energy distribution"});
      }
    }
  }

  void write_levels(const hdf5::Group& group, std::size_t system) const {
    const auto& samples = results_.samples;
    const auto finished = std::ranges::find_if(samples, &std::optional<Trajectory>::has_value);
    if (finished == samples.end()) {
      return;
    }
    const std::size_t size = (*finished)->levels[system].size();
    const Scale level = put_scale(group, "level", counted(size, 0), {"1", "index of the level"});
    const Caption words{"energy", "levels of the system, by realization"};
    if (results_.systems[system].random_levels) {
      const auto levels = by_realization(
          size, [&](const Trajectory& sample) { return std::span(sample.levels[system]); });
      put(group, "levels", Axes{&*realization_, &level}, levels, words);
    } else {
      const Scale shared = put_scale(group, "level_set", counted(1, 0),
                                     {"1", "the one set of levels of all realizations"});
      put(group, "levels", Axes{&shared, &level}, (*finished)->levels[system], words);
    }
  }

  void write_ensemble(bool with_samples) {
    const auto group = root_.create_group("ensemble");
    const auto& statistics = results_.statistics;
    group.set_attribute("realizations", static_cast<std::int64_t>(statistics.realizations));
    if (!results_.method.empty()) {
      group.set_attribute("method", results_.method);
    }
    if (!results_.layout.empty()) {
      group.set_attribute("layout", results_.layout);
    }
    if (results_.pace) {
      group.set_attribute("run_seconds", results_.pace->seconds);
      group.set_attribute("run_seconds_left", results_.pace->seconds_left);
      group.set_attribute("realizations_per_second", results_.pace->rate);
    }
    if (realization_) {
      std::vector<std::uint8_t> done;
      std::vector<std::uint8_t> retried;
      for (const auto& sample : results_.samples) {
        done.push_back(sample ? 1 : 0);
        retried.push_back(sample && sample->retried ? 1 : 0);
      }
      put(group, "done", Axes{&*realization_}, done, {"1", "1 where the realization is in"});
      put(group, "retried", Axes{&*realization_}, retried,
          {"1", "1 where the realization failed numerically and another eigensolver did not"});
    }
    write_origins(group);
    write_diagnostics(group);
    const auto observables = group.create_group("observables");
    for (const auto& field : statistics.mean.fields()) {
      write_observable(observables.create_group(field.name), field,
                       with_samples && realization_.has_value());
    }
    write_control(group);
    write_distributions(group, with_samples && realization_.has_value());
    write_covariance(group.create_group("covariance"), statistics.covariance,
                     ", covariance of the mean between times");
  }

  void write_origins(const hdf5::Group& ensemble) const {
    if (results_.origins.empty()) {
      return;
    }
    std::vector<std::uint64_t> seeds;
    std::vector<std::uint64_t> indices;
    for (const auto& [seed, index] : results_.origins) {
      seeds.push_back(seed);
      indices.push_back(index);
    }
    put(ensemble, schema::origin_seed, Axes{&*realization_}, seeds,
        {"1", "seed that the realization was drawn with"});
    put(ensemble, schema::origin_index, Axes{&*realization_}, indices,
        {"1", "index of the realization with that seed"});
  }

  void write_diagnostics(const hdf5::Group& ensemble) const {
    const auto& largest = results_.statistics.largest;
    if (!realization_ || largest.empty()) {
      return;
    }
    const auto group = ensemble.create_group(schema::diagnostics);
    for (const auto& entry : dynamics::diagnostic_table) {
      if (!largest.contains(entry.diagnostic)) {
        continue;
      }
      std::vector<double> values;
      for (const auto& sample : results_.samples) {
        const bool known = sample && sample->diagnostics.contains(entry.diagnostic);
        values.push_back(known ? sample->diagnostics.at(entry.diagnostic)
                               : std::numeric_limits<double>::quiet_NaN());
      }
      put(group, std::string(entry.name), Axes{&*realization_}, values,
          {"1", std::string(entry.description) + ", by realization"});
    }
  }

  void write_observable(const hdf5::Group& group, const Field& field, bool with_samples) {
    const auto& statistics = results_.statistics;
    const auto write = [&](const std::string& name, const model::Curves& curves,
                           const std::string& what) {
      put_curves(group, name, field, {&pair_, &time_}, curves, what);
    };
    write("mean", statistics.mean, ", mean over the realizations");
    write("stderr", statistics.standard_error, ", standard error of the mean");
    const auto write_samples = [&](const std::string& name, model::Curves Trajectory::*curves,
                                   const std::string& what) {
      const auto size = statistics.mean.values(field).size();
      put_field(group, name, field, {&*realization_, &pair_, &time_},
                by_realization(
                    size, [&](const Trajectory& sample) { return (sample.*curves).values(field); }),
                what);
    };
    if (with_samples) {
      write_samples("samples", &Trajectory::curves, ", by realization");
    }
    if (!statistics.raw_mean.has(field)) {
      return;
    }
    const std::string before = " before noise reduction";
    write("raw_mean", statistics.raw_mean, ", mean over the realizations" + before);
    write("raw_stderr", statistics.raw_standard_error, ", standard error of the mean" + before);
    if (with_samples) {
      write_samples("raw_samples", &Trajectory::raw, ", by realization" + before);
    }
    std::vector<double> ratio;
    std::ranges::transform(statistics.standard_error.values(field),
                           statistics.raw_standard_error.values(field), std::back_inserter(ratio),
                           [](double reduced, double raw) {
                             return raw > 0.0 ? reduced * reduced / (raw * raw) : 1.0;
                           });
    put_field(group, "variance_ratio", {field.name, "1", field.description, field.axes},
              {&pair_, &time_}, ratio, ", variance of a realization over that" + before);
  }

  void write_distributions(const hdf5::Group& ensemble, bool with_samples) {
    const auto& statistics = results_.statistics;
    if (statistics.distributions.fields().empty()) {
      return;
    }
    const auto group = ensemble.create_group(schema::distributions);
    for (const auto& field : statistics.distributions.fields()) {
      const auto one = group.create_group(field.name);
      const Axes axes = {&pair_, &*distribution_time_};
      put_curves(one, "mean", field, axes, statistics.distributions,
                 ", mean over the realizations");
      put_curves(one, "stderr", field, axes, statistics.distributions_standard_error,
                 ", standard error of the mean");
      if (with_samples) {
        put_field(one, "samples", field, {&*realization_, &pair_, &*distribution_time_},
                  by_realization(
                      statistics.distributions.values(field).size(),
                      [&](const Trajectory& sample) { return sample.distributions.values(field); }),
                  ", by realization");
      }
    }
  }

  /// What of each realization's second order was subtracted from it.
  void write_control(const hdf5::Group& ensemble) const {
    if (results_.control.empty()) {
      return;
    }
    const auto group = ensemble.create_group(schema::control_coefficients);
    const auto write = [&](const std::string& name, std::vector<double> Coefficients::*member,
                           const std::string& what) {
      std::vector<double> values;
      for (const auto& coefficients : results_.control) {
        const auto& some = coefficients.*member;
        values.insert(values.end(), some.begin(), some.end());
      }
      if (!values.empty()) {
        put(group, name, Axes{&pair_, &time_}, values,
            {"1",
             "part of a realization's own second order, less its average, that was subtracted "
             "from its " +
                 what});
      }
    };
    write("energy", &Coefficients::energy, "energies and entropy production");
    write("rate", &Coefficients::rate, "currents and power");
    write("conductance", &Coefficients::conductance, "conductance");
    write("second_moment", &Coefficients::second_moment, "second moments");
  }

  void write_covariance(const hdf5::Group& group, const ensemble::Covariances& covariance,
                        const std::string& what) const {
    for (const auto& [field, values] : covariance) {
      put(group, field.name, Axes{&pair_, &time_, &time_2_}, values,
          {fmt::format("({})^2", field.units), field.description + what});
    }
  }

  void write_predictions() {
    const auto group = root_.create_group("predictions");
    if (!results_.left_out.empty()) {
      group.set_attribute(schema::left_out, results_.left_out);
    }
    for (const auto& [family, predictions] : results_.predictions) {
      const auto family_group = group.create_group(family);
      for (const auto& [name, prediction] : predictions) {
        const auto one = family_group.create_group(name);
        if (!prediction.description.empty()) {
          one.set_attribute(schema::description, prediction.description);
        }
        for (const auto& [attribute, values] : prediction.attributes) {
          one.set_attribute(attribute, std::span<const double>(values));
        }
        for (const auto& field : prediction.curves.fields()) {
          put_curves(one, field.name, field, {&pair_, &time_}, prediction.curves, ", predicted");
        }
        if (!prediction.distributions.fields().empty()) {
          const auto distributions = one.create_group(schema::distributions);
          for (const auto& field : prediction.distributions.fields()) {
            put_curves(distributions, field.name, field, {&pair_, &*distribution_time_},
                       prediction.distributions, ", predicted");
          }
        }
        if (!prediction.residual_covariance.empty()) {
          write_covariance(one.create_group(schema::residual_covariance),
                           prediction.residual_covariance,
                           ", covariance between times of the mean of (realization - prediction)");
        }
        if (!prediction.left_out.empty()) {
          const auto sizes = one.create_group(schema::left_out);
          for (const auto& [field, values] : prediction.left_out) {
            put_field(sizes, field.name, field, {&pair_, &time_}, values,
                      ", size of what the prediction leaves out in 1/D");
          }
        }
      }
    }
  }

  void put_curves(const hdf5::Group& group, const std::string& name, const Field& field,
                  const Axes& axes, const model::Curves& curves, const std::string& what) {
    const auto values = curves.values(field);
    put_field(group, name, field, axes, {values.begin(), values.end()}, what);
  }

  /// A dataset of a field over these axes and its own.
  void put_field(const hdf5::Group& group, const std::string& name, const Field& field, Axes axes,
                 const std::vector<double>& values, const std::string& what) {
    for (const auto& axis : field.axes) {
      if (!axes_.contains(axis.name)) {
        axes_.emplace(axis.name, put_scale(root_, axis.name, counted(axis.length, 0),
                                           {axis.units, axis.description}));
      }
      axes.push_back(&axes_.at(axis.name));
    }
    const auto dataset = put(group, name, axes, values, {field.units, field.description + what});
    // The heat current means nothing without the share of the work that it was taken with.
    if (field == model::fields::heat_current) {
      dataset.set_attribute("work_share", results_.work_share);
    }
  }

  /// One row of `size` values per realization; NaN where it is not finished.
  template <class Values>
  [[nodiscard]] std::vector<double> by_realization(std::size_t size, Values values) const {
    std::vector<double> rows(results_.samples.size() * size,
                             std::numeric_limits<double>::quiet_NaN());
    for (std::size_t r = 0; r < results_.samples.size(); ++r) {
      if (results_.samples[r]) {
        std::ranges::copy(values(*results_.samples[r]),
                          rows.begin() + static_cast<std::ptrdiff_t>(r * size));
      }
    }
    return rows;
  }

  const hdf5::Group& root_;
  const Results& results_;
  Scale time_;
  Scale time_2_;
  Scale pair_;
  std::optional<Scale> realization_;
  std::optional<Scale> distribution_time_;
  std::map<std::string, Scale> axes_;  ///< of fields, by name
};

std::vector<std::byte> image_of(const Results& results, bool with_samples) {
  const hdf5::FileImage image;
  {
    const auto root = image.root();
    Writer(root, results).write(with_samples);
    const auto list = list_digests(root);
    root.create_group(schema::digests).set_attribute(schema::crc32, list);
  }
  auto bytes = image.bytes();
  const auto seal = seal_of(bytes);
  const auto last = std::as_bytes(std::span(seal));
  bytes.insert(bytes.end(), last.begin(), last.end());
  return bytes;
}

}  // namespace

void write_results(const std::filesystem::path& path, const Results& results, bool with_samples,
                   const FileLock* lock) {
  try {
    write_atomically(path, image_of(results, with_samples), lock);
  } catch (const hdf5::Failure& failure) {
    throw SystemError(fmt::format("File {} cannot be written: {}.", path.string(), failure.what()));
  }
}

}  // namespace rmtheat::io
