// Results files as other programs may have left them: a good file in which links and attributes
// were removed, or replaced by some of another type, shape or value. Each is read, or refused with
// an error of this code, trusted or not. The edits go through HDF5, for its library does not claim
// to withstand arbitrary bytes.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <fuzzer/FuzzedDataProvider.h>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <hdf5.h>

#include "hdf5.hpp"
#include "io/example_results.hpp"
#include "io/temporary_directory.hpp"
#include "rmtheat/support/error.hpp"

namespace rmtheat::io {
namespace {

using hdf5::Handle;

struct AttributeName {
  std::string object;
  std::string name;
};

/// The file that is edited, and everything in it that can be.
struct Original {
  TemporaryDirectory directory;
  std::string bytes;
  std::vector<std::string> links;
  std::vector<AttributeName> attributes;
};

Handle open_file(const std::filesystem::path& path, unsigned access) {
  return {H5Fopen(path.c_str(), access, H5P_DEFAULT), H5Fclose, "opening the file"};
}

Handle open_object(const Handle& file, const std::string& name) {
  return {H5Oopen(file.id(), name.c_str(), H5P_DEFAULT), H5Oclose, "opening an object"};
}

extern "C" herr_t take_link(hid_t, const char* name, const H5L_info_t*, void* links) {
  static_cast<std::vector<std::string>*>(links)->emplace_back(name);
  return 0;
}

extern "C" herr_t take_attribute(hid_t, const char* name, const H5A_info_t*, void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

std::unique_ptr<const Original> make_original() {
  auto original = std::make_unique<Original>();
  const auto path = original->directory.path() / "original.h5";
  write_results(path, example_results(), true);
  std::ifstream stream(path, std::ios::binary);
  original->bytes.assign(std::istreambuf_iterator<char>(stream), {});
  const Handle file = open_file(path, H5F_ACC_RDONLY);
  H5Lvisit(file.id(), H5_INDEX_NAME, H5_ITER_INC, take_link, &original->links);
  std::vector<std::string> objects = original->links;
  objects.emplace_back("/");
  for (const std::string& object : objects) {
    std::vector<std::string> names;
    H5Aiterate2(open_object(file, object).id(), H5_INDEX_NAME, H5_ITER_INC, nullptr, take_attribute,
                &names);
    for (std::string& name : names) {
      original->attributes.push_back({object, std::move(name)});
    }
  }
  return original;
}

Handle any_space(FuzzedDataProvider& choices) {
  const int rank = choices.ConsumeIntegralInRange(-1, 3);
  if (rank < 0) {
    return {H5Screate(H5S_NULL), H5Sclose, "making a data space"};
  }
  constexpr std::array<hsize_t, 7> lengths = {0, 1, 2, 3, 4, hsize_t{1} << 31U, hsize_t{1} << 62U};
  std::array<hsize_t, 3> shape{};
  std::ranges::generate(shape, [&] { return choices.PickValueInArray(lengths); });
  return {H5Screate_simple(rank, shape.data(), nullptr), H5Sclose, "making a data space"};
}

Handle any_type(FuzzedDataProvider& choices) {
  const std::array<hid_t, 5> numbers = {H5T_NATIVE_DOUBLE, H5T_NATIVE_FLOAT, H5T_NATIVE_INT64,
                                        H5T_NATIVE_UINT8, H5T_C_S1};
  Handle type(H5Tcopy(choices.PickValueInArray(numbers)), H5Tclose, "copying a type");
  if (H5Tget_class(type.id()) == H5T_STRING && choices.ConsumeBool()) {
    H5Tset_size(type.id(), H5T_VARIABLE);
  }
  return type;
}

/// Values of a fixed size only: HDF5 would follow others as pointers.
std::vector<std::uint8_t> any_values(FuzzedDataProvider& choices, const Handle& space,
                                     const Handle& type) {
  constexpr hssize_t most = 64;
  const auto count = H5Sget_simple_extent_npoints(space.id());
  if (count <= 0 || count > most || H5Tis_variable_str(type.id()) > 0) {
    return {};
  }
  auto values =
      choices.ConsumeBytes<std::uint8_t>(static_cast<std::size_t>(count) * H5Tget_size(type.id()));
  values.resize(static_cast<std::size_t>(count) * H5Tget_size(type.id()));
  return values;
}

void add_dataset(const Handle& file, const std::string& name, FuzzedDataProvider& choices) {
  const Handle space = any_space(choices);
  const Handle type = any_type(choices);
  const Handle dataset(H5Dcreate2(file.id(), name.c_str(), type.id(), space.id(), H5P_DEFAULT,
                                  H5P_DEFAULT, H5P_DEFAULT),
                       H5Dclose, "creating a dataset");
  if (const auto values = any_values(choices, space, type); !values.empty()) {
    H5Dwrite(dataset.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
  }
}

void edit_link(const Handle& file, const Original& original, FuzzedDataProvider& choices) {
  const auto pick = [&]() -> const std::string& {
    return original
        .links[choices.ConsumeIntegralInRange<std::size_t>(0, original.links.size() - 1)];
  };
  const std::string& link = pick();
  H5Ldelete(file.id(), link.c_str(), H5P_DEFAULT);
  switch (choices.ConsumeIntegralInRange(0, 3)) {
    case 0:
      add_dataset(file, link, choices);
      break;
    case 1:
      H5Gclose(H5Gcreate2(file.id(), link.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
      break;
    case 2:
      H5Lcreate_hard(file.id(), pick().c_str(), file.id(), link.c_str(), H5P_DEFAULT, H5P_DEFAULT);
      break;
    default:
      break;
  }
}

void edit_attribute(const Handle& file, const Original& original, FuzzedDataProvider& choices) {
  const auto& [object_name, name] = original.attributes[choices.ConsumeIntegralInRange<std::size_t>(
      0, original.attributes.size() - 1)];
  const Handle object = open_object(file, object_name);
  H5Adelete(object.id(), name.c_str());
  if (choices.ConsumeBool()) {
    const Handle space = any_space(choices);
    const Handle type = any_type(choices);
    const Handle attribute(
        H5Acreate2(object.id(), name.c_str(), type.id(), space.id(), H5P_DEFAULT, H5P_DEFAULT),
        H5Aclose, "creating an attribute");
    if (const auto values = any_values(choices, space, type); !values.empty()) {
      H5Awrite(attribute.id(), type.id(), values.data());
    }
  }
}

void edit(const std::filesystem::path& path, const Original& original,
          FuzzedDataProvider& choices) {
  std::ofstream(path, std::ios::binary) << original.bytes;
  const Handle file = open_file(path, H5F_ACC_RDWR);
  while (choices.remaining_bytes() > 0) {
    try {
      if (choices.ConsumeBool()) {
        edit_link(file, original, choices);
      } else {
        edit_attribute(file, original, choices);
      }
    } catch (const hdf5::Failure&) {
      continue;  // an earlier edit took away what this one is about
    }
  }
}

/// What every user of results relies on.
void check(const Results& results) {
  const auto require = [](bool holds) {
    if (!holds) {
      std::abort();
    }
  };
  require(!results.times.empty() && !results.betas.empty());
  const auto& statistics = results.statistics;
  const auto done =
      std::ranges::count_if(results.samples, &std::optional<dynamics::Trajectory>::has_value);
  require(results.samples.empty() || statistics.realizations == static_cast<std::size_t>(done));
  for (const auto& observable : statistics.mean.fields()) {
    require(statistics.standard_error.has(observable));
  }
}

}  // namespace
}  // namespace rmtheat::io

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace io = rmtheat::io;
  static const auto original = io::make_original();
  const auto path = original->directory.path() / "edited.h5";
  FuzzedDataProvider choices(data, size);
  io::edit(path, *original, choices);
  for (const bool trusted : {true, false}) {
    try {
      io::check(io::read_results(path, trusted));
    } catch (const rmtheat::Error&) {
      continue;
    }
  }
  return 0;
}
