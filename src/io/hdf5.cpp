#include "hdf5.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <hdf5_hl.h>

namespace rmtheat::io::hdf5 {

namespace {

extern "C" herr_t take_description(unsigned depth, const H5E_error2_t* entry, void* text) {
  if (depth == 0 && entry->desc != nullptr) {
    *static_cast<std::string*>(text) = entry->desc;
  }
  return 0;
}

/// The innermost description on the library's error stack.
std::string innermost_cause() {
  std::string text = "no cause given by HDF5";
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take_description, &text);
  return text;
}

template <class Status>
Status checked(Status status, const std::string& action) {
  if (status < 0) {
    throw Failure(fmt::format("{} failed: {}", action, innermost_cause()));
  }
  return status;
}

/// Failures are told by exceptions, so the library shall not print them.
void silence() { H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr); }

template <class T>
hid_t native_type();
template <>
hid_t native_type<double>() {
  return H5T_NATIVE_DOUBLE;
}
template <>
hid_t native_type<std::uint64_t>() {
  return H5T_NATIVE_UINT64;
}
template <>
hid_t native_type<std::int64_t>() {
  return H5T_NATIVE_INT64;
}
template <>
hid_t native_type<std::uint8_t>() {
  return H5T_NATIVE_UINT8;
}

hsize_t elements(const Shape& shape) {
  hsize_t count = 1;
  for (const hsize_t length : shape) {
    if (length != 0 && count > std::numeric_limits<hsize_t>::max() / length) {
      throw Failure(fmt::format("shape ({}) has too many elements", fmt::join(shape, ", ")));
    }
    count *= length;
  }
  return count;
}

Handle simple_space(const Shape& shape) {
  return {H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr), H5Sclose,
          "making a data space"};
}

Shape shape_of(const Handle& space) {
  if (H5Sget_simple_extent_type(space.id()) == H5S_NULL) {
    throw Failure("reading a shape failed: the data space is null");
  }
  Shape shape(
      static_cast<std::size_t>(checked(H5Sget_simple_extent_ndims(space.id()), "reading a rank")));
  checked(H5Sget_simple_extent_dims(space.id(), shape.data(), nullptr), "reading a shape");
  return shape;
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

std::string library_version() {
  unsigned major = 0;
  unsigned minor = 0;
  unsigned release = 0;
  checked(H5get_libversion(&major, &minor, &release), "asking for the HDF5 version");
  return fmt::format("{}.{}.{}", major, minor, release);
}

Handle::Handle(hid_t id, Close close, const std::string& action)
    : id_(checked(id, action)), close_(close) {}

Handle::Handle(Handle&& other) noexcept
    : id_(std::exchange(other.id_, H5I_INVALID_HID)), close_(other.close_) {}

Handle& Handle::operator=(Handle&& other) noexcept {
  std::swap(id_, other.id_);
  std::swap(close_, other.close_);
  return *this;
}

Handle::~Handle() {
  if (id_ >= 0) {
    close_(id_);
  }
}

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

std::vector<std::string> Object::real_attributes() const {
  H5O_info_t info{};
  checked(H5Oget_info2(id(), &info, H5O_INFO_NUM_ATTRS), "counting attributes");
  std::vector<std::string> names;
  for (hsize_t k = 0; k < info.num_attrs; ++k) {
    const Handle attribute(
        H5Aopen_by_idx(id(), ".", H5_INDEX_NAME, H5_ITER_INC, k, H5P_DEFAULT, H5P_DEFAULT),
        H5Aclose, "opening an attribute");
    const auto length = checked(H5Aget_name(attribute.id(), 0, nullptr), "reading a name");
    std::string name(static_cast<std::size_t>(length), '\0');
    checked(H5Aget_name(attribute.id(), name.size() + 1, name.data()), "reading a name");
    if (attribute_class(attribute, name) == H5T_FLOAT) {
      names.push_back(std::move(name));
    }
  }
  return names;
}

Shape Dataset::shape() const {
  return shape_of(Handle(H5Dget_space(id()), H5Sclose, "reading a shape"));
}

template <class T>
void Dataset::write(std::span<const T> values) const {
  if (values.size() != elements(shape())) {
    throw Failure(fmt::format("writing {} values to shape ({}) failed", values.size(),
                              fmt::join(shape(), ", ")));
  }
  checked(H5Dwrite(id(), native_type<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
          "writing a dataset");
}

template <class T>
std::vector<T> Dataset::read(const Shape& expected) const {
  if (shape() != expected) {
    throw Failure(fmt::format("a dataset has shape ({}) in place of ({})", fmt::join(shape(), ", "),
                              fmt::join(expected, ", ")));
  }
  // A shape is a few numbers that may be anything; the memory is only taken for data that exist.
  constexpr hsize_t largest_compression = 1032;  // of deflate, for elements of one byte
  const hsize_t count = elements(expected);
  if (count / largest_compression > H5Dget_storage_size(id())) {
    throw Failure(fmt::format("a dataset of shape ({}) has no data", fmt::join(expected, ", ")));
  }
  std::vector<T> values(count);
  checked(H5Dread(id(), native_type<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
          "reading a dataset");
  return values;
}

void Dataset::make_scale(const std::string& name) const {
  checked(H5DSset_scale(id(), name.c_str()), "making dimension scale " + name);
}

void Dataset::attach_scale(unsigned axis, const Dataset& scale, const std::string& label) const {
  checked(H5DSattach_scale(id(), scale.id(), axis), "attaching dimension scale " + label);
  checked(H5DSset_label(id(), axis, label.c_str()), "labelling an axis");
}

Group Group::create_group(const std::string& name) const {
  return Group(Handle(H5Gcreate2(id(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                      H5Gclose, "creating group " + name));
}

Group Group::open_group(const std::string& name) const {
  return Group(
      Handle(H5Gopen2(id(), name.c_str(), H5P_DEFAULT), H5Gclose, "opening group " + name));
}

template <class T>
Dataset Group::create_dataset(const std::string& name, const Shape& shape) const {
  const Handle space = simple_space(shape);
  return Dataset(Handle(H5Dcreate2(id(), name.c_str(), native_type<T>(), space.id(), H5P_DEFAULT,
                                   H5P_DEFAULT, H5P_DEFAULT),
                        H5Dclose, "creating dataset " + name));
}

Dataset Group::open_dataset(const std::string& name) const {
  return Dataset(
      Handle(H5Dopen2(id(), name.c_str(), H5P_DEFAULT), H5Dclose, "opening dataset " + name));
}

bool Group::has(const std::string& name) const {
  return checked(H5Lexists(id(), name.c_str(), H5P_DEFAULT), "looking for " + name) > 0;
}

std::vector<std::string> Group::names() const {
  H5G_info_t info{};
  checked(H5Gget_info(id(), &info), "counting the members of a group");
  std::vector<std::string> names;
  for (hsize_t k = 0; k < info.nlinks; ++k) {
    const auto get = [&](char* text, std::size_t size) {
      return checked(
          H5Lget_name_by_idx(id(), ".", H5_INDEX_NAME, H5_ITER_INC, k, text, size, H5P_DEFAULT),
          "reading a name");
    };
    std::string name(static_cast<std::size_t>(get(nullptr, 0)), '\0');
    get(name.data(), name.size() + 1);
    names.push_back(std::move(name));
  }
  return names;
}

FileImage::FileImage()
    : handle_([] {
        silence();
        constexpr std::size_t growth = std::size_t{1} << 22U;
        const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "making file properties");
        checked(H5Pset_fapl_core(access.id(), growth, false), "making file properties");
        return Handle(H5Fcreate("in-memory", H5F_ACC_TRUNC, H5P_DEFAULT, access.id()), H5Fclose,
                      "creating a file in memory");
      }()) {}

Group FileImage::root() const {
  return Group(Handle(H5Gopen2(handle_.id(), "/", H5P_DEFAULT), H5Gclose, "opening the root"));
}

std::vector<std::byte> FileImage::bytes() const {
  const std::string action = "taking the bytes of a file in memory";
  checked(H5Fflush(handle_.id(), H5F_SCOPE_GLOBAL), action);
  const auto size = checked(H5Fget_file_image(handle_.id(), nullptr, 0), action);
  std::vector<std::byte> image(static_cast<std::size_t>(size));
  checked(H5Fget_file_image(handle_.id(), image.data(), image.size()), action);
  return image;
}

InputFile::InputFile(const std::filesystem::path& path)
    : handle_([&] {
        silence();
        return Handle(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose,
                      "opening the file");
      }()) {}

Group InputFile::root() const {
  return Group(Handle(H5Gopen2(handle_.id(), "/", H5P_DEFAULT), H5Gclose, "opening the root"));
}

bool is_hdf5(const std::filesystem::path& path) {
  silence();
  return H5Fis_hdf5(path.c_str()) > 0;
}

template void Dataset::write(std::span<const double>) const;
template void Dataset::write(std::span<const std::uint64_t>) const;
template void Dataset::write(std::span<const std::uint8_t>) const;
template std::vector<double> Dataset::read(const Shape&) const;
template std::vector<std::uint64_t> Dataset::read(const Shape&) const;
template std::vector<std::uint8_t> Dataset::read(const Shape&) const;
template Dataset Group::create_dataset<double>(const std::string&, const Shape&) const;
template Dataset Group::create_dataset<std::uint64_t>(const std::string&, const Shape&) const;
template Dataset Group::create_dataset<std::uint8_t>(const std::string&, const Shape&) const;

}  // namespace rmtheat::io::hdf5
