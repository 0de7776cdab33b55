#pragma once

#include <array>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "rmtheat/model/coupling/given.hpp"

namespace rmtheat::io {

/// A Hermitian matrix as a file has it.
struct DenseMatrix {
  std::vector<std::complex<double>> elements;  ///< (size, size), row-major
  std::size_t size = 0;
};

/// The matrix at `place`, FILE:/DATASET of an HDF5 file: (N, N), real, or complex as h5py writes
/// it. Throws InputError, naming the option, where there is none, or it is not Hermitian.
DenseMatrix read_hamiltonian(const std::string& place, const std::string& option);

/// The operators of V = sum_k A_k (x) B_k, datasets /coupling/a (K, N1, N1) and /coupling/b (K, N2,
/// N2), as they are there; the digest begins with `origin`, a number that stands for the basis.
/// Throws InputError where they are not of these sizes, or V is zero or not Hermitian.
model::GivenOperators read_operators(const std::string& path, const std::string& option,
                                     const std::array<std::size_t, 2>& sizes, std::uint64_t origin);

/// FNV-1a, 64 bits, of `earlier` and these numbers.
std::uint64_t digest(std::uint64_t earlier, const std::vector<std::complex<double>>& numbers);

}  // namespace rmtheat::io
