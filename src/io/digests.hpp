#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hdf5.hpp"

namespace rmtheat::io {

/// A line for every dataset and attribute of a file: a CRC-32 in base 16, a blank, the path of the
/// object, and for an attribute @ and its name. That of a dataset is of its shape (64 bits each)
/// and its numbers, little-endian, that of an attribute the same or of its texts with the zeros at
/// their ends. References between dimension scales are left out, as they change with what others
/// attach. The last line is that of the lines before it.
std::string list_digests(const hdf5::Group& root);

/// Throws Failure unless all that is listed is there and as it was. What else there is may be.
void require_digests(const hdf5::Group& root, const std::string& list);

/// Names of the attributes of the object at this path, "/predictions/large_n/lo", that are listed.
std::vector<std::string> listed_attributes(std::string_view list, std::string_view path);

}  // namespace rmtheat::io
