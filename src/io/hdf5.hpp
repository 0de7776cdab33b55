#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <hdf5.h>

#include "rmtheat/support/error.hpp"

/// The part of the HDF5 C API that the results file needs, for serial use by one process. Handles
/// close themselves; every call is checked.
namespace rmtheat::io::hdf5 {

/// An HDF5 call failed. The message has what was tried and the innermost cause on the library's
/// error stack, not the file: whoever knows its name adds it.
class Failure : public Error {
 public:
  using Error::Error;
};

using Shape = std::vector<hsize_t>;

/// "1.10.8"
std::string library_version();

/// Owns an identifier of the library.
class Handle {
 public:
  using Close = herr_t (*)(hid_t);

  /// Throws Failure for a negative identifier, saying that `action` failed.
  Handle(hid_t id, Close close, const std::string& action);
  Handle(Handle&& other) noexcept;
  Handle& operator=(Handle&& other) noexcept;
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle();

  [[nodiscard]] hid_t id() const { return id_; }

 private:
  hid_t id_;
  Close close_;
};

/// A group or dataset, as the bearer of attributes. Real attributes are scalars or arrays.
class Object {
 public:
  explicit Object(Handle handle) : handle_(std::move(handle)) {}

  void set_attribute(const std::string& name, const std::string& value) const;
  void set_attribute(const std::string& name, std::int64_t value) const;
  void set_attribute(const std::string& name, std::uint64_t value) const;
  void set_attribute(const std::string& name, double value) const;
  void set_attribute(const std::string& name, std::span<const double> values) const;

  [[nodiscard]] bool has_attribute(const std::string& name) const;
  [[nodiscard]] std::string text_attribute(const std::string& name) const;
  [[nodiscard]] std::int64_t integer_attribute(const std::string& name) const;
  [[nodiscard]] std::uint64_t unsigned_attribute(const std::string& name) const;
  [[nodiscard]] std::vector<double> real_attribute(const std::string& name) const;
  /// The shape (64 bits each) and the numbers, little-endian, or the texts with the zeros at their
  /// ends.
  [[nodiscard]] std::vector<std::byte> attribute_bytes(const std::string& name) const;
  /// Alphabetically. Of files made here: HDF5 1.10 may crash on a damaged list of attributes.
  [[nodiscard]] std::vector<std::string> attribute_names() const;

  [[nodiscard]] hid_t id() const { return handle_.id(); }

 private:
  Handle handle_;
};

/// A dataset whose elements are double, std::uint64_t or std::uint8_t.
class Dataset : public Object {
 public:
  explicit Dataset(Handle handle) : Object(std::move(handle)) {}

  [[nodiscard]] Shape shape() const;

  template <class T>
  void write(std::span<const T> values) const;
  /// All elements, row-major. Throws Failure unless the shape is the one expected.
  template <class T>
  [[nodiscard]] std::vector<T> read(const Shape& expected) const;
  template <class T>
  [[nodiscard]] std::vector<T> read() const {
    return read<T>(shape());
  }

  /// True where the elements are stored as those of type T are written, bytes in any order.
  template <class T>
  [[nodiscard]] bool holds() const;
  /// True where they are in the file itself, contiguous or in chunks.
  [[nodiscard]] bool is_stored_here() const;
  /// The shape (64 bits each) and the numbers, little-endian.
  [[nodiscard]] std::vector<std::byte> bytes() const;

  /// Makes the dataset a dimension scale of this name.
  void make_scale(const std::string& name) const;
  /// Attaches a scale to one axis and labels the axis.
  void attach_scale(unsigned axis, const Dataset& scale, const std::string& label) const;
};

class Group : public Object {
 public:
  explicit Group(Handle handle) : Object(std::move(handle)) {}

  [[nodiscard]] Group create_group(const std::string& name) const;
  [[nodiscard]] Group open_group(const std::string& name) const;
  template <class T>
  [[nodiscard]] Dataset create_dataset(const std::string& name, const Shape& shape) const;
  [[nodiscard]] Dataset open_dataset(const std::string& name) const;

  [[nodiscard]] bool has(const std::string& name) const;
  /// True where the member of this name is a dataset.
  [[nodiscard]] bool has_dataset(const std::string& name) const;
  /// Names of the links in this group, alphabetically.
  [[nodiscard]] std::vector<std::string> names() const;
};

/// A file in memory, to be stored by other means. HDF5 does not survive a disk that fills up while
/// it writes: the file could then neither be completed nor closed.
class FileImage {
 public:
  FileImage();
  [[nodiscard]] Group root() const;
  /// The bytes of the file. All groups and datasets of it must have been released.
  [[nodiscard]] std::vector<std::byte> bytes() const;

 private:
  Handle handle_;
};

/// A file on disk, to be read.
class InputFile {
 public:
  explicit InputFile(const std::filesystem::path& path);
  [[nodiscard]] Group root() const;

 private:
  Handle handle_;
};

/// True when the file has the signature of an HDF5 file.
bool is_hdf5(const std::filesystem::path& path);

}  // namespace rmtheat::io::hdf5
