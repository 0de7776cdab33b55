#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "linalg/dense.hpp"
#include "linalg/matrices.hpp"
#include "rmtheat/linalg/eigensolver/eigensolver.hpp"
#include "rmtheat/parallel/environment.hpp"
#include "rmtheat/support/error.hpp"

namespace rmtheat::linalg {
namespace {

using Index = BlockCyclic::Index;
using parallel::Environment;
using testing::orthogonality;
using testing::residual;

template <Scalar T>
void fill_hermitian(DistributedMatrix<T>& h) {
  testing::fill_lower(h, testing::hermitian_element<T>);
}

/// Eigenvalues by LAPACK on one rank.
template <Scalar T>
std::vector<double> reference_values(Index dimension) {
  DistributedMatrix<T> h(
      BlockCyclic(ProcessGrid(Environment::world(), 1, 1), dimension, dimension, 32));
  fill_hermitian(h);
  return diagonalize(std::move(h), Eigensolver::lapack).values;
}

/// Those that work on any grid.
std::vector<Eigensolver> distributed_eigensolvers() {
  std::vector<Eigensolver> all{Eigensolver::scalapack};
  if (has_elpa()) {
    all.push_back(Eigensolver::elpa);
  }
  return all;
}

template <Scalar T>
void expect_eigensystem(const BlockCyclic& layout, Eigensolver eigensolver,
                        const std::vector<double>& expected) {
  const auto n = static_cast<double>(layout.rows());
  SCOPED_TRACE(::testing::Message()
               << name_of(eigensolver) << ", dimension " << n << ", grid " << layout.grid().rows()
               << " x " << layout.grid().columns() << ", block " << layout.block_size());
  DistributedMatrix<T> h(layout);
  fill_hermitian(h);
  const auto original = h;
  const auto [values, vectors] = diagonalize(std::move(h), eigensolver);

  const double tolerance = 40.0 * std::numeric_limits<double>::epsilon() * n;
  EXPECT_LT(residual(original, values, vectors), tolerance);
  EXPECT_LT(orthogonality(vectors), tolerance);
  EXPECT_TRUE(std::is_sorted(values.begin(), values.end()));
  EXPECT_THAT(values, ::testing::Pointwise(::testing::DoubleNear(tolerance), expected));
}

template <class T>
class HermitianEigensolverTest : public ::testing::Test {};
using Scalars = ::testing::Types<double, std::complex<double>>;
TYPED_TEST_SUITE(HermitianEigensolverTest, Scalars);

TYPED_TEST(HermitianEigensolverTest, OnEveryGridAndSize) {
  const auto world = Environment::world();
  std::vector<ProcessGrid> grids;
  for (const auto& [rows, columns] : testing::grid_shapes(world.size())) {
    grids.emplace_back(world, rows, columns);
  }
  for (const Index dimension : {1, 2, 3, 5, 16, 33, 64, 100, 144, 145, 256, 400}) {
    const auto expected = reference_values<TypeParam>(dimension);
    for (const auto& grid : grids) {
      const BlockCyclic layout(grid, dimension, dimension, default_block_size(dimension, grid));
      for (const auto eigensolver : distributed_eigensolvers()) {
        expect_eigensystem<TypeParam>(layout, eigensolver, expected);
      }
    }
  }
}

TYPED_TEST(HermitianEigensolverTest, InAwkwardBlocks) {
  const auto world = Environment::world();
  for (const Index dimension : {5, 33, 100, 144}) {
    const auto expected = reference_values<TypeParam>(dimension);
    for (const auto& [rows, columns] : testing::grid_shapes(world.size())) {
      const ProcessGrid grid(world, rows, columns);
      for (const Index block : {Index{1}, Index{3}, Index{24}, dimension / 4 + 1}) {
        const BlockCyclic layout(grid, dimension, dimension, block);
        for (const auto eigensolver : distributed_eigensolvers()) {
          expect_eigensystem<TypeParam>(layout, eigensolver, expected);
        }
      }
    }
  }
}

TYPED_TEST(HermitianEigensolverTest, LapackOnOneRank) {
  const ProcessGrid grid(Environment::world(), 1, 1);
  for (const Index dimension : {1, 2, 3, 16, 100, 256}) {
    expect_eigensystem<TypeParam>(BlockCyclic(grid, dimension, dimension, 32), Eigensolver::lapack,
                                  reference_values<TypeParam>(dimension));
  }
}

TYPED_TEST(HermitianEigensolverTest, KnowsTheEigenvaluesOfARing) {
  // Hopping on a ring of n sites with unit amplitude: 2 cos(2 pi k / n).
  const Index n = 12;
  const auto grid = ProcessGrid::row_of_all(Environment::world());
  std::vector<double> expected;
  for (Index k = 0; k < n; ++k) {
    expected.push_back(2.0 * std::cos(2.0 * std::acos(-1.0) * static_cast<double>(k) / n));
  }
  std::sort(expected.begin(), expected.end());
  for (const auto eigensolver : distributed_eigensolvers()) {
    DistributedMatrix<TypeParam> h(BlockCyclic(grid, n, n, 2));
    testing::fill_lower(h, [&](Index row, Index column) -> TypeParam {
      return row - column == 1 || row - column == n - 1 ? 1.0 : 0.0;
    });
    EXPECT_THAT(diagonalize(std::move(h), eigensolver).values,
                ::testing::Pointwise(::testing::DoubleNear(1e-13), expected));
  }
}

/// One matrix solved with our own steps, where they serve, and by the library's driver.
template <Scalar T>
void expect_same_by_library(const ProcessGrid& grid, Index dimension, Eigensolver eigensolver) {
  const BlockCyclic layout(grid, dimension, dimension, default_block_size(dimension, grid));
  DistributedMatrix<T> original(layout);
  fill_hermitian(original);
  const auto own = diagonalize(DistributedMatrix<T>(original), eigensolver);
  const auto library =
      diagonalize(DistributedMatrix<T>(original), eigensolver, TridiagonalizationChoice::library);
  EXPECT_THAT(library.values, ::testing::Pointwise(::testing::DoubleNear(1e-12), own.values));
  for (const auto* solution : {&own, &library}) {
    EXPECT_LT(residual(original, solution->values, solution->vectors), 1e-12);
    EXPECT_LT(orthogonality(solution->vectors), 1e-12);
  }
  // Without degeneracy each vector is the same but for its phase.
  const auto n = static_cast<std::size_t>(dimension);
  const auto overlaps = testing::product(blas::Operation::adjoint, testing::gathered(own.vectors),
                                         testing::gathered(library.vectors), n);
  for (std::size_t k = 0; k < n; ++k) {
    EXPECT_NEAR(std::abs(overlaps[k * (n + 1)]), 1.0, 1e-10);
  }
  // The two ways are two: where our own steps are at work, roundings differ.
  if (solves_in_steps<T>(shape_of(layout), eigensolver, TridiagonalizationChoice::automatic)) {
    EXPECT_NE(library.values, own.values);
  }
}

TYPED_TEST(HermitianEigensolverTest, OwnStepsAndTheLibraryAgree) {
  const auto world = Environment::world();
  expect_same_by_library<TypeParam>(ProcessGrid::row_of_all(world), 200, Eigensolver::scalapack);
  expect_same_by_library<TypeParam>(ProcessGrid(world, 1, 1), 330, Eigensolver::lapack);
}

TYPED_TEST(HermitianEigensolverTest, OneRuleSaysWhereOwnStepsAreAtWork) {
  using enum TridiagonalizationChoice;
  const auto in_steps = [](const MatrixShape& shape, Eigensolver eigensolver,
                           TridiagonalizationChoice choice = automatic) {
    return solves_in_steps<TypeParam>(shape, eigensolver, choice);
  };
  const bool is_real = std::is_same_v<TypeParam, double>;
  EXPECT_EQ(in_steps({320, 1, 1, 32}, Eigensolver::lapack), !is_real);
  EXPECT_FALSE(in_steps({319, 1, 1, 32}, Eigensolver::lapack));
  EXPECT_TRUE(in_steps({2, 1, 1, 1}, Eigensolver::scalapack));
  EXPECT_TRUE(in_steps({1000, 1, 8, 32}, Eigensolver::scalapack));
  EXPECT_FALSE(in_steps({1000, 2, 4, 32}, Eigensolver::scalapack));
  EXPECT_FALSE(in_steps({1000, 1, 1, 32}, Eigensolver::elpa));
  EXPECT_FALSE(in_steps({1000, 1, 1, 32}, Eigensolver::lapack, library));
  EXPECT_FALSE(in_steps({1000, 1, 8, 32}, Eigensolver::scalapack, library));
  // The memory follows: zheevd takes another matrix's worth and more.
  const MatrixShape shape{20000, 1, 1, 32};
  const double more = eigensolver_memory<TypeParam>(shape, Eigensolver::lapack, library) -
                      eigensolver_memory<TypeParam>(shape, Eigensolver::lapack);
  EXPECT_NEAR(more / (20000.0 * 20000.0 * sizeof(TypeParam)), is_real ? 0.0 : 1.0, 0.05);
}

TYPED_TEST(HermitianEigensolverTest, LeavesWhatIsDiagonalAlready) {
  // Every reflector is the identity.
  const Index n = 70;
  const auto grid = ProcessGrid::row_of_all(Environment::world());
  DistributedMatrix<TypeParam> h(BlockCyclic(grid, n, n, default_block_size(n, grid)));
  testing::fill_lower(h, [](Index row, Index column) -> TypeParam {
    return row == column ? static_cast<double>((9 * row) % n) : 0.0;
  });
  const auto original = h;
  const auto [values, vectors] = diagonalize(std::move(h), Eigensolver::scalapack);
  EXPECT_LT(residual(original, values, vectors), 1e-12);
  EXPECT_LT(orthogonality(vectors), 1e-12);
  for (std::size_t k = 0; k < values.size(); ++k) {
    EXPECT_NEAR(values[k], static_cast<double>(k), 1e-12);
  }
}

TYPED_TEST(HermitianEigensolverTest, IsReusedWithoutReallocating) {
  const auto grid = ProcessGrid::row_of_all(Environment::world());
  for (const auto eigensolver : distributed_eigensolvers()) {
    // Several levels of divide and conquer, which must not meet what the last solution left.
    const Index dimension = 300;
    const BlockCyclic layout(grid, dimension, dimension, default_block_size(dimension, grid));
    HermitianEigensolver<TypeParam> solver(layout, eigensolver);
    DistributedMatrix<TypeParam> h(layout);
    DistributedMatrix<TypeParam> vectors(layout);
    std::vector<double> values;
    fill_hermitian(h);
    solver.solve(h, values, vectors);
    const auto first = values;
    const auto* const values_at = values.data();
    const auto* const vectors_at = vectors.data();

    testing::fill_lower(h, [](Index row, Index column) -> TypeParam {
      return 2.0 * testing::hermitian_element<TypeParam>(row, column);
    });
    const auto original = h;
    solver.solve(h, values, vectors);
    EXPECT_LT(residual(original, values, vectors), 1e-11);
    EXPECT_LT(orthogonality(vectors), 1e-11);
    for (std::size_t n = 0; n < values.size(); ++n) {
      EXPECT_NEAR(values[n], 2.0 * first[n], 1e-11);
    }
    EXPECT_EQ(values.data(), values_at);
    EXPECT_EQ(vectors.data(), vectors_at);
  }
}

TYPED_TEST(HermitianEigensolverTest, RefusesWhatCannotBeSolved) {
  const auto world = Environment::world();
  const ProcessGrid single(world, 1, 1);
  const auto row = ProcessGrid::row_of_all(world);
  using Solver = HermitianEigensolver<TypeParam>;
  EXPECT_THROW(Solver(BlockCyclic(single, 4, 5, 1), Eigensolver::scalapack), InputError);
  if (world.size() > 1) {
    EXPECT_THROW(Solver(BlockCyclic(row, 4, 4, 1), Eigensolver::lapack), InputError);
  }
  if (!has_elpa()) {
    EXPECT_THROW(Solver(BlockCyclic(row, 4, 4, 1), Eigensolver::elpa), InputError);
  }
  const BlockCyclic huge(single, 40000, 40000, 32);
  for (const auto eigensolver : {Eigensolver::lapack, Eigensolver::scalapack}) {
    try {
      const Solver solver(huge, eigensolver);
      FAIL() << "a workspace beyond 32 bits was accepted";
    } catch (const SystemError& error) {
      EXPECT_THAT(error.what(), ::testing::ContainsRegex("at least [2-9] ranks per group"));
    }
  }
}

TYPED_TEST(HermitianEigensolverTest, ReportsMatricesThatAreNotFinite) {
  const auto world = Environment::world();
  const auto grid = ProcessGrid::row_of_all(world);
  const auto eigensolver = world.size() == 1 ? Eigensolver::lapack : Eigensolver::scalapack;
  DistributedMatrix<TypeParam> h(BlockCyclic(grid, 8, 8, 1));
  fill_hermitian(h);
  // One element of the lower triangle, on one process alone.
  h.for_each([](GlobalIndex row, GlobalIndex column, TypeParam& element) {
    if (row == GlobalIndex(6) && column == GlobalIndex(3)) {
      element = std::numeric_limits<double>::quiet_NaN();
    }
  });
  EXPECT_THROW((void)diagonalize(std::move(h), eigensolver), NumericalError);
}

TYPED_TEST(HermitianEigensolverTest, MemoryCoversMatrixVectorsAndWorkspace) {
  const auto memory = [](const MatrixShape& shape, Eigensolver eigensolver) {
    const auto dimension = static_cast<double>(shape.dimension);
    return eigensolver_memory<TypeParam>(shape, eigensolver) / (dimension * dimension) /
           sizeof(TypeParam);
  };
  // In matrices: h and the vectors, then the quadratic terms of the documented workspaces
  // (for complex matrices the real eigenvectors and dstedc 1 or pdstedc 2; dsyevd 2, pdsyevd 2).
  const bool is_real = std::is_same_v<TypeParam, double>;
  const double lapack = is_real ? 4.0 : 3.0;
  const double linear_terms = 0.05;
  const double scalapack = is_real ? 4.0 : 3.5;
  EXPECT_NEAR(memory({20000, 1, 1, 32}, Eigensolver::lapack), lapack, linear_terms);
  EXPECT_NEAR(memory({20000, 1, 1, 32}, Eigensolver::scalapack), scalapack, linear_terms);
  EXPECT_NEAR(memory({20000, 1, 10, 32}, Eigensolver::scalapack), scalapack / 10.0, linear_terms);
  EXPECT_NEAR(memory({20000, 4, 5, 32}, Eigensolver::scalapack), scalapack / 20.0, linear_terms);
  // Where 32 bits no longer count the bytes or the elements.
  EXPECT_NEAR(memory({1'000'000, 100, 100, 32}, Eigensolver::scalapack), scalapack * 1e-4, 3e-5);
}

TYPED_TEST(HermitianEigensolverTest, KnowsWhere32BitsEnd) {
  const auto fits = [](Index dimension, int ranks, Eigensolver eigensolver) {
    return fits_32_bits<TypeParam>({dimension, 1, ranks, 32}, eigensolver);
  };
  // dsyevd, and dstedc with its eigenvectors: 2 D^2 < 2^31; pzheevd: 3 D^2 / P; pdsyevd: 2 D^2 / P.
  EXPECT_TRUE(fits(32000, 1, Eigensolver::lapack));
  EXPECT_FALSE(fits(33000, 1, Eigensolver::lapack));
  const bool is_real = std::is_same_v<TypeParam, double>;
  const Index limit = is_real ? 32600 : 26600;
  EXPECT_TRUE(fits(limit, 1, Eigensolver::scalapack));
  EXPECT_FALSE(fits(limit + 200, 1, Eigensolver::scalapack));
  EXPECT_FALSE(fits(100'000, is_real ? 9 : 13, Eigensolver::scalapack));
  EXPECT_TRUE(fits(100'000, is_real ? 10 : 15, Eigensolver::scalapack));
}

TYPED_TEST(HermitianEigensolverTest, FallsBackWhereElpaRefuses) {
  EXPECT_EQ(usable_eigensolver(Eigensolver::elpa, {100, 1, 4, 32}), Eigensolver::elpa);
  EXPECT_EQ(usable_eigensolver(Eigensolver::elpa, {96, 1, 4, 32}), Eigensolver::scalapack);
  EXPECT_EQ(usable_eigensolver(Eigensolver::elpa, {96, 4, 1, 32}), Eigensolver::scalapack);
  EXPECT_EQ(usable_eigensolver(Eigensolver::lapack, {1, 1, 1, 32}), Eigensolver::lapack);
  if (!has_elpa()) {
    return;
  }
  const auto world = Environment::world();
  const auto row = ProcessGrid::row_of_all(world);
  const Index ranks = world.size();
  using Solver = HermitianEigensolver<TypeParam>;
  EXPECT_EQ(Solver(BlockCyclic(row, ranks, ranks, 1), Eigensolver::elpa).eigensolver(),
            Eigensolver::elpa);
  EXPECT_EQ(Solver(BlockCyclic(row, ranks, ranks, 2), Eigensolver::elpa).eigensolver(),
            ranks == 1 ? Eigensolver::elpa : Eigensolver::scalapack);
  const ProcessGrid single(world, 1, 1);  // leaves ranks idle
  EXPECT_EQ(Solver(BlockCyclic(single, 8, 8, 2), Eigensolver::elpa).eigensolver(),
            ranks == 1 ? Eigensolver::elpa : Eigensolver::scalapack);
}

TYPED_TEST(HermitianEigensolverTest, VerificationSeesWrongResults) {
  const auto grid = ProcessGrid::row_of_all(Environment::world());
  DistributedMatrix<TypeParam> h(BlockCyclic(grid, 20, 20, 3));
  fill_hermitian(h);
  const auto original = h;
  auto [values, vectors] = diagonalize(std::move(h), Eigensolver::scalapack);
  auto shifted = values;
  shifted[7] += 0.5;
  EXPECT_GT(residual(original, shifted, vectors), 0.05);
  vectors.for_each([](GlobalIndex, GlobalIndex column, TypeParam& element) {
    element *= column == GlobalIndex(11) ? 2.0 : 1.0;
  });
  EXPECT_NEAR(orthogonality(vectors), 3.0, 1e-12);
  vectors.for_each([](GlobalIndex, GlobalIndex column, TypeParam& element) {
    element *= column == GlobalIndex(11) ? std::numeric_limits<double>::quiet_NaN() : 1.0;
  });
  EXPECT_EQ(orthogonality(vectors), std::numeric_limits<double>::infinity());
}

}  // namespace
}  // namespace rmtheat::linalg
