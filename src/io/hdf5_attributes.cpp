#include <cstddef>
#include <span>
#include <string_view>

#include <fmt/format.h>

#include "hdf5.hpp"
#include "hdf5_calls.hpp"

namespace rmtheat::io::hdf5 {

namespace {

extern "C" herr_t take_name(hid_t /*object*/, const char* name, const H5A_info_t* /*info*/,
                            void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

/// UTF-8 text of variable length, which has no limit of size as an attribute.
Handle text_type() {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "making a text type");
  checked(H5Tset_size(type.id(), H5T_VARIABLE), "making a text type");
  checked(H5Tset_cset(type.id(), H5T_CSET_UTF8), "making a text type");
  return type;
}

void write_attribute(hid_t object, const std::string& name, hid_t type, const Handle& space,
                     const void* value) {
  const std::string action = fmt::format("writing attribute {}", name);
  const Handle attribute(
      H5Acreate2(object, name.c_str(), type, space.id(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
      action);
  checked(H5Awrite(attribute.id(), type, value), action);
}

Handle scalar_space() { return {H5Screate(H5S_SCALAR), H5Sclose, "making a data space"}; }

Handle open_attribute(hid_t object, const std::string& name) {
  return {H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose,
          fmt::format("opening attribute {}", name)};
}

std::string reading(const std::string& name) { return fmt::format("reading attribute {}", name); }

Shape attribute_shape(const Handle& attribute, const std::string& name) {
  return shape_of(Handle(H5Aget_space(attribute.id()), H5Sclose, reading(name)));
}

H5T_class_t attribute_class(const Handle& attribute, const std::string& name) {
  const Handle type(H5Aget_type(attribute.id()), H5Tclose, reading(name));
  return H5Tget_class(type.id());
}

void require_class(const Handle& attribute, const std::string& name, H5T_class_t wanted) {
  if (attribute_class(attribute, name) != wanted) {
    throw Failure(fmt::format("{} failed: it is of another type than it should be", reading(name)));
  }
}

/// HDF5 reads an attribute whole: more than one value would be written past the one it is read to.
void require_single(const Handle& attribute, const std::string& name, H5T_class_t wanted) {
  require_class(attribute, name, wanted);
  if (elements(attribute_shape(attribute, name)) != 1) {
    throw Failure(fmt::format("{} failed: it is not a single value", reading(name)));
  }
}

template <class T>
T read_integer(hid_t object, const std::string& name) {
  const Handle attribute = open_attribute(object, name);
  require_single(attribute, name, H5T_INTEGER);
  T value = 0;
  checked(H5Aread(attribute.id(), native_type<T>(), &value), reading(name));
  return value;
}

}  // namespace

void Object::set_attribute(const std::string& name, const std::string& value) const {
  const char* const pointer = value.c_str();
  write_attribute(id(), name, text_type().id(), scalar_space(), &pointer);
}

void Object::set_attribute(const std::string& name, std::int64_t value) const {
  write_attribute(id(), name, native_type<std::int64_t>(), scalar_space(), &value);
}

void Object::set_attribute(const std::string& name, std::uint64_t value) const {
  write_attribute(id(), name, native_type<std::uint64_t>(), scalar_space(), &value);
}

void Object::set_attribute(const std::string& name, double value) const {
  write_attribute(id(), name, native_type<double>(), scalar_space(), &value);
}

void Object::set_attribute(const std::string& name, std::span<const double> values) const {
  write_attribute(id(), name, native_type<double>(), simple_space({values.size()}), values.data());
}

bool Object::has_attribute(const std::string& name) const {
  return checked(H5Aexists(id(), name.c_str()), "looking for attribute " + name) > 0;
}

std::string Object::text_attribute(const std::string& name) const {
  const Handle attribute = open_attribute(id(), name);
  require_single(attribute, name, H5T_STRING);
  char* text = nullptr;
  checked(H5Aread(attribute.id(), text_type().id(), static_cast<void*>(&text)), reading(name));
  std::string value = text != nullptr ? text : "";
  H5free_memory(text);
  return value;
}

std::int64_t Object::integer_attribute(const std::string& name) const {
  return read_integer<std::int64_t>(id(), name);
}

std::uint64_t Object::unsigned_attribute(const std::string& name) const {
  return read_integer<std::uint64_t>(id(), name);
}

std::vector<double> Object::real_attribute(const std::string& name) const {
  const Handle attribute = open_attribute(id(), name);
  require_class(attribute, name, H5T_FLOAT);
  const hsize_t count = elements(attribute_shape(attribute, name));
  if (count > H5Aget_storage_size(attribute.id())) {
    throw Failure(fmt::format("{} failed: it has no data", reading(name)));
  }
  std::vector<double> values(count);
  checked(H5Aread(attribute.id(), native_type<double>(), values.data()), reading(name));
  return values;
}

std::vector<std::byte> Object::attribute_bytes(const std::string& name) const {
  const Handle attribute = open_attribute(id(), name);
  const Shape shape = attribute_shape(attribute, name);
  const hsize_t count = elements(shape);
  if (count > H5Aget_storage_size(attribute.id())) {
    throw Failure(fmt::format("{} failed: it has no data", reading(name)));
  }
  const Handle type = little_endian(Handle(H5Aget_type(attribute.id()), H5Tclose, reading(name)));
  if (H5Tget_class(type.id()) != H5T_STRING) {
    auto bytes = shape_bytes(shape);
    const auto begin = bytes.size();
    bytes.resize(begin + count * H5Tget_size(type.id()));
    checked(H5Aread(attribute.id(), type.id(), bytes.data() + begin), reading(name));
    return bytes;
  }
  std::vector<std::byte> bytes;
  const auto add = [&bytes](std::string_view text) {
    const auto characters = std::as_bytes(std::span(text));
    bytes.insert(bytes.end(), characters.begin(), characters.end());
    bytes.push_back(std::byte{0});
  };
  if (H5Tis_variable_str(type.id()) > 0) {
    std::vector<char*> texts(count, nullptr);
    checked(H5Aread(attribute.id(), type.id(), static_cast<void*>(texts.data())), reading(name));
    for (char* const text : texts) {
      add(text != nullptr ? text : "");
      H5free_memory(text);
    }
    return bytes;
  }
  const std::size_t size = H5Tget_size(type.id());
  std::string texts(count * size, '\0');
  checked(H5Aread(attribute.id(), type.id(), texts.data()), reading(name));
  for (std::size_t k = 0; k < count; ++k) {
    add(texts.substr(k * size, size).c_str());
  }
  return bytes;
}

std::vector<std::string> Object::attribute_names() const {
  std::vector<std::string> names;
  checked(H5Aiterate2(id(), H5_INDEX_NAME, H5_ITER_INC, nullptr, take_name, &names),
          "listing attributes");
  return names;
}

}  // namespace rmtheat::io::hdf5
