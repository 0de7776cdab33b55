// Memory bandwidth of the Lanczos projection against STREAM triad in the same run.
//
//   mpirun -np P bench_lanczos SIZE [VECTORS] [CHAINS] [gue|goe]
//
// SIZE is the number of levels of each system, D = SIZE^2, its rows dealt out to the ranks; VECTORS
// the length K of each chain. Prints D, K, ranks; seconds of a chain's projections, and of a whole
// chain: with the coupling drawn and the energies of both systems projected; GB/s of the
// projections, of the triad, and the ratio. Bytes are those that must be read of the basis: the
// step with k vectors reads them twice, a chain reads K (K + 1) vectors. Of CHAINS the median is
// taken, with triads between them.

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <cstdlib>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "rmtheat/dynamics/lanczos/coupling.hpp"
#include "rmtheat/dynamics/lanczos/random_state.hpp"
#include "rmtheat/linalg/krylov/krylov_basis.hpp"
#include "rmtheat/parallel/environment.hpp"
#include "rmtheat/support/blas.hpp"
#include "timing.hpp"

namespace {

using namespace rmtheat;  // NOLINT(google-build-using-namespace): a program, not a header
using bench::median;
using bench::seconds;

/// Bytes per second of all ranks together in a = b + s c, 3 numbers of 8 bytes moved per element.
class Triad {
 public:
  explicit Triad(const parallel::Communicator& world) : world_(world) {}

  double rate() {
    double best = 0.0;
    for (int k = 0; k < repetitions; ++k) {
      const double time = seconds(world_, [this] {
        for (std::size_t i = 0; i < length; ++i) {
          a_[i] = b_[i] + scale_ * c_[i];
        }
      });
      scale_ = a_[length / 2];  // the result is needed
      best = std::max(best, 3.0 * sizeof(double) * length * world_.size() / time);
    }
    return best;
  }

 private:
  static constexpr std::size_t length = 10'000'000;  // 240 MB: no cache holds it
  static constexpr int repetitions = 5;
  const parallel::Communicator& world_;
  std::vector<double> a_ = std::vector<double>(length);
  std::vector<double> b_ = std::vector<double>(length, 1.0);
  std::vector<double> c_ = std::vector<double>(length, 2.0);
  double scale_ = 0.5;
};

/// One chain of K vectors as the Lanczos engine grows it.
template <class T>
class Chain {
 public:
  Chain(const parallel::Communicator& world, std::size_t size, std::size_t vectors)
      : world_(world),
        dimension_(size * size),
        vectors_(vectors),
        slab_(dynamics::slab_of(dimension_, world.rank(), world.size())),
        coupling_(dimension_, slab_, 1),
        basis_(slab_.count),
        levels_(model::draw_levels(experiment_of(size), 0)),
        energies_(dynamics::system_energies(levels_, slab_)),
        state_(dynamics::random_phase_state<T>(
            dynamics::initial_weights(levels_, *model::thermal_state({1.0, 0.3}), slab_), slab_,
            PhiloxStream(1, 0, Stream::state), 0)),
        fresh_(slab_.count),
        weights_{std::vector<double>(slab_.count, 1.0), std::vector<double>(slab_.count, 2.0)} {
    coupling_.image(0, 0, fresh_);
  }

  /// Seconds of all steps. With `whole`, the coupling is drawn as in a simulation and the projected
  /// energies are formed; without, the same stored vector is taken for each image, so that the
  /// projection is what takes the time.
  double grow(bool whole) {
    basis_.start(state_);
    return seconds(world_, [&] {
      double scale = 1.0;
      std::vector<T> corrections;
      for (std::size_t step = 0; step < vectors_; ++step) {
        std::vector<T> overlaps(step + 1);
        basis_.accept_and_apply(
            corrections, scale,
            [&](std::size_t first, std::span<const T> newest, std::span<T> image) {
              apply(whole, step, first, newest, image);
            },
            overlaps);
        sum(overlaps);
        corrections.assign(step + 2, T(0));
        const double local = basis_.project(overlaps, std::span(corrections).first(step + 1));
        corrections.back() = local;
        sum(corrections);
        scale = 1.0 / std::sqrt(std::real(corrections.back()));
        corrections.pop_back();
      }
      if (whole) {
        for (const auto& weights : weights_) {
          auto products = basis_.weighted_products(weights);
          sum(products);
        }
      }
    });
  }

  /// Read from the basis: twice k vectors in the step with k of them.
  [[nodiscard]] double bytes() const {
    const auto k = static_cast<double>(vectors_);
    return k * (k + 1.0) * static_cast<double>(dimension_) * sizeof(T);
  }

 private:
  static model::Experiment experiment_of(std::size_t size) {
    model::Experiment experiment;
    for (auto& system : experiment.systems) {
      system = {model::gaussian_density(1.0, 0.0), size, model::LevelPlacement::quantile, {}};
    }
    return experiment;
  }

  void apply(bool drawn, std::size_t step, std::size_t first, std::span<const T> newest,
             std::span<T> image) const {
    constexpr double strength = 0.3;
    if (drawn) {
      coupling_.image(step, first, image);
    } else {
      std::copy_n(fresh_.begin() + static_cast<std::ptrdiff_t>(first), image.size(), image.begin());
    }
    for (std::size_t row = 0; row < newest.size(); ++row) {
      const double energy = energies_[0][first + row] + energies_[1][first + row];
      image[row] = energy * newest[row] + strength * image[row];
    }
  }

  void sum(std::vector<T>& values) const {
    world_.all_reduce(std::span(reinterpret_cast<double*>(values.data()),
                                values.size() * sizeof(T) / sizeof(double)),
                      parallel::Reduction::sum);
  }

  const parallel::Communicator& world_;
  std::size_t dimension_;
  std::size_t vectors_;
  dynamics::RowRange slab_;
  dynamics::SampledCoupling<T> coupling_;
  linalg::KrylovBasis<T> basis_;
  std::array<std::vector<double>, 2> levels_;
  std::array<dynamics::Diagonal, 2> energies_;
  std::vector<T> state_;
  std::vector<T> fresh_;
  std::array<std::vector<double>, 2> weights_;  ///< stand for the energies of both systems
};

template <class T>
void measure(const parallel::Communicator& world, std::size_t size, std::size_t vectors,
             int chains) {
  Triad triad(world);
  Chain<T> chain(world, size, vectors);
  chain.grow(false);  // touches all memory
  std::vector<double> triads{triad.rate()};
  std::vector<double> projections;
  std::vector<double> whole;
  for (int k = 0; k < chains; ++k) {
    projections.push_back(chain.grow(false));
    whole.push_back(chain.grow(true));
    triads.push_back(triad.rate());
  }
  if (world.is_root()) {
    const double rate = chain.bytes() / median(projections);
    fmt::print("{} {} {} {:.4g} {:.4g} {:.4g} {:.4g} {:.3f}\n", size * size, vectors, world.size(),
               median(projections), median(whole), rate * 1e-9, median(triads) * 1e-9,
               rate / median(triads));
  }
}

}  // namespace

int main(int argc, char** argv) {
  const parallel::Environment environment;
  const auto world = parallel::Environment::world();
  blas::set_threads(1);
  const std::size_t size = argc > 1 ? std::stoul(argv[1]) : 300;
  const std::size_t vectors = argc > 2 ? std::stoul(argv[2]) : 80;
  const int chains = argc > 3 ? std::stoi(argv[3]) : 3;
  if (argc > 4 && std::string(argv[4]) == "goe") {
    measure<double>(world, size, vectors, chains);
  } else {
    measure<std::complex<double>>(world, size, vectors, chains);
  }
  return 0;
}
