#include <concepts>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

#include "linalg/matrices.hpp"
#include "rmtheat/linalg/block_cyclic.hpp"
#include "rmtheat/parallel/environment.hpp"
#include "rmtheat/support/error.hpp"

namespace rmtheat::linalg {
namespace {

using Index = BlockCyclic::Index;

// Global and local indices do not mix, and numbers become neither without being said to.
static_assert(!std::is_constructible_v<GlobalIndex, LocalIndex>);
static_assert(!std::is_constructible_v<LocalIndex, GlobalIndex>);
static_assert(!std::is_convertible_v<Index, GlobalIndex>);
static_assert(!std::is_convertible_v<Index, LocalIndex>);
static_assert(!std::is_convertible_v<GlobalIndex, Index>);
static_assert(!std::equality_comparable_with<GlobalIndex, LocalIndex>);
template <class I>
concept IsLocal = requires(const BlockCyclic& layout, DistributedMatrix<double>& matrix, I index) {
  layout.global_row(index);
  layout.global_column(index);
  matrix.local_column(index);
};
static_assert(IsLocal<LocalIndex> && !IsLocal<GlobalIndex> && !IsLocal<Index>);
template <class I>
concept IsGlobal = requires(const BlockCyclic& layout, I index) {
  layout.local_column(index);
  layout.owner_of_column(index);
};
static_assert(IsGlobal<GlobalIndex> && !IsGlobal<LocalIndex> && !IsGlobal<Index>);
static_assert(sizeof(GlobalIndex) == sizeof(Index) && std::is_trivially_copyable_v<GlobalIndex>);

TEST(ProcessGrid, IsRowMajorAndLeavesTheRestOut) {
  const auto world = parallel::Environment::world();
  for (const auto& [rows, columns] : testing::grid_shapes(world.size())) {
    const ProcessGrid grid(world, rows, columns);
    EXPECT_EQ(grid.rows(), rows);
    EXPECT_EQ(grid.columns(), columns);
    EXPECT_EQ(grid.contains_me(), world.rank() < rows * columns);
    EXPECT_EQ(grid.contains_all(), world.size() == rows * columns);
    EXPECT_EQ(grid.my_row(), grid.contains_me() ? world.rank() / columns : -1);
    EXPECT_EQ(grid.my_column(), grid.contains_me() ? world.rank() % columns : -1);
    EXPECT_EQ(grid.communicator().size(), world.size());
  }
}

TEST(ProcessGrid, RefusesGridsThatDoNotFit) {
  const auto world = parallel::Environment::world();
  EXPECT_THROW(ProcessGrid(world, 1, world.size() + 1), InputError);
  EXPECT_THROW(ProcessGrid(world, 0, 1), InputError);
  EXPECT_THROW(ProcessGrid(world, 1 << 20, 1 << 20), InputError);
}

TEST(ProcessGrid, ManyCanLiveAndDieInAnyOrder) {
  const auto world = parallel::Environment::world();
  std::vector<ProcessGrid> grids;
  for (int i = 0; i < 40; ++i) {
    grids.push_back(ProcessGrid::row_of_all(world));
    if (i % 3 == 2) {
      grids.erase(grids.begin());
    }
  }
  for (const auto& grid : grids) {
    EXPECT_EQ(grid.my_column(), world.rank());
  }
}

TEST(BlockCyclic, EveryElementHasOneOwner) {
  const auto world = parallel::Environment::world();
  for (const auto& [grid_rows, grid_columns] : testing::grid_shapes(world.size())) {
    const ProcessGrid grid(world, grid_rows, grid_columns);
    for (const Index block : {1, 2, 3, 7, 40}) {
      const BlockCyclic layout(grid, 23, 17, block);
      std::vector<std::int64_t> owners(std::size_t{23} * 17);
      for (Index j = 0; j < layout.local_columns(); ++j) {
        for (Index i = 0; i < layout.local_rows(); ++i) {
          const Index row = layout.global_row(LocalIndex(i)).value();
          const Index column = layout.global_column(LocalIndex(j)).value();
          EXPECT_EQ(layout.owner_of_column(GlobalIndex(column)), grid.my_column());
          EXPECT_EQ(layout.local_column(GlobalIndex(column)), LocalIndex(j));
          ASSERT_TRUE(row >= 0 && row < 23 && column >= 0 && column < 17);
          EXPECT_EQ(row / block % grid_rows, grid.my_row());
          EXPECT_EQ(column / block % grid_columns, grid.my_column());
          ++owners[static_cast<std::size_t>(row * 17 + column)];
        }
      }
      world.all_reduce(owners, parallel::Reduction::sum);
      EXPECT_EQ(owners, std::vector<std::int64_t>(std::size_t{23} * 17, 1));
      EXPECT_LE(layout.local_rows(), layout.largest_local_rows());
      EXPECT_LE(layout.local_columns(), layout.largest_local_columns());
    }
  }
}

TEST(BlockCyclic, FindsTheFirstOwnColumnFromAnyOn) {
  const auto world = parallel::Environment::world();
  const BlockCyclic layout(ProcessGrid::row_of_all(world), 5, 23, 3);
  for (Index column = 0; column < 23; ++column) {
    Index before = 0;
    while (before < layout.local_columns() &&
           layout.global_column(LocalIndex(before)) < GlobalIndex(column)) {
      ++before;
    }
    EXPECT_EQ(layout.local_column(GlobalIndex(column)), LocalIndex(before));
  }
}

TEST(BlockCyclic, DescribesItselfToScaLapack) {
  const auto world = parallel::Environment::world();
  const ProcessGrid grid(world, world.size(), 1);
  const BlockCyclic layout(grid, 5, 9, 4);
  const auto d = layout.descriptor();
  EXPECT_EQ(d, (Descriptor{1, grid.context(), 5, 9, 4, 4, 0, 0,
                           static_cast<int>(layout.leading_dimension())}));
  EXPECT_GE(layout.leading_dimension(), 1);
}

TEST(BlockCyclic, RefusesPartsBeyond32Bits) {
  const auto world = parallel::Environment::world();
  const ProcessGrid grid(world, 1, 1);
  EXPECT_NO_THROW((void)BlockCyclic(grid, 46340, 46340, 32).descriptor());
  EXPECT_THROW((void)BlockCyclic(grid, 46341, 46341, 32).descriptor(), SystemError);
  EXPECT_EQ(BlockCyclic(grid, 100000, 100000, 32).largest_local_columns(), 100000);
}

TEST(BlockCyclic, RefusesEmptyMatricesAndBlocks) {
  const ProcessGrid grid(parallel::Environment::world(), 1, 1);
  EXPECT_THROW(BlockCyclic(grid, 0, 1, 1), InputError);
  EXPECT_THROW(BlockCyclic(grid, 1, 1, 0), InputError);
}

TEST(BlockSize, LeavesEachProcessTwoBlocks) {
  const auto world = parallel::Environment::world();
  const auto grid = ProcessGrid::row_of_all(world);
  EXPECT_EQ(default_block_size(1, grid), 1);
  EXPECT_EQ(default_block_size(10000, grid), 32);
  for (Index dimension = 2 * Index(world.size()); dimension < 300; ++dimension) {
    const auto block = default_block_size(dimension, grid);
    EXPECT_GE(dimension, 2 * block * world.size());
    EXPECT_LE(block, 32);
  }
  EXPECT_EQ(useful_ranks(2), 1);
  EXPECT_EQ(useful_ranks(127), 1);
  EXPECT_EQ(useful_ranks(1600), 25);
}

TEST(DistributedMatrix, FillsByGlobalIndices) {
  const auto world = parallel::Environment::world();
  const BlockCyclic layout(ProcessGrid::row_of_all(world), 7, 7, 2);
  DistributedMatrix<double> matrix(layout);
  const auto value = [](Index row, Index column) { return static_cast<double>(10 * row + column); };
  const auto total = [&](const DistributedMatrix<double>& m) {
    double sum = 0.0;
    m.for_each([&](GlobalIndex row, GlobalIndex column, double element) {
      if (element != 0.0) {
        EXPECT_EQ(element, value(row.value(), column.value()));
      }
      sum += element;
    });
    return world.sum(sum);
  };
  testing::fill(matrix, value);
  EXPECT_EQ(total(matrix), 7 * 21 * 10 + 7 * 21);
  for (Index j = 0; j < layout.local_columns(); ++j) {
    ASSERT_EQ(matrix.local_column(LocalIndex(j)).size(), 7U);
    EXPECT_EQ(matrix.local_column(LocalIndex(j))[6],
              value(6, layout.global_column(LocalIndex(j)).value()));
  }
}

TEST(DistributedMatrix, RunsOfRowsCoverEachElementOnce) {
  const auto world = parallel::Environment::world();
  for (const auto& [rows, columns] : testing::grid_shapes(world.size())) {
    const BlockCyclic layout(ProcessGrid(world, rows, columns), 11, 9, 2);
    DistributedMatrix<double> matrix(layout);
    matrix.for_each_run([](GlobalIndex row, GlobalIndex column, std::span<double> elements) {
      for (double& element : elements) {
        element += static_cast<double>(100 * row.value() + column.value() + 1);
        row = row + 1;
      }
    });
    matrix.for_each([](GlobalIndex row, GlobalIndex column, double element) {
      EXPECT_EQ(element, static_cast<double>(100 * row.value() + column.value() + 1));
    });
  }
}

}  // namespace
}  // namespace rmtheat::linalg
