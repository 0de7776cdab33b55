#pragma once

namespace rmtheat::app {

/// Throws InputError when a launcher says that it started more tasks than the `ranks` that MPI has:
/// each would be a job of its own, all on one file.
void require_whole_world(int ranks);

}  // namespace rmtheat::app
