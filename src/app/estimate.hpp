#pragma once

#include "rmtheat/app/verbs.hpp"

namespace rmtheat::app {

/// info --estimate JOB.ini [--SECTION.KEY=VALUE ...] [--ranks=R] [--memory-per-rank=GIB]: prints
/// the time and the memory that a job will take, without starting it. `arguments` are those that
/// follow --estimate.
ExitStatus estimate(Arguments arguments);

}  // namespace rmtheat::app
