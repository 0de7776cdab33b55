#pragma once

#include <cstdint>
#include <span>

namespace rmtheat {

/// 52 random bits as a number in the open interval (0, 1): an odd multiple of 2^-53. Both ends are
/// excluded, so that log() and every quantile function stay finite.
double open_unit_interval(std::uint64_t bits);

/// Independent Gaussian numbers of mean 0 and variance 1 from random bits (Box and Muller, Ann.
/// Math. Stat. 29, 610 (1958)):
///
///   x_k = sqrt(-2 log u_k) cos(2 pi v_k),  y_k = sqrt(-2 log u_k) sin(2 pi v_k)
///
/// where u_k and v_k are bits_u[k] and bits_v[k] as numbers in (0, 1). All spans are equally long.
/// Logarithm, sine and cosine are ours: in vector instructions, several times faster than the C
/// library's, and bitwise the same on every processor, however many numbers are asked for at a
/// time. Accurate to 5e-16, relative for the logarithm, absolute for sine and cosine.
void box_muller(std::span<const std::uint64_t> bits_u, std::span<const std::uint64_t> bits_v,
                std::span<double> x, std::span<double> y);

}  // namespace rmtheat
