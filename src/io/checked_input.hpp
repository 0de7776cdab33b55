#pragma once

#include <string>
#include <vector>

#include "hdf5.hpp"

/// A results file may be somebody else's text. What is read of it is stored in it, of the type that
/// this program writes, and finite. All throw hdf5::Failure, naming what is not so.
namespace rmtheat::io {

/// True for a member that is stored in this file; throws for a link to another place or file.
bool has_member(const hdf5::Group& group, const std::string& name);
hdf5::Group group_in(const hdf5::Group& group, const std::string& name);
/// One whose elements are in the file, contiguous or in chunks.
hdf5::Dataset dataset_in(const hdf5::Group& group, const std::string& name);

/// "/ensemble/done"
std::string path_of(const hdf5::Object& object);

/// All elements of type T, row-major, where the shape is this.
template <class T>
std::vector<T> numbers_in(const hdf5::Dataset& dataset, const hdf5::Shape& shape) {
  if (!dataset.holds<T>()) {
    throw hdf5::Failure(path_of(dataset) + " is of another type than it should be");
  }
  return dataset.read<T>(shape);
}

/// The same of numbers none of which is infinite or, unless allowed, NaN.
std::vector<double> finite_numbers_in(const hdf5::Dataset& dataset, const hdf5::Shape& shape,
                                      bool nan_allowed = false);

/// The same of an attribute of real numbers, of any shape or one.
std::vector<double> finite_attribute(const hdf5::Object& object, const std::string& name);
double finite_number(const hdf5::Object& object, const std::string& name);

}  // namespace rmtheat::io
