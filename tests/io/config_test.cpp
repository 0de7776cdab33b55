#include "rmtheat/io/config.hpp"

#include <cmath>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/temporary_directory.hpp"
#include "rmtheat/support/error.hpp"

namespace rmtheat::io {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<double> first_betas(const Config& config) {
  std::vector<double> betas;
  for (const auto& state : config.experiment.states) {
    betas.push_back(state->betas().value()[0]);
  }
  return betas;
}

std::vector<double> second_betas(const Config& config) {
  std::vector<double> betas;
  for (const auto& state : config.experiment.states) {
    betas.push_back(state->betas().value()[1]);
  }
  return betas;
}

/// Everything that a configuration holds, field by field and bit by bit.
void expect_identical(const Config& left, const Config& right) {
  const auto& a = left.experiment;
  const auto& b = right.experiment;
  for (std::size_t k = 0; k < 2; ++k) {
    const auto& system = a.systems[k];
    const auto& other = b.systems[k];
    EXPECT_EQ(system.size, other.size);
    EXPECT_EQ(system.placement, other.placement);
    EXPECT_EQ(system.file_levels, other.file_levels);
    ASSERT_EQ(system.density == nullptr, other.density == nullptr);
    if (system.density) {
      EXPECT_EQ(system.density->name(), other.density->name());
      EXPECT_EQ(system.density->parameters(), other.density->parameters());
    }
  }
  EXPECT_EQ(first_betas(left), first_betas(right));
  EXPECT_EQ(second_betas(left), second_betas(right));
  EXPECT_EQ(a.coupling, b.coupling);
  EXPECT_EQ(a.strength, b.strength);
  EXPECT_EQ(a.times, b.times);
  EXPECT_EQ(a.seed, b.seed);
  EXPECT_EQ(a.first_realization, b.first_realization);
  EXPECT_EQ(a.realizations, b.realizations);
  EXPECT_EQ(a.fixed_work_share, b.fixed_work_share);
  EXPECT_EQ(a.with_conductance, b.with_conductance);
  EXPECT_EQ(left.solver.method, right.solver.method);
  EXPECT_EQ(left.solver.coupling, right.solver.coupling);
  EXPECT_EQ(left.solver.tolerance, right.solver.tolerance);
  EXPECT_EQ(left.solver.eigensolver, right.solver.eigensolver);
  EXPECT_EQ(left.solver.ranks_per_group, right.solver.ranks_per_group);
  EXPECT_EQ(left.solver.grid_rows, right.solver.grid_rows);
  EXPECT_EQ(left.solver.block_size, right.solver.block_size);
  EXPECT_EQ(left.output.file, right.output.file);
  EXPECT_EQ(left.output.samples, right.output.samples);
  EXPECT_EQ(left.output.checkpoint_interval, right.output.checkpoint_interval);
  EXPECT_EQ(left.resolved_text, right.resolved_text);
}

TEST(Config, DefaultsHoldWhereNothingIsGiven) {
  const Config config = parse_config("");
  const auto& experiment = config.experiment;
  for (const auto& system : experiment.systems) {
    EXPECT_EQ(system.density->name(), "gaussian");
    EXPECT_EQ(system.density->parameters(), model::gaussian_density(1.0, 0.0)->parameters());
    EXPECT_EQ(system.size, 10U);
    EXPECT_EQ(system.placement, model::LevelPlacement::quantile);
  }
  EXPECT_THAT(first_betas(config), ElementsAre(1.0));
  EXPECT_THAT(second_betas(config), ElementsAre(0.3));
  EXPECT_EQ(experiment.coupling, model::gaussian_unitary());
  EXPECT_EQ(experiment.strength, 0.1);
  ASSERT_EQ(experiment.times.size(), 201U);
  EXPECT_EQ(experiment.times.front(), 0.0);
  EXPECT_EQ(experiment.times.back(), 10.0);
  EXPECT_EQ(experiment.realizations, 100U);
  EXPECT_EQ(experiment.seed, 1U);
  EXPECT_EQ(experiment.first_realization, 0U);
  EXPECT_FALSE(experiment.fixed_work_share);
  EXPECT_TRUE(experiment.with_conductance);
  EXPECT_EQ(config.solver.eigensolver, dynamics::EigensolverChoice::automatic);
  EXPECT_FALSE(config.solver.ranks_per_group);
  EXPECT_EQ(config.output.file, "results.h5");
  EXPECT_TRUE(config.output.samples);
  EXPECT_EQ(config.output.checkpoint_interval, 60.0);
}

TEST(Config, DefaultsOfEveryDensityHaveTheirVariance) {
  for (const std::string name : {"gaussian", "uniform", "semicircle"}) {
    const Config config = parse_config("", {"--system1.density=" + name});
    EXPECT_NEAR(config.experiment.systems[0].density->variance(), 1.0, 1e-13) << name;
  }
  const Config gamma = parse_config("", {"--system2.density=gamma"});
  EXPECT_NEAR(gamma.experiment.systems[1].density->mean(), 2.0, 1e-13);
}

TEST(Config, CommandLineWinsOverTheFile) {
  const Config config =
      parse_config("[system1]\nsize = 4 # levels\nbeta=2\n[time]\nend=3\nsteps=3\n",
                   {"--system1.size=5", "--coupling.ensemble", "goe", "--system2.mean", "-0.5"});
  EXPECT_EQ(config.experiment.systems[0].size, 5U);
  EXPECT_EQ(config.experiment.coupling, model::gaussian_orthogonal());
  EXPECT_THAT(first_betas(config), ElementsAre(2.0));
  EXPECT_THAT(config.experiment.times, ElementsAre(0.0, 1.0, 2.0, 3.0));
  EXPECT_EQ(config.experiment.systems[1].density->parameters(),
            model::gaussian_density(1.0, -0.5)->parameters());
}

TEST(Config, ConstantIsUniform) {
  const Config config = parse_config("[system1]\ndensity=constant\nhalf_width=2\ncentre=1\n");
  EXPECT_EQ(config.experiment.systems[0].density->parameters(),
            model::uniform_density(2.0, 1.0)->parameters());
  EXPECT_THAT(config.resolved_text, HasSubstr("density = uniform\n"));
}

TEST(Config, InverseTemperaturesArePaired) {
  const Config equal = parse_config("[system1]\nbeta=1.0, 0.5\n[system2]\nbeta=0.3 -0.2\n");
  EXPECT_THAT(first_betas(equal), ElementsAre(1.0, 0.5));
  EXPECT_THAT(second_betas(equal), ElementsAre(0.3, -0.2));
  const Config repeated = parse_config("[system1]\nbeta=1,0.5 , 2\n");
  EXPECT_THAT(first_betas(repeated), ElementsAre(1.0, 0.5, 2.0));
  EXPECT_THAT(second_betas(repeated), ElementsAre(0.3, 0.3, 0.3));
}

TEST(Config, ResolvedTextParsesToTheIdenticalConfiguration) {
  const std::vector<std::vector<std::string>> cases = {
      {},
      {"--system1.sigma=0.1", "--system1.mean=1e-300", "--time.end=0.3", "--time.steps=7"},
      {"--system1.density=uniform", "--system1.half_width=1.1", "--system1.levels=iid",
       "--system2.density=semicircle", "--system2.radius=3.3333333333333335", "--system2.centre=-7",
       "--system2.levels=gue", "--system1.beta=1,2,3"},
      {"--system1.density=gamma", "--system1.shape=0.7", "--system1.scale=2",
       "--system2.density=file", "--system2.energies=3 1 2.5", "--coupling.ensemble=goe",
       "--coupling.strength=0", "--observables.work_share=0.25", "--observables.conductance=false"},
      {"--ensemble.seed=18446744073709551615", "--ensemble.first=17", "--ensemble.realizations=3",
       "--solver.eigensolver=scalapack", "--solver.ranks_per_group=4", "--solver.grid_rows=2",
       "--solver.block_size=32", "--output.file=a b/c.h5", "--output.samples=false",
       "--output.checkpoint_interval=0.5"}};
  for (const auto& arguments : cases) {
    const Config config = parse_config("", arguments);
    expect_identical(config, parse_config(config.resolved_text));
    for (const std::string& argument : arguments) {
      if (!argument.starts_with("--system")) {
        EXPECT_THAT(config.resolved_text, HasSubstr(argument.substr(argument.find('=') + 1)));
      }
    }
  }
}

TEST(Config, ThePhysicsOfTwoJobsIsCompared) {
  const Config config = parse_config("");
  EXPECT_TRUE(physics_differences(
                  config, parse_config("", {"--output.file=x.h5", "--solver.block_size=8",
                                            "--ensemble.realizations=7", "--ensemble.first=100"}))
                  .empty());
  const auto differences = physics_differences(
      config, parse_config("", {"--system2.density=gamma", "--ensemble.seed=2"}));
  std::vector<std::string> names;
  for (const auto& difference : differences) {
    names.push_back(difference.option + ": " + difference.left + " -> " + difference.right);
  }
  EXPECT_THAT(names, ElementsAre("system2.density: gaussian -> gamma", "system2.sigma: 1 -> ",
                                 "system2.mean: 0 -> ", "system2.shape:  -> 2",
                                 "system2.scale:  -> 1", "ensemble.seed: 1 -> 2"));
}

TEST(Config, EveryOptionButThoseOfOutputSolverAndRangeIsPhysics) {
  const Config config = parse_config("");
  for (const std::string argument :
       {"--system1.size=3", "--system2.beta=0.1", "--coupling.strength=0.5",
        "--coupling.ensemble=goe", "--time.end=1", "--time.steps=3", "--ensemble.seed=9",
        "--observables.work_share=0.5", "--observables.conductance=false",
        "--system1.levels=iid"}) {
    EXPECT_EQ(physics_differences(config, parse_config("", {argument})).size(), 1U) << argument;
  }
}

TEST(Config, LevelsComeFromAFile) {
  const TemporaryDirectory directory;
  const auto path = directory.path() / "levels.txt";
  std::ofstream(path) << "# energies\n 2.5\n\n-1 # ground state\r\n0.125\n";
  const Config config =
      parse_config("[system1]\ndensity=file\nfile=" + path.string() + "\n[time]\nsteps=2\n");
  const auto& system = config.experiment.systems[0];
  EXPECT_EQ(system.placement, model::LevelPlacement::file);
  EXPECT_EQ(system.density, nullptr);
  EXPECT_EQ(system.size, 3U);
  EXPECT_THAT(system.file_levels, ElementsAre(-1.0, 0.125, 2.5));
  std::filesystem::remove(path);
  expect_identical(config, parse_config(config.resolved_text));
}

TEST(Config, IsLoadedFromAFile) {
  const TemporaryDirectory directory;
  const auto path = directory.path() / "job.ini";
  std::ofstream(path) << "[system1]\nsize = 4\n[ensemble]\nseed = 7\n";
  const Config config = load_config(path.string(), {"--system1.size=6"});
  EXPECT_EQ(config.experiment.systems[0].size, 6U);
  EXPECT_EQ(config.experiment.seed, 7U);
  EXPECT_EQ(load_config(std::nullopt, {"--ensemble.seed=3"}).experiment.seed, 3U);
}

}  // namespace
}  // namespace rmtheat::io
