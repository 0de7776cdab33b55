"""The same ensemble as a user of QuTiP would do it: mesolve without dissipation integrates the von
Neumann equation. Prints its time per realization.

    peer_qutip.py SIZE REALIZATIONS
"""

import sys
import time

import numpy as np
import qutip
from scipy.special import ndtri


def realization(rng, size, strength, beta1, beta2, times):
    dimension = size * size
    levels = ndtri((np.arange(size) + 0.5) / size)
    e1 = qutip.Qobj(np.diag(np.repeat(levels, size)))
    e2 = qutip.Qobj(np.diag(np.tile(levels, size)))
    v = rng.normal(size=(dimension, dimension)) + 1j * rng.normal(size=(dimension, dimension))
    v = qutip.Qobj((v + v.conj().T) / (2.0 * np.sqrt(dimension)))
    weights = np.exp(-beta1 * e1.diag() - beta2 * e2.diag())
    rho = qutip.Qobj(np.diag(weights / weights.sum()))
    h = e1 + e2 + strength * v
    rates = [1j * (h * e - e * h) for e in (e1, e2)]
    return qutip.mesolve(h, rho, times, [], [e1, e2, *rates]).expect


def main():
    size, realizations = int(sys.argv[1]), int(sys.argv[2])
    rng = np.random.default_rng(1)
    times = np.linspace(0.0, 10.0, 201)
    start = time.perf_counter()
    for _ in range(realizations):
        realization(rng, size, 0.3, 1.0, 0.3, times)
    print(f"{(time.perf_counter() - start) / realizations:.6g} s per realization")


if __name__ == "__main__":
    main()
