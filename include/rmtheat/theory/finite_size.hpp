#pragma once

#include <cstddef>
#include <map>
#include <vector>

#include "rmtheat/model/coupling/law.hpp"
#include "rmtheat/theory/plan.hpp"
#include "rmtheat/theory/prediction.hpp"

namespace rmtheat::theory {

/// lambda^2 t^2 / D, the parameter of the expansion in 1/D: it is small until t comes near
/// sqrt(D) / lambda.
double finite_size_parameter(double strength, double time, std::size_t dimension);

/// Adds the GOE's correction of order 1/D to a prediction for D product states, that of given
/// levels; nothing for other laws.
///
/// The planar formulas pair E V_ab V_ba = 1/D alone. For GUE that is exact up to lambda^4, as all
/// four elements of a crossed pairing are one diagonal one. For GOE E V_ab V_ab = 1/D as well. With
/// phi(w) = integral_0^t e^(iws) ds the pairings with transposed elements add
///
///   delta h(t) = (lambda^4/D^2) sum_(a != b) p_a (h_b - h_a) G(e_b - e_a, t),
///   G(w, t) = d^2 |phi|^2 / dw^2 - 2 Re[conj phi integral_(0<s1<s2<s3<t) e^(iw(s1-s2+s3))]
///
/// to the mean of a diagonal observable h. The Fourier transform of G is a polynomial,
///
///   G(w, t) = -(1/3) integral_(-t)^t (t^3 - |s|^3) e^(iws) ds,
///
/// which leaves the sums over states of leading order alone, and
///
///   delta J_i(t) = -(lambda^2 t^2 / D) J_i(t),
///
/// the response of the conductance and the rates of second moments alike; energies follow by
/// integration. With J_i at leading
/// order, which `currents` has to be for NLO, this is exact at lambda^4. With J_i of all orders
/// it takes higher orders of lambda along; that is an observation, not derived: simulated heat
/// currents (N = 8, lambda = 0.2 and 0.4, t up to 10, 20000 realizations) lie within 2.4 standard
/// errors of it, where lambda^4 alone is 1.8 and 9 times too large at t = 10.
///
/// Takes as long as `currents` at as many times as there are Chebyshev nodes for the bandwidth of
/// the levels times the last time.
void add_finite_size_correction(Prediction& prediction, const Setting& setting,
                                const model::CouplingLaw& law, std::size_t dimension,
                                Prediction (*currents)(const Setting&));

/// What that takes besides the prediction, from what the currents take.
Plan finite_size_correction_cost(const Setting& setting, const model::CouplingLaw& law,
                                 Plan (*of_currents)(const Setting&));

/// The size of the corrections in 1/D that a prediction for levels still leaves out, for
/// Prediction::left_out: with x = finite_size_parameter(), for every rate X of it
///
///   c x^2 max_(0.8 t <= s <= t) |X(s)|,   c = 1/8 for GUE, 3/8 for GOE,
///
/// likewise c = 1/8 for a complex matrix with a variance profile, which differs from GUE in
/// neither the power of lambda nor that of D; c D x^2 for sums of products of GUE factors, where a
/// handle in one system costs 1/N^2 rather than 1/D^2; x for other laws, of which no order in 1/D
/// is known. The largest recent value stands for the curve itself, which may cross zero; beyond
/// x = 1/4 from 0.8 t / (4 x) on, as a curve that decays, or comes back as that of few levels does,
/// is held against what it was. Energies and the entropy production have the integral over time of
/// what their rates have.
///
/// GUE's first correction is of genus one: lambda^4 t^4 / D^2 relative to the curve, as each
/// further pair of couplings brings lambda^2 t^2 and each handle 1/D^2. GOE's is the next term of
/// the series that add_finite_size_correction() begins with 1 - x. The numbers c are fitted to
/// simulated heat currents of 20000 to 60000 realizations (N = 4, 5 and 8, Gaussian densities, x up
/// to 1.6). On eight other settings (N = 4 to 12, unequal, all densities, beta -0.3 to 2, lambda
/// 0.2 to 0.5, x up to 0.6, 20000 to 40000 realizations) deviations beyond 3 standard errors are
/// 0.2 to 1.4 times this for currents, 0.7 to 1.0 times for energies and the entropy production.
/// It is a size, not a bound.
std::map<model::Field, std::vector<double>> finite_size_left_out(const model::Curves& curves,
                                                                 const std::vector<double>& times,
                                                                 double strength,
                                                                 const model::CouplingLaw& law,
                                                                 std::size_t dimension);

}  // namespace rmtheat::theory
