#pragma once

#include "rmtheat/io/config.hpp"
#include "rmtheat/io/results_file.hpp"

namespace rmtheat::io {

/// The job that the results' options make. Throws hdf5::Failure.
Config job_in(const Results& results);

/// Throws hdf5::Failure when times, temperatures, systems, levels, realizations or what is said of
/// the job are not those of this job, which is that of the results' own options.
void require_consistent(const Results& results, const Config& job);

/// Throws hdf5::Failure when mean, error or covariance are not those of the realizations, where the
/// results have them.
void require_statistics(const Results& results);

}  // namespace rmtheat::io
