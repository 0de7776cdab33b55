#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "checked_input.hpp"
#include "hdf5.hpp"
#include "rmtheat/ensemble/samples.hpp"
#include "rmtheat/theory/prediction.hpp"

namespace rmtheat::io {

/// The fields of this program that a group has as members, in the order of their table.
std::vector<model::Field> fields_in(const hdf5::Group& group);

/// Reads the curves of a results file.
struct CurvesInput {
  std::size_t pairs = 0;
  std::size_t times = 0;
  bool no_error = false;  ///< one realization says nothing of its error, which is NaN

  /// (pairs, times, axes)
  [[nodiscard]] hdf5::Shape of(const model::Field& field) const;

  /// `open` gives each field's dataset.
  template <class Open>
  [[nodiscard]] model::Curves curves(const std::vector<model::Field>& fields, Open open,
                                     bool nan_allowed) const {
    model::Curves result(pairs, times);
    for (const auto& field : fields) {
      std::ranges::copy(finite_numbers_in(open(field), of(field), nan_allowed),
                        result.add(field).begin());
    }
    return result;
  }

  [[nodiscard]] ensemble::Covariances covariances(const hdf5::Group& group) const;
};

/// Of its attributes those that the list of digests names, where there is one.
theory::Prediction read_prediction(const hdf5::Group& group, const CurvesInput& input,
                                   const std::optional<std::string>& digests);

}  // namespace rmtheat::io
