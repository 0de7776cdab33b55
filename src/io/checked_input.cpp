#include "checked_input.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace rmtheat::io {
namespace {

std::string path_in(const hdf5::Group& group, const std::string& name) {
  const auto path = path_of(group);
  return path == "/" ? path + name : fmt::format("{}/{}", path, name);
}

}  // namespace

std::string path_of(const hdf5::Object& object) {
  const auto length = H5Iget_name(object.id(), nullptr, 0);
  std::string path(static_cast<std::size_t>(std::max<ssize_t>(length, 0)), '\0');
  H5Iget_name(object.id(), path.data(), path.size() + 1);
  return path;
}

bool has_member(const hdf5::Group& group, const std::string& name) {
  if (!group.has(name)) {
    return false;
  }
  H5L_info_t link{};
  if (H5Lget_info(group.id(), name.c_str(), &link, H5P_DEFAULT) < 0 || link.type != H5L_TYPE_HARD) {
    throw hdf5::Failure(fmt::format("{} is a link to another place", path_in(group, name)));
  }
  return true;
}

hdf5::Group group_in(const hdf5::Group& group, const std::string& name) {
  if (!has_member(group, name)) {
    throw hdf5::Failure(fmt::format("{} is missing", path_in(group, name)));
  }
  return group.open_group(name);
}

hdf5::Dataset dataset_in(const hdf5::Group& group, const std::string& name) {
  if (!has_member(group, name)) {
    throw hdf5::Failure(fmt::format("{} is missing", path_in(group, name)));
  }
  auto dataset = group.open_dataset(name);
  if (!dataset.is_stored_here()) {
    throw hdf5::Failure(
        fmt::format("the elements of {} are stored elsewhere, or in a way that is not read "
                    "here (contiguous and chunked are)",
                    path_in(group, name)));
  }
  return dataset;
}

std::vector<double> finite_numbers_in(const hdf5::Dataset& dataset, const hdf5::Shape& shape,
                                      bool nan_allowed) {
  auto values = numbers_in<double>(dataset, shape);
  if (!std::ranges::all_of(values, [nan_allowed](double value) {
        return std::isfinite(value) || (nan_allowed && std::isnan(value));
      })) {
    throw hdf5::Failure(fmt::format("{} holds numbers that are not finite", path_of(dataset)));
  }
  return values;
}

std::vector<double> finite_attribute(const hdf5::Object& object, const std::string& name) {
  auto values = object.real_attribute(name);
  if (!std::ranges::all_of(values, [](double value) { return std::isfinite(value); })) {
    throw hdf5::Failure(fmt::format("attribute {} of {} is not finite", name, path_of(object)));
  }
  return values;
}

double finite_number(const hdf5::Object& object, const std::string& name) {
  const auto values = finite_attribute(object, name);
  if (values.size() != 1) {
    throw hdf5::Failure(fmt::format("attribute {} is not a single number", name));
  }
  return values.front();
}

}  // namespace rmtheat::io
