"""The same ensemble as a straightforward script would do it: scipy's eigh, two matrix products per
realization, a vectorized sum over times. Prints its time per realization and writes energies.

    peer_scipy.py SIZE REALIZATIONS [OUTPUT.npy]
"""

import sys
import time

import numpy as np
import scipy.linalg
from scipy.special import ndtri


def realization(rng, size, strength, beta1, beta2, times):
    dimension = size * size
    levels = ndtri((np.arange(size) + 0.5) / size)
    e1 = np.repeat(levels, size)
    e2 = np.tile(levels, size)
    v = rng.normal(size=(dimension, dimension)) + 1j * rng.normal(size=(dimension, dimension))
    v = (v + v.conj().T) / (2.0 * np.sqrt(dimension))
    eps, u = scipy.linalg.eigh(np.diag(e1 + e2) + strength * v, driver="evr", overwrite_a=True,
                               check_finite=False)
    p = np.exp(-beta1 * e1 - beta2 * e2)
    p /= p.sum()
    rho = u.conj().T @ (p[:, None] * u)
    phases = np.exp(1j * np.outer(eps, times))
    energies = []
    currents = []
    for e in (e1, e2):
        h = u.conj().T @ (e[:, None] * u)
        w = (rho * h.conj()) @ phases
        energies.append((phases.conj() * w).sum(axis=0).real)
        currents.append(2.0 * (eps[:, None] * (phases.conj() * w).imag).sum(axis=0))
    return np.array(energies + currents)


def main():
    size, realizations = int(sys.argv[1]), int(sys.argv[2])
    rng = np.random.default_rng(1)
    times = np.linspace(0.0, 10.0, 201)
    realization(rng, size, 0.3, 1.0, 0.3, times)  # warms up
    start = time.perf_counter()
    curves = [realization(rng, size, 0.3, 1.0, 0.3, times) for _ in range(realizations)]
    elapsed = time.perf_counter() - start
    print(f"{elapsed / realizations:.6g} s per realization")
    if len(sys.argv) > 3:
        np.save(sys.argv[3], np.array(curves))


if __name__ == "__main__":
    main()
