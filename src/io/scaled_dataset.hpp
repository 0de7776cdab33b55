#pragma once

#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "hdf5.hpp"

namespace rmtheat::io {

/// A dimension scale and its name.
struct Scale {
  std::string name;
  hdf5::Dataset dataset;
};
using Axes = std::vector<const Scale*>;

/// What a dataset's attributes say of it.
struct Caption {
  std::string units;
  std::string description;
};

template <class T>
hdf5::Dataset put(const hdf5::Group& group, const std::string& name, const hdf5::Shape& shape,
                  const std::vector<T>& values, const Caption& words) {
  auto dataset = group.create_dataset<T>(name, shape);
  dataset.write(std::span<const T>(values));
  dataset.set_attribute("units", words.units);
  dataset.set_attribute("description", words.description);
  return dataset;
}

/// A dataset whose axes are these, with their lengths.
template <class T>
hdf5::Dataset put(const hdf5::Group& group, const std::string& name, const Axes& axes,
                  const std::vector<T>& values, const Caption& words) {
  hdf5::Shape shape;
  for (const Scale* axis : axes) {
    shape.push_back(axis->dataset.shape().front());
  }
  auto dataset = put(group, name, shape, values, words);
  for (unsigned k = 0; k < axes.size(); ++k) {
    dataset.attach_scale(k, axes[k]->dataset, axes[k]->name);
  }
  return dataset;
}

/// A dataset that is an axis of others.
template <class T>
Scale put_scale(const hdf5::Group& group, const std::string& name, const std::vector<T>& values,
                const Caption& words) {
  auto dataset = put(group, name, hdf5::Shape{values.size()}, values, words);
  dataset.make_scale(name);
  return {name, std::move(dataset)};
}

/// first, first + 1, ...
inline std::vector<std::uint64_t> counted(std::size_t size, std::uint64_t first) {
  std::vector<std::uint64_t> values(size);
  std::iota(values.begin(), values.end(), first);
  return values;
}

}  // namespace rmtheat::io
