#include "density_table.hpp"

namespace rmtheat::io {

std::vector<DensityEntry> density_table() {
  using Values = std::vector<double>;
  const DensityParameter centre{"centre", "energy", "0", real(), "centre"};
  return {
      {{"gaussian"},
       {{"sigma", "energy", "1", positive_real(), "standard deviation"},
        {"mean", "energy", "0", real(), "mean"}},
       [](const Values& values) { return model::gaussian_density(values[0], values[1]); }},
      {{"uniform", "constant"},
       {{"half_width", "energy", "1.7320508075688772", positive_real(),
         "half the width (default: variance 1)"},
        centre},
       [](const Values& values) { return model::uniform_density(values[0], values[1]); }},
      {{"semicircle"},
       {{"radius", "energy", "2", positive_real(), "radius"}, centre},
       [](const Values& values) { return model::semicircle_density(values[0], values[1]); }},
      {{"gamma"},
       {{"shape", "", "2", positive_real(), "k in E^(k-1) e^(-E/scale), E >= 0"},
        {"scale", "energy", "1", positive_real(), "scale"}},
       [](const Values& values) { return model::gamma_density(values[0], values[1]); }},
  };
}

}  // namespace rmtheat::io
