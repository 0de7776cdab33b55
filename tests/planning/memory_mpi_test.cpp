// What planning says of memory against what the kernel saw at the peak. The peak is that of a
// process, so that each case needs a process of its own: CMakeLists.txt starts them one by one.

#include <cstdint>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "planning/experiments.hpp"
#include "rmtheat/model/coupling/products.hpp"
#include "rmtheat/parallel/environment.hpp"
#include "rmtheat/planning/engine.hpp"
#include "rmtheat/planning/memory.hpp"

namespace rmtheat::planning {
namespace {

using dynamics::SolverOptions;

/// Bytes that this process has had in memory at most; 0 where the system does not say.
std::int64_t peak_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    if (word == "VmHWM:") {
      std::int64_t kibibytes = 0;
      status >> kibibytes;
      return 1024 * kibibytes;
    }
  }
  return 0;
}

void expect_peak_as_planned(const model::Experiment& experiment, const SolverOptions& options) {
  const auto world = parallel::Environment::world();
  const auto engine = make_engine(experiment, world, options);
  engine->propagate(0);
  engine->propagate(1);
  const auto peak = static_cast<double>(world.max(peak_memory()));
  if (peak == 0.0) {
    GTEST_SKIP() << "no /proc/self/status with VmHWM here";
  }
  const double planned = realization_memory(experiment, options, world.size());
  constexpr double mebibyte = 1024.0 * 1024.0;
  SCOPED_TRACE("planned " + std::to_string(planned / mebibyte) + " MiB, peak " +
               std::to_string(peak / mebibyte) + " MiB");
  EXPECT_GT(planned, 0.9 * peak);
  EXPECT_LT(planned, 1.5 * peak);
}

TEST(Memory, OfComplexMatrices) {
  expect_peak_as_planned(test::alike_systems(30, model::gaussian_unitary()), {});
}

TEST(Memory, OfRealMatrices) {
  expect_peak_as_planned(test::alike_systems(36, model::gaussian_orthogonal()), {});
}

// The eigenvectors are then copied into whole columns.
TEST(Memory, OfAGridOfSeveralRows) {
  SolverOptions options;
  options.eigensolver = dynamics::EigensolverChoice::scalapack;
  options.grid_rows = 2;
  expect_peak_as_planned(test::alike_systems(27, model::gaussian_unitary()), options);
}

TEST(Memory, WithSecondMoments) {
  auto experiment = test::alike_systems(27, model::gaussian_unitary());
  experiment.with_statistics = true;
  expect_peak_as_planned(experiment, {});
}

TEST(Memory, OfLanczosVectors) {
  SolverOptions options;
  options.method = dynamics::Method::lanczos;
  auto experiment = test::alike_systems(250, model::gaussian_unitary());
  experiment.with_conductance = false;
  expect_peak_as_planned(experiment, options);
}

TEST(Memory, OfAProductOfOperators) {
  SolverOptions options;
  options.method = dynamics::Method::lanczos;
  auto experiment = test::alike_systems(250, model::random_products(4));
  experiment.with_conductance = false;
  expect_peak_as_planned(experiment, options);
}

TEST(Memory, OfAStoredCoupling) {
  SolverOptions options;
  options.method = dynamics::Method::lanczos;
  options.coupling = dynamics::CouplingStorage::stored;
  auto experiment = test::alike_systems(50, model::gaussian_orthogonal());
  experiment.with_conductance = false;
  expect_peak_as_planned(experiment, options);
}

}  // namespace
}  // namespace rmtheat::planning
