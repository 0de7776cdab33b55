#include "dense_file.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <span>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "hdf5.hpp"
#include "rmtheat/model/hamiltonian.hpp"
#include "rmtheat/support/error.hpp"

namespace rmtheat::io {
namespace {

using Complex = std::complex<double>;

/// Relative to the largest element, or to the norm: what is rounded is Hermitian.
constexpr double hermiticity_tolerance = 1e-12;

/// What is wrong with an option's file, as a sentence.
class Complaint {
 public:
  Complaint(std::string option, std::string value)
      : option_(std::move(option)), value_(std::move(value)) {}
  [[noreturn]] void operator()(const std::string& what) const {
    throw InputError(fmt::format("{} = {}: {}.", option_, value_, what));
  }

 private:
  std::string option_;
  std::string value_;
};

/// Numbers in memory as h5py stores complex ones in a file.
hdf5::Handle complex_type() {
  hdf5::Handle type(H5Tcreate(H5T_COMPOUND, sizeof(Complex)), H5Tclose, "making a complex type");
  if (H5Tinsert(type.id(), "r", 0, H5T_NATIVE_DOUBLE) < 0 ||
      H5Tinsert(type.id(), "i", sizeof(double), H5T_NATIVE_DOUBLE) < 0) {
    throw hdf5::Failure("making a complex type failed");
  }
  return type;
}

bool is_complex(hid_t type) {
  return H5Tget_class(type) == H5T_COMPOUND && H5Tget_nmembers(type) == 2 &&
         H5Tget_member_index(type, "r") == 0 && H5Tget_member_index(type, "i") == 1 &&
         H5Tget_member_class(type, 0) == H5T_FLOAT && H5Tget_member_class(type, 1) == H5T_FLOAT;
}

std::vector<Complex> read_numbers(const hdf5::Dataset& dataset, const std::string& name,
                                  const Complaint& complain) {
  const hdf5::Handle type(H5Dget_type(dataset.id()), H5Tclose, "reading a type");
  const auto kind = H5Tget_class(type.id());
  std::vector<Complex> numbers;
  if (is_complex(type.id())) {
    numbers.resize(static_cast<std::size_t>(H5Sget_simple_extent_npoints(
        hdf5::Handle(H5Dget_space(dataset.id()), H5Sclose, "reading a shape").id())));
    if (H5Dread(dataset.id(), complex_type().id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers.data()) <
        0) {
      throw hdf5::Failure("reading a dataset failed");
    }
  } else if (kind == H5T_FLOAT || kind == H5T_INTEGER) {
    const auto real = dataset.read<double>();
    numbers.assign(real.begin(), real.end());
  } else {
    complain(fmt::format("{} must hold real numbers, or complex ones with members r and i", name));
  }
  if (!std::ranges::all_of(numbers, [](const Complex& number) {
        return std::isfinite(number.real()) && std::isfinite(number.imag());
      })) {
    complain(fmt::format("{} holds NaN or infinite numbers", name));
  }
  return numbers;
}

/// Calls read(dataset) with the dataset of this name in a file.
template <class Read>
auto with_dataset(const std::filesystem::path& path, const std::string& name,
                  const Complaint& complain, Read read) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) {
    complain("this file does not exist or cannot be read");
  }
  if (!hdf5::is_hdf5(path)) {
    complain("this is no HDF5 file");
  }
  try {
    const hdf5::InputFile file(path);
    const auto root = file.root();
    // Each group on the way must be there before the next is asked for.
    for (std::size_t end = name.find('/', 1);; end = name.find('/', end + 1)) {
      if (!root.has(name.substr(0, end))) {
        complain(fmt::format("it has no dataset {}", name));
      }
      if (end == std::string::npos) {
        break;
      }
    }
    return read(root.open_dataset(name));
  } catch (const hdf5::Failure& failure) {
    complain(fmt::format("{} cannot be read ({})", name, failure.what()));
  }
}

/// (terms, N, N) of the file, row-major, to column-major matrices.
std::vector<Complex> read_factors(const std::string& path, const std::string& name,
                                  std::size_t system, std::size_t size, const Complaint& complain) {
  auto factors = with_dataset(path, name, complain, [&](const hdf5::Dataset& dataset) {
    const auto shape = dataset.shape();
    if (shape.size() != 3 || shape[0] == 0 || shape[1] != size || shape[2] != size) {
      complain(
          fmt::format("{0} has the shape ({1}), but must have (K, {2}, {2}), K >= 1 operators on "
                      "the {2} levels of system {3}",
                      name, fmt::join(shape, ", "), size, system + 1));
    }
    return read_numbers(dataset, name, complain);
  });
  for (std::size_t k = 0; k < factors.size(); k += size * size) {
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        std::swap(factors[k + i * size + j], factors[k + j * size + i]);
      }
    }
  }
  return factors;
}

}  // namespace

DenseMatrix read_hamiltonian(const std::string& place, const std::string& option) {
  const Complaint complain(option, place);
  const auto colon = place.rfind(":/");
  if (colon == std::string::npos || colon == 0 || colon + 2 == place.size()) {
    complain("with density = hamiltonian the value must be FILE:/DATASET of an HDF5 file");
  }
  const auto name = place.substr(colon + 1);
  DenseMatrix matrix;
  matrix.elements =
      with_dataset(place.substr(0, colon), name, complain, [&](const hdf5::Dataset& dataset) {
        const auto shape = dataset.shape();
        if (shape.size() != 2 || shape[0] == 0 || shape[0] != shape[1]) {
          complain(fmt::format("{} has the shape ({}), but must be a square matrix, (N, N)", name,
                               fmt::join(shape, ", ")));
        }
        matrix.size = shape[0];
        return read_numbers(dataset, name, complain);
      });
  const double defect = model::hermiticity_defect(matrix.elements, matrix.size);
  if (defect > hermiticity_tolerance) {
    complain(
        fmt::format("{} must be Hermitian, but differs from its adjoint by {:.2g} of its largest "
                    "element",
                    name, defect));
  }
  return matrix;
}

model::GivenOperators read_operators(const std::string& path, const std::string& option,
                                     const std::array<std::size_t, 2>& sizes,
                                     std::uint64_t origin) {
  const Complaint complain(option, path);
  model::GivenOperators operators;
  constexpr std::array names = {"/coupling/a", "/coupling/b"};
  std::array<std::size_t, 2> terms{};
  std::uint64_t number = origin;
  for (std::size_t system = 0; system < 2; ++system) {
    auto& factors = operators.factors[system];
    factors = read_factors(path, names[system], system, sizes[system], complain);
    terms[system] = factors.size() / (sizes[system] * sizes[system]);
    number = digest(number, factors);
  }
  if (terms[0] != terms[1]) {
    complain(fmt::format("/coupling/a holds {} operators and /coupling/b {}; there must be as many",
                         terms[0], terms[1]));
  }
  operators.terms = terms[0];
  operators.digest = fmt::format("{:016x}", number);
  model::complete(operators);
  if (!(operators.strength_factor > 0.0)) {
    complain("sum_k A_k (x) B_k is zero; without a coupling use coupling.strength = 0");
  }
  const double defect = model::hermiticity_defect(operators);
  if (defect > hermiticity_tolerance) {
    complain(
        fmt::format("sum_k A_k (x) B_k must be Hermitian, but differs from its adjoint by {:.2g} "
                    "of its norm",
                    defect));
  }
  return operators;
}

std::uint64_t digest(std::uint64_t earlier, const std::vector<Complex>& numbers) {
  constexpr std::uint64_t prime = 1099511628211U;
  constexpr std::uint64_t basis = 14695981039346656037U;
  std::uint64_t result = basis;
  const auto add = [&result](std::span<const std::byte> bytes) {
    for (const std::byte byte : bytes) {
      result = (result ^ std::to_integer<std::uint64_t>(byte)) * prime;
    }
  };
  add(std::as_bytes(std::span(&earlier, 1)));
  add(std::as_bytes(std::span(numbers)));
  return result;
}

}  // namespace rmtheat::io
