#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "hdf5.hpp"

/// What calls of the HDF5 C API have in common; for the files that wrap it.
namespace rmtheat::io::hdf5 {

/// The innermost description on the library's error stack.
std::string innermost_cause();

template <class Status>
Status checked(Status status, const std::string& action) {
  if (status < 0) {
    throw Failure(fmt::format("{} failed: {}", action, innermost_cause()));
  }
  return status;
}

template <class T>
hid_t native_type();
template <>
inline hid_t native_type<double>() {
  return H5T_NATIVE_DOUBLE;
}
template <>
inline hid_t native_type<std::uint64_t>() {
  return H5T_NATIVE_UINT64;
}
template <>
inline hid_t native_type<std::int64_t>() {
  return H5T_NATIVE_INT64;
}
template <>
inline hid_t native_type<std::uint8_t>() {
  return H5T_NATIVE_UINT8;
}

/// Number of elements.
hsize_t elements(const Shape& shape);
Handle simple_space(const Shape& shape);
/// Of a data space.
Shape shape_of(const Handle& space);
/// 64 bits for each length, little-endian.
std::vector<std::byte> shape_bytes(const Shape& shape);
/// A type in memory for numbers or texts that are stored as `stored`.
Handle little_endian(const Handle& stored);

}  // namespace rmtheat::io::hdf5
