#pragma once

#include "hdf5.hpp"
#include "rmtheat/io/results_file.hpp"
#include "rmtheat/model/experiment.hpp"

namespace rmtheat::io {

/// Adds the distributions of both energies, those of samples and predictions too, to results of
/// which all else has been read. Which there are and how long they are, the experiment says. Throws
/// hdf5::Failure where they are missing, of other shapes, or do not follow from the samples.
void read_distributions(const hdf5::Group& root, const model::Experiment& experiment,
                        Results& results);

}  // namespace rmtheat::io
