#include "digests.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include <boost/crc.hpp>
#include <fmt/format.h>

#include "checked_input.hpp"

namespace rmtheat::io {
namespace {

constexpr char of_attribute = '@';
constexpr std::size_t digits = 8;

std::string line(const std::vector<std::byte>& bytes, std::string_view place) {
  boost::crc_32_type sum;
  sum.process_bytes(bytes.data(), bytes.size());
  return fmt::format("{:08x} {}\n", sum.checksum(), place);
}

/// The last line, for the text of the others.
std::string last_line(std::string_view others) {
  boost::crc_32_type sum;
  sum.process_bytes(others.data(), others.size());
  return fmt::format("{:08x}\n", sum.checksum());
}

std::string place_of(std::string_view path, std::string_view attribute) {
  return fmt::format("{}{}{}", path.empty() ? "/" : path, of_attribute, attribute);
}

void list_attributes(const hdf5::Object& object, const std::string& path, std::string& lines) {
  for (const auto& name : object.attribute_names()) {
    if (name != "DIMENSION_LIST" && name != "REFERENCE_LIST") {
      lines += line(object.attribute_bytes(name), place_of(path, name));
    }
  }
}

void list_group(const hdf5::Group& group, const std::string& path, std::string& lines) {
  list_attributes(group, path, lines);
  for (const auto& name : group.names()) {
    const auto place = fmt::format("{}/{}", path, name);
    if (group.has_dataset(name)) {
      const auto dataset = group.open_dataset(name);
      lines += line(dataset.bytes(), place);
      list_attributes(dataset, place, lines);
    } else {
      list_group(group.open_group(name), place, lines);
    }
  }
}

[[noreturn]] void changed(std::string_view what) {
  throw hdf5::Failure(
      fmt::format("it was changed since it was written ({}); --trust reads it all the same", what));
}

/// The line that the place has in this file, empty where there is no such thing.
std::optional<std::string> present_line(const hdf5::Group& root, std::string_view place) {
  const auto at = place.find(of_attribute);
  const bool is_attribute = at != std::string_view::npos;
  std::string_view path = place.substr(0, at);
  std::optional<hdf5::Group> group;
  const auto parent = [&]() -> const hdf5::Group& { return group ? *group : root; };
  while (path.size() > 1) {
    path.remove_prefix(1);
    const auto end = path.find('/');
    const std::string name(path.substr(0, end));
    path = end == std::string_view::npos ? std::string_view() : path.substr(end);
    if (!has_member(parent(), name)) {
      return std::nullopt;
    }
    if (path.empty() && parent().has_dataset(name)) {
      const auto dataset = dataset_in(parent(), name);
      if (!is_attribute) {
        return line(dataset.bytes(), place);
      }
      const std::string attribute(place.substr(at + 1));
      return dataset.has_attribute(attribute)
                 ? std::optional(line(dataset.attribute_bytes(attribute), place))
                 : std::nullopt;
    }
    group = group_in(parent(), name);
  }
  if (!is_attribute) {
    return std::nullopt;
  }
  const std::string attribute(place.substr(at + 1));
  return parent().has_attribute(attribute)
             ? std::optional(line(parent().attribute_bytes(attribute), place))
             : std::nullopt;
}

/// Calls visit(line) for each, with its end.
template <class Visit>
void for_each_line(std::string_view text, Visit visit) {
  while (!text.empty()) {
    const auto length = std::min(text.find('\n'), text.size() - 1) + 1;
    visit(text.substr(0, length));
    text.remove_prefix(length);
  }
}

}  // namespace

std::string list_digests(const hdf5::Group& root) {
  std::string lines;
  list_group(root, "", lines);
  return lines + last_line(lines);
}

void require_digests(const hdf5::Group& root, const std::string& list) {
  const auto length = list.size() < digits + 1 ? 0 : list.size() - digits - 1;
  const auto lines = std::string_view(list).substr(0, length);
  if (list.substr(length) != last_line(lines)) {
    changed("the list of its digests");
  }
  for_each_line(lines, [&](std::string_view expected) {
    if (expected.size() < digits + 3) {
      changed("the list of its digests");
    }
    const auto place = expected.substr(digits + 1, expected.size() - digits - 2);
    const auto present = present_line(root, place);
    if (!present) {
      changed(fmt::format("{} is missing", place));
    }
    if (*present != expected) {
      changed(place);
    }
  });
}

std::vector<std::string> listed_attributes(std::string_view list, std::string_view path) {
  std::vector<std::string> names;
  const auto beginning = place_of(path, "");
  for_each_line(list, [&](std::string_view line) {
    const auto place = line.substr(std::min(digits + 1, line.size()));
    if (place.starts_with(beginning) && place.ends_with('\n')) {
      names.emplace_back(place.substr(beginning.size(), place.size() - beginning.size() - 1));
    }
  });
  return names;
}

}  // namespace rmtheat::io
