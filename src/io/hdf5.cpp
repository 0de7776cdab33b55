#include "hdf5.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <span>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <hdf5_hl.h>

#include "hdf5_calls.hpp"

namespace rmtheat::io::hdf5 {

namespace {

extern "C" herr_t take_description(unsigned depth, const H5E_error2_t* entry, void* text) {
  if (depth == 0 && entry->desc != nullptr) {
    *static_cast<std::string*>(text) = entry->desc;
  }
  return 0;
}

/// Failures are told by exceptions, so the library shall not print them.
void silence() { H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr); }

/// A shape is a few numbers that may be anything; the memory is only taken for data that exist.
void require_data(hid_t dataset, const Shape& shape) {
  constexpr hsize_t largest_compression = 1032;  // of deflate, for elements of one byte
  if (elements(shape) / largest_compression > H5Dget_storage_size(dataset)) {
    throw Failure(fmt::format("a dataset of shape ({}) has no data", fmt::join(shape, ", ")));
  }
}

}  // namespace

std::string innermost_cause() {
  std::string text = "no cause given by HDF5";
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take_description, &text);
  return text;
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

std::vector<std::byte> shape_bytes(const Shape& shape) {
  constexpr unsigned bits_per_byte = 8;
  std::vector<std::byte> bytes;
  for (const hsize_t length : shape) {
    for (unsigned k = 0; k < sizeof(length); ++k) {
      bytes.push_back(static_cast<std::byte>(length >> (bits_per_byte * k)));
    }
  }
  return bytes;
}

Handle little_endian(const Handle& stored) {
  Handle type(H5Tcopy(stored.id()), H5Tclose, "copying a type");
  const auto kind = H5Tget_class(type.id());
  if (kind == H5T_INTEGER || kind == H5T_FLOAT) {
    checked(H5Tset_order(type.id(), H5T_ORDER_LE), "copying a type");
  } else if (kind != H5T_STRING) {
    throw Failure("it holds neither numbers nor texts");
  }
  return type;
}

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
  const hsize_t count = elements(expected);
  require_data(id(), expected);
  std::vector<T> values(count);
  checked(H5Dread(id(), native_type<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
          "reading a dataset");
  return values;
}

template <class T>
bool Dataset::holds() const {
  const Handle type = little_endian(Handle(H5Dget_type(id()), H5Tclose, "reading a type"));
  const Handle expected =
      little_endian(Handle(H5Tcopy(native_type<T>()), H5Tclose, "copying a type"));
  return H5Tequal(type.id(), expected.id()) > 0;
}

bool Dataset::is_stored_here() const {
  const Handle list(H5Dget_create_plist(id()), H5Pclose, "reading how a dataset is stored");
  const auto layout = H5Pget_layout(list.id());
  return (layout == H5D_CONTIGUOUS || layout == H5D_CHUNKED) &&
         H5Pget_external_count(list.id()) == 0;
}

std::vector<std::byte> Dataset::bytes() const {
  const Shape all = shape();
  require_data(id(), all);
  const Handle type = little_endian(Handle(H5Dget_type(id()), H5Tclose, "reading a type"));
  if (H5Tget_class(type.id()) == H5T_STRING) {
    throw Failure("a dataset holds no numbers");
  }
  auto bytes = shape_bytes(all);
  const auto begin = bytes.size();
  bytes.resize(begin + elements(all) * H5Tget_size(type.id()));
  checked(H5Dread(id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data() + begin),
          "reading a dataset");
  return bytes;
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

bool Group::has_dataset(const std::string& name) const {
  const Handle object(H5Oopen(id(), name.c_str(), H5P_DEFAULT), H5Oclose, "opening " + name);
  return H5Iget_type(object.id()) == H5I_DATASET;
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
  constexpr std::size_t for_a_line = 128;  // to be added without a second copy of the whole
  std::vector<std::byte> image;
  image.reserve(static_cast<std::size_t>(size) + for_a_line);
  image.resize(static_cast<std::size_t>(size));
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
template bool Dataset::holds<double>() const;
template bool Dataset::holds<std::uint64_t>() const;
template bool Dataset::holds<std::uint8_t>() const;
template Dataset Group::create_dataset<double>(const std::string&, const Shape&) const;
template Dataset Group::create_dataset<std::uint64_t>(const std::string&, const Shape&) const;
template Dataset Group::create_dataset<std::uint8_t>(const std::string&, const Shape&) const;

}  // namespace rmtheat::io::hdf5
