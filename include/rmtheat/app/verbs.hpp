#pragma once

#include <string>
#include <vector>

#include "rmtheat/support/error.hpp"

namespace rmtheat::app {

/// The verbs of the program. Each takes the arguments that follow it and returns the exit status;
/// errors are thrown as rmtheat::Error.
using Arguments = std::vector<std::string>;

/// Simulates an ensemble on all MPI ranks and writes or continues its results file.
ExitStatus run(const Arguments& arguments);
/// Writes the predictions alone; no MPI.
ExitStatus predict(const Arguments& arguments);
/// Compares an ensemble with its predictions; no MPI.
ExitStatus compare(const Arguments& arguments);
/// Joins the results files of runs over parts of one ensemble; no MPI.
ExitStatus merge(const Arguments& arguments);
/// Tabulates results files; no MPI.
ExitStatus table(const Arguments& arguments);
/// Says what is in a results file; no MPI.
ExitStatus info(const Arguments& arguments);

}  // namespace rmtheat::app
