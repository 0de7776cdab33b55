#include "rmtheat/support/blas.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <dlfcn.h>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include "rmtheat/support/error.hpp"

namespace rmtheat::blas {
namespace {

template <class T>
class BlasTest : public ::testing::Test {};
using Scalars = ::testing::Types<double, std::complex<double>>;
TYPED_TEST_SUITE(BlasTest, Scalars);

template <class T>
T number(std::int64_t i, std::int64_t j) {
  const double phase = static_cast<double>(13 * i * i + 78 * j * j + 4 * i * j) / 7.0;
  if constexpr (std::is_same_v<T, double>) {
    return std::sin(phase);
  } else {
    return {std::sin(phase), std::cos(1.3 * phase)};
  }
}

/// Column-major (rows, columns) with elements of no symmetry.
template <class T>
std::vector<T> matrix(std::int64_t rows, std::int64_t columns, std::int64_t salt) {
  std::vector<T> values;
  for (std::int64_t j = 0; j < columns; ++j) {
    for (std::int64_t i = 0; i < rows; ++i) {
      values.push_back(number<T>(i + salt, 2 * j + salt + 1));
    }
  }
  return values;
}

double conjugated(double x) { return x; }
std::complex<double> conjugated(std::complex<double> x) { return std::conj(x); }

/// op(M)_ij for column-major M with this leading dimension.
template <class T>
T at(const std::vector<T>& m, std::int64_t leading, Operation op, std::int64_t i, std::int64_t j) {
  switch (op) {
    case Operation::none:
      return m[static_cast<std::size_t>(i + j * leading)];
    case Operation::transpose:
      return m[static_cast<std::size_t>(j + i * leading)];
    case Operation::adjoint:
      return conjugated(m[static_cast<std::size_t>(j + i * leading)]);
  }
  return {};
}

constexpr std::int64_t rows = 5;
constexpr std::int64_t columns = 4;
constexpr std::int64_t inner = 7;

TYPED_TEST(BlasTest, GemmMultipliesAsDocumented) {
  for (const auto op_a : {Operation::none, Operation::transpose, Operation::adjoint}) {
    for (const auto op_b : {Operation::none, Operation::transpose, Operation::adjoint}) {
      const std::int64_t lda = op_a == Operation::none ? rows : inner;
      const std::int64_t ldb = op_b == Operation::none ? inner : columns;
      const auto a = matrix<TypeParam>(lda, op_a == Operation::none ? inner : rows, 1);
      const auto b = matrix<TypeParam>(ldb, op_b == Operation::none ? columns : inner, 2);
      const auto before = matrix<TypeParam>(rows, columns, 3);
      auto c = before;
      gemm(op_a, op_b, rows, columns, inner, TypeParam(2.0), a.data(), lda, b.data(), ldb,
           TypeParam(0.5), c.data(), rows);
      for (std::int64_t i = 0; i < rows; ++i) {
        for (std::int64_t j = 0; j < columns; ++j) {
          TypeParam expected = 0.5 * at(before, rows, Operation::none, i, j);
          for (std::int64_t k = 0; k < inner; ++k) {
            expected += 2.0 * at(a, lda, op_a, i, k) * at(b, ldb, op_b, k, j);
          }
          EXPECT_LT(std::abs(at(c, rows, Operation::none, i, j) - expected), 1e-13);
        }
      }
    }
  }
}

TYPED_TEST(BlasTest, GemvMultipliesAsDocumented) {
  constexpr std::int64_t leading = rows + 2;
  const auto a = matrix<TypeParam>(leading, columns, 5);
  for (const auto op : {Operation::none, Operation::transpose, Operation::adjoint}) {
    const std::int64_t length = op == Operation::none ? rows : columns;
    const std::int64_t summed = op == Operation::none ? columns : rows;
    const auto x = matrix<TypeParam>(summed, 1, 6);
    const auto before = matrix<TypeParam>(length, 1, 7);
    auto y = before;
    gemv(op, rows, columns, TypeParam(2.0), a.data(), leading, x.data(), TypeParam(0.5), y.data());
    for (std::int64_t i = 0; i < length; ++i) {
      auto expected = TypeParam(0.5) * before[static_cast<std::size_t>(i)];
      for (std::int64_t k = 0; k < summed; ++k) {
        expected += TypeParam(2.0) * at(a, leading, op, i, k) * x[static_cast<std::size_t>(k)];
      }
      EXPECT_LT(std::abs(y[static_cast<std::size_t>(i)] - expected), 1e-13);
    }
  }
}

TYPED_TEST(BlasTest, GemvReadsNothingBeyondTheVector) {
  // OpenBLAS 0.3.21 does, see gemv(). The vector ends where the memory does.
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  void* const memory =
      mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  auto* const end = static_cast<std::byte*>(memory) + page;
  ASSERT_EQ(mprotect(end, page, PROT_NONE), 0);
  for (std::int64_t length = 1; length < 10; ++length) {
    constexpr std::int64_t height = 6;
    auto* const x = reinterpret_cast<TypeParam*>(end) - length;
    std::fill_n(x, length, TypeParam(1.0));
    const std::vector<TypeParam> a(static_cast<std::size_t>(height * length), TypeParam(1.0));
    std::vector<TypeParam> y(height);
    gemv(Operation::none, height, length, TypeParam(1.0), a.data(), height, x, TypeParam(0.0),
         y.data());
    EXPECT_EQ(y, std::vector<TypeParam>(height, TypeParam(static_cast<double>(length))));
  }
  munmap(memory, 2 * page);
}

TYPED_TEST(BlasTest, HerkFillsTheLowerTriangle) {
  for (const auto op : {Operation::none, Operation::adjoint}) {
    const std::int64_t lda = op == Operation::none ? rows : inner;
    const auto a = matrix<TypeParam>(lda, op == Operation::none ? inner : rows, 4);
    const auto adjoint = op == Operation::none ? Operation::adjoint : Operation::none;
    std::vector<TypeParam> c(rows * rows, TypeParam(9.0));
    herk(op, rows, inner, 3.0, a.data(), lda, 0.0, c.data(), rows);
    for (std::int64_t i = 0; i < rows; ++i) {
      for (std::int64_t j = 0; j < rows; ++j) {
        TypeParam expected = 9.0;
        if (i >= j) {
          expected = 0.0;
          for (std::int64_t k = 0; k < inner; ++k) {
            expected += 3.0 * at(a, lda, op, i, k) * at(a, lda, adjoint, k, j);
          }
        }
        EXPECT_LT(std::abs(at(c, rows, Operation::none, i, j) - expected), 1e-13);
      }
    }
  }
}

TYPED_TEST(BlasTest, TrianglesAreSolvedFromTheLeft) {
  auto l = matrix<TypeParam>(rows, rows, 8);
  for (std::int64_t j = 0; j < rows; ++j) {
    l[static_cast<std::size_t>(j * (rows + 1))] += 3.0;
  }
  const auto right = matrix<TypeParam>(rows, columns, 9);
  for (const auto op : {Operation::none, Operation::transpose, Operation::adjoint}) {
    auto x = right;
    solve_triangle(op, rows, columns, l.data(), rows, x.data(), rows);
    for (std::int64_t i = 0; i < rows; ++i) {
      for (std::int64_t j = 0; j < columns; ++j) {
        TypeParam image = 0.0;
        for (std::int64_t k = 0; k < rows; ++k) {
          const bool in_triangle = op == Operation::none ? k <= i : k >= i;
          image += in_triangle ? at(l, rows, op, i, k) * at(x, rows, Operation::none, k, j) : 0.0;
        }
        EXPECT_LT(std::abs(image - at(right, rows, Operation::none, i, j)), 1e-13);
      }
    }
  }
}

TYPED_TEST(BlasTest, RefusesSizesBeyond32Bits) {
  TypeParam x = 1.0;
  const std::int64_t large = std::int64_t{1} << 31U;
  EXPECT_THROW(
      gemm(Operation::none, Operation::none, large, 1, 1, x, &x, large, &x, 1, x, &x, large),
      SystemError);
  EXPECT_THROW(gemv(Operation::none, large, 1, x, &x, large, &x, x, &x), SystemError);
  EXPECT_THROW(herk(Operation::none, large, 1, 1.0, &x, large, 0.0, &x, large), SystemError);
  EXPECT_THROW(solve_triangle(Operation::none, large, 1, &x, large, &x, large), SystemError);
}

TEST(OpenBlas, ThreadsAreSetWhereOpenBlasIsLoaded) {
  void* const symbol = dlsym(RTLD_DEFAULT, "openblas_get_num_threads");
  ASSERT_EQ(set_threads(2), symbol != nullptr);
  if (symbol != nullptr) {
    const auto threads = reinterpret_cast<int (*)()>(symbol);
    EXPECT_EQ(threads(), 2);
    EXPECT_TRUE(set_threads(1));
    EXPECT_EQ(threads(), 1);
  }
}

TEST(OpenBlas, SaysWhatItIs) {
  const bool is_loaded = dlsym(RTLD_DEFAULT, "openblas_get_config") != nullptr;
  EXPECT_EQ(library().starts_with("OpenBLAS"), is_loaded);
  EXPECT_NE(kernels().empty(), is_loaded);
}

}  // namespace
}  // namespace rmtheat::blas
