#include "curves_input.hpp"

#include <array>

#include <fmt/format.h>

#include "digests.hpp"
#include "rmtheat/model/observable/table.hpp"
#include "schema.hpp"

namespace rmtheat::io {
namespace {

using model::Field;

/// Attributes of predictions in files without digests, where no list names them.
constexpr std::array attributes_without_list = {"conductance_plateau",
                                                "conductance_plateau_correction",
                                                "conductance_plateau_correction_error",
                                                "conductance_plateau_slope",
                                                "early_cubic_1",
                                                "early_cubic_2",
                                                "early_linear_1",
                                                "early_linear_2",
                                                "energy_conservation",
                                                "error_estimate",
                                                "finite_size_correction",
                                                "plateau",
                                                "plateau_correction",
                                                "plateau_correction_error",
                                                "plateau_slope",
                                                "probability_conservation"};

/// Names of a prediction's attributes, but for its description.
std::vector<std::string> numbers_about(const hdf5::Group& group,
                                       const std::optional<std::string>& digests) {
  auto names = digests ? listed_attributes(*digests, path_of(group))
                       : std::vector<std::string>(attributes_without_list.begin(),
                                                  attributes_without_list.end());
  std::erase_if(names, [&](const std::string& name) {
    return name == schema::description || !group.has_attribute(name);
  });
  return names;
}

}  // namespace

std::vector<Field> fields_in(const hdf5::Group& group) {
  std::vector<Field> fields;
  for (const auto& row : model::observable_table()) {
    if (has_member(group, row.field.name)) {
      fields.push_back(row.field);
    }
  }
  return fields;
}

hdf5::Shape CurvesInput::of(const Field& field) const {
  hdf5::Shape shape = {pairs, times};
  for (const auto& axis : field.axes) {
    shape.push_back(axis.length);
  }
  return shape;
}

ensemble::Covariances CurvesInput::covariances(const hdf5::Group& group) const {
  ensemble::Covariances covariance;
  for (const auto& field : fields_in(group)) {
    covariance[field] =
        finite_numbers_in(dataset_in(group, field.name), {pairs, times, times}, no_error);
  }
  return covariance;
}

theory::Prediction read_prediction(const hdf5::Group& group, const CurvesInput& input,
                                   const std::optional<std::string>& digests) {
  theory::Prediction prediction;
  if (group.has_attribute(schema::description)) {
    prediction.description = group.text_attribute(schema::description);
  }
  for (const auto& attribute : numbers_about(group, digests)) {
    prediction.attributes[attribute] = finite_attribute(group, attribute);
    if (prediction.attributes[attribute].size() != input.pairs) {
      throw hdf5::Failure(
          fmt::format("attribute {} of {} is not a number for each temperature pair", attribute,
                      path_of(group)));
    }
  }
  prediction.curves = input.curves(
      fields_in(group), [&](const Field& field) { return dataset_in(group, field.name); }, false);
  if (has_member(group, schema::residual_covariance)) {
    prediction.residual_covariance =
        input.covariances(group_in(group, schema::residual_covariance));
  }
  if (has_member(group, schema::left_out)) {
    const auto sizes = group_in(group, schema::left_out);
    for (const auto& field : fields_in(sizes)) {
      prediction.left_out[field] =
          finite_numbers_in(dataset_in(sizes, field.name), {input.pairs, input.times});
    }
  }
  return prediction;
}

}  // namespace rmtheat::io
