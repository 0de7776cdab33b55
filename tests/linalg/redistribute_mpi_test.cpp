#include <complex>

#include <gtest/gtest.h>

#include "linalg/matrices.hpp"
#include "rmtheat/linalg/redistribute.hpp"
#include "rmtheat/parallel/environment.hpp"
#include "rmtheat/support/error.hpp"

namespace rmtheat::linalg {
namespace {

using Index = BlockCyclic::Index;

template <class T>
class RedistributeTest : public ::testing::Test {};
using Scalars = ::testing::Types<double, std::complex<double>>;
TYPED_TEST_SUITE(RedistributeTest, Scalars);

template <Scalar T>
T element(Index row, Index column) {
  return testing::hermitian_element<T>(row, 3 * column);
}

template <Scalar T>
void expect_filled(const DistributedMatrix<T>& matrix) {
  matrix.for_each([](GlobalIndex row, GlobalIndex column, const T& value) {
    EXPECT_EQ(value, element<T>(row.value(), column.value()));
  });
}

TYPED_TEST(RedistributeTest, GoesBetweenAnyTwoGrids) {
  const auto world = parallel::Environment::world();
  const auto shapes = testing::grid_shapes(world.size());
  for (const auto& [rows, columns] : shapes) {
    for (const auto& [other_rows, other_columns] : shapes) {
      SCOPED_TRACE(::testing::Message()
                   << rows << " x " << columns << " to " << other_rows << " x " << other_columns);
      DistributedMatrix<TypeParam> source(
          BlockCyclic(ProcessGrid(world, rows, columns), 37, 29, 4));
      testing::fill(source, element<TypeParam>);
      DistributedMatrix<TypeParam> destination(
          BlockCyclic(ProcessGrid(world, other_rows, other_columns), 37, 29, 5));
      redistribute(source, destination);
      expect_filled(destination);

      DistributedMatrix<TypeParam> back(source.layout());
      redistribute(destination, back);
      expect_filled(back);
    }
  }
}

TYPED_TEST(RedistributeTest, RefusesOtherSizes) {
  const ProcessGrid grid(parallel::Environment::world(), 1, 1);
  const DistributedMatrix<TypeParam> source(BlockCyclic(grid, 3, 4, 2));
  DistributedMatrix<TypeParam> destination(BlockCyclic(grid, 4, 3, 2));
  EXPECT_THROW(redistribute(source, destination), InputError);
}

}  // namespace
}  // namespace rmtheat::linalg
