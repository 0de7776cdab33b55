#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rmtheat/dynamics/diagonalization/plan.hpp"
#include "rmtheat/ensemble/predictions.hpp"
#include "rmtheat/ensemble/samples.hpp"
#include "rmtheat/io/provenance.hpp"
#include "rmtheat/model/experiment.hpp"
#include "rmtheat/model/observable/distribution.hpp"
#include "rmtheat/theory/prediction.hpp"

namespace rmtheat::io {

class FileLock;

/// What a results file says of one system, besides its levels.
struct SystemDescription {
  std::string density;  ///< option value that names it, "gaussian", ..., "file"
  std::map<std::string, double> parameters;  ///< of the density, by option name
  std::string placement;                     ///< "quantile", "iid", "gue" or "file"
  bool random_levels = false;                ///< levels differ between realizations
  std::uint64_t size = 0;                    ///< number of levels N

  bool operator==(const SystemDescription&) const = default;
};

SystemDescription describe(const model::System& system);

/// What a results file says of its job, besides the systems and their temperatures.
struct JobDescription {
  double coupling_strength = 0.0;  ///< lambda, units of energy
  std::string structure;           ///< of the coupling matrix, option value that names it
  model::LawParameters coupling;
  std::uint64_t seed = 0;
  std::uint64_t first_realization = 0;
  std::uint64_t realizations = 0;  ///< as many as were asked for
  double time_end = 0.0;           ///< units hbar / energy
  std::uint64_t time_steps = 0;    ///< t = 0 comes on top

  bool operator==(const JobDescription&) const = default;
};

JobDescription describe(const model::Experiment& experiment);

/// How fast the last run was when it wrote its file.
struct RunPace {
  double seconds = 0.0;       ///< since it began
  double seconds_left = 0.0;  ///< until the last of all realizations, estimated
  double rate = 0.0;          ///< realizations per second
};

/// Which realization it was that is in a file of pooled seeds.
struct Origin {
  std::uint64_t seed = 0;
  std::uint64_t index = 0;

  // clang-tidy 14 takes the comparison with 0 that this generates for a pointer's.
  auto operator<=>(const Origin&) const = default;  // NOLINT(modernize-use-nullptr)
};

/// All that a results file holds.
struct Results {
  std::string config;  ///< Config::resolved_text of the job
  Provenance provenance;
  std::string method;  ///< of the realizations, and why it was chosen; empty without any
  std::string layout;  ///< how the last run divided its ranks; empty where none had any to do
  std::optional<RunPace> pace;  ///< empty where the last run has finished no realization
  bool complete = false;        ///< the job is done
  std::vector<double> times;
  std::vector<double> distribution_times;  ///< of both energies; mostly empty
  std::array<model::EnergyBins, 2> bins;   ///< of these distributions
  std::vector<model::Betas> betas;         ///< of each initial state, NaN where it is not thermal
  std::array<SystemDescription, 2> systems;
  JobDescription job;
  double work_share = 0.5;              ///< s of the heat current (1-s) J_1 - s J_2
  std::uint64_t first_realization = 0;  ///< index of samples[0]
  ensemble::Samples samples;            ///< empty without an ensemble, or when not stored
  /// Of realizations whose curves were not stored: all but these. Read, not written.
  ensemble::Samples without_curves;
  std::vector<Origin> origins;      ///< of each realization where seeds are pooled, else empty
  ensemble::Statistics statistics;  ///< no realizations without an ensemble
  /// Of each initial state, where realizations have a control variate. Written, not read.
  std::vector<dynamics::ControlCoefficients> control;
  /// Of the continuum densities, "large_n", and of the levels themselves, "finite_n".
  ensemble::Predictions predictions;
  std::string left_out;  ///< predictions that the file has not, "large_n/kinetic: why" a line
  std::string edits;     ///< what other programs did to the file, in words; empty for nothing
};

/// Writes a results file of schema version 2 (HDF5), by one process. Without an ensemble the file
/// has the predictions alone; without `with_samples` the statistics but not each realization.
///
/// Atomic: the file appears whole under its name or not at all, and a file that was there stays
/// whole until then. Throws SystemError when it cannot be written, or its lock, where one is given,
/// is lost.
void write_results(const std::filesystem::path& path, const Results& results, bool with_samples,
                   const FileLock* lock = nullptr);

/// Reads a results file of schema version 1 or 2. Throws InputError naming the file and the reason
/// when it is missing, no HDF5 file, truncated, not of this program, of a newer schema, when its
/// times, temperatures, systems, levels or realizations are not those of its own options, its
/// statistics not those of its samples, its numbers not finite, or when what was written into it is
/// not there any more as it was, unless that is `trusted`. Files without digests are taken as they
/// are. Nothing outside the file is opened, whatever it says.
Results read_results(const std::filesystem::path& path, bool trusted = false);

/// Throws InputError when no file can be created or replaced at `path`: found out by creating one
/// beside it, before hours of computation end there. For the holder of its FileLock.
void require_writable(const std::filesystem::path& path);

/// Removes the unfinished files that writers of `path` left when they were killed. Only for the
/// holder of its FileLock: those of a living writer would go as well.
void remove_abandoned_files(const std::filesystem::path& path);

}  // namespace rmtheat::io
