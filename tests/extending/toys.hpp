#pragma once

#include "rmtheat/model/coupling/law.hpp"
#include "rmtheat/model/observable/table.hpp"
#include "rmtheat/model/state/initial_state.hpp"

// One of each kind of thing that the model can be extended by, each in a file of its own, as
// docs/extending.md says. The tables beside them have one row more than the program's.

namespace rmtheat::test {

/// Real symmetric, neighbouring product states coupled by independent numbers from (-1, 1).
model::LawPointer toy_law();

/// Both systems' energies as one field with an axis of its own, (system).
model::Observable toy_observable();

/// System 1 in its lowest level, system 2 at infinite temperature.
model::StatePointer toy_state();

}  // namespace rmtheat::test
