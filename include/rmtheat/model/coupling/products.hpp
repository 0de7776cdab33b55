#pragma once

#include <cstddef>

#include "rmtheat/model/coupling/law.hpp"

namespace rmtheat::model {

/// V = K^(-1/2) sum_k A_k (x) B_k, K = `terms` >= 1, with A_k and B_k from the GUE of dimension N1
/// and N2, E|(A_k)_ij|^2 = 1/N1: E V_ab V_cd = delta_ad delta_bc / D as of the GUE of dimension D,
/// higher moments not.
LawPointer random_products(std::size_t terms);

}  // namespace rmtheat::model
