// A program of someone else's: the heat current of a job at late times, at leading order.
#include <cmath>
#include <cstdio>

#include <rmtheat/ensemble/predictions.hpp>
#include <rmtheat/io/config.hpp>
#include <rmtheat/model/observable/standard.hpp>
#include <rmtheat/support/blas.hpp>

int main() {
  const auto config = rmtheat::io::parse_config("[coupling]\nstrength = 0.1\n");
  rmtheat::blas::set_threads(1);
  const auto planned = rmtheat::ensemble::plan_predictions(config.experiment, 1);
  const auto levels = rmtheat::model::draw_levels(config.experiment, 0);
  const auto predictions =
      rmtheat::ensemble::predict_all(planned, config.experiment, {levels}, {}).at("large_n");
  const double heat =
      predictions.at("lo").curves.curve(rmtheat::model::fields::heat_current, 0).back();
  // lambda^2 sqrt(pi/2) (beta_1 - beta_2)/2 exp(-(beta_1 + beta_2)^2 / 8)
  const double plateau = 0.01 * std::sqrt(std::acos(0.0)) * 0.35 * std::exp(-1.69 / 8.0);
  std::printf("%.8f, plateau %.8f\n", heat, plateau);
  return std::abs(heat / plateau - 1.0) < 1e-8 ? 0 : 1;
}
