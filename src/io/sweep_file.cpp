#include "rmtheat/io/sweep_file.hpp"

#include <cstddef>
#include <span>
#include <string_view>

#include <fmt/format.h>

#include "atomic_file.hpp"
#include "hdf5.hpp"
#include "rmtheat/support/error.hpp"

namespace rmtheat::io {
namespace {

using theory::Prediction;

/// An axis of the arrays: a dataset of its own, attached to every dataset that runs along it.
struct Axis {
  hdf5::Dataset dataset;
  std::string name;
};

hdf5::Dataset put(const hdf5::Group& group, const std::string& name, const hdf5::Shape& shape,
                  const std::vector<double>& values, std::string_view units,
                  const std::string& description) {
  auto dataset = group.create_dataset<double>(name, shape);
  dataset.write(std::span<const double>(values));
  dataset.set_attribute("units", std::string(units));
  dataset.set_attribute("description", description);
  return dataset;
}

Axis put_axis(const hdf5::Group& root, const std::string& name, const std::vector<double>& values,
              const std::string& units, const std::string& description) {
  auto dataset = put(root, name, {values.size()}, values, units, description);
  dataset.make_scale(name);
  return {std::move(dataset), name};
}

void write_prediction(const hdf5::Group& group, const std::vector<Prediction>& predictions,
                      const Axis& sweep, const Axis& time) {
  const auto& first = predictions.front();
  const hdf5::Shape shape = {predictions.size(), first.curves.pairs(), first.curves.times()};
  for (const auto& field : first.curves.fields()) {
    std::vector<double> values;
    for (const auto& prediction : predictions) {
      const auto curves = prediction.curves.values(field);
      values.insert(values.end(), curves.begin(), curves.end());
    }
    const auto dataset =
        put(group, field.name, shape, values, field.units, field.description + ", predicted");
    dataset.attach_scale(0, sweep.dataset, sweep.name);
    dataset.attach_scale(2, time.dataset, time.name);
  }
  const auto attributes = group.create_group("attributes");
  for (const auto& [name, numbers] : first.attributes) {
    std::vector<double> values;
    for (const auto& prediction : predictions) {
      const auto& row = prediction.attributes.at(name);
      values.insert(values.end(), row.begin(), row.end());
    }
    put(attributes, name, {predictions.size(), numbers.size()}, values, "", name)
        .attach_scale(0, sweep.dataset, sweep.name);
  }
}

void write(const hdf5::Group& root, const Sweep& sweep) {
  root.set_attribute("schema", std::string("rmtheat-sweep"));
  root.set_attribute("schema_version", std::int64_t{1});
  root.set_attribute("code_version", sweep.provenance.code_version);
  root.set_attribute("git_commit", sweep.provenance.git_commit);
  root.set_attribute("created", sweep.provenance.created);
  root.set_attribute("config", sweep.config);
  root.set_attribute("option", sweep.option);
  const Axis axis = put_axis(root, "sweep", sweep.values, "", sweep.option);
  const Axis time = put_axis(root, "time", sweep.times, "hbar / energy", "time");
  std::vector<double> betas;
  for (const auto& pairs : sweep.betas) {
    for (const auto& pair : pairs) {
      betas.insert(betas.end(), pair.begin(), pair.end());
    }
  }
  put(root, "beta", {sweep.values.size(), sweep.betas.front().size(), 2}, betas, "1 / energy",
      "inverse temperatures of systems 1 and 2")
      .attach_scale(0, axis.dataset, axis.name);
  const auto group = root.create_group("predictions");
  for (const auto& [family, orders] : sweep.predictions) {
    const auto family_group = group.create_group(family);
    for (const auto& [order, predictions] : orders) {
      write_prediction(family_group.create_group(order), predictions, axis, time);
    }
  }
}

}  // namespace

void write_sweep(const std::filesystem::path& path, const Sweep& sweep, const FileLock* lock) {
  try {
    const hdf5::FileImage image;
    {
      const auto root = image.root();
      write(root, sweep);
    }
    write_atomically(path, image.bytes(), lock);
  } catch (const hdf5::Failure& failure) {
    throw SystemError(fmt::format("File {} cannot be written: {}.", path.string(), failure.what()));
  }
}

}  // namespace rmtheat::io
