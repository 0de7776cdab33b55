"""One realization of a results file of coupling.structure = products by solver.method = lanczos without
noise reduction, as a straightforward numpy script would do it: the same recursion from the same random
numbers, V's product by matrix products, each vector orthogonalized twice, energies from the chain.
Prints its time without reading and drawing, and the largest difference from the program's energies.

    peer_products.py RESULTS.h5
"""

import sys
import time

import h5py
import numpy as np

STATE, FACTORS = 4, (7, 8)  # streams of random numbers


def uniform_pairs(seed, realization, stream, column, row, count):
    """(2, count) numbers in (0, 1): one block of Philox4x64-10 for each row."""
    before = row + (column << 64) + (stream << 128) - 1
    bits = np.random.Philox(counter=before % (1 << 256), key=seed + (realization << 64)).random_raw(4 * count)
    return ((bits.reshape(count, 4)[:, :2].T >> np.uint64(12)) + 0.5) * 2.0**-52


def gue(seed, realization, stream, term, size):
    matrix = np.zeros((size, size), dtype=complex)
    for column in range(size):
        u, v = uniform_pairs(seed, realization, stream, (term << 32) + column, column, size - column)
        matrix[column:, column] = np.sqrt(-np.log(u)) * np.exp(2j * np.pi * v)
        matrix[column, column] = np.sqrt(2.0) * matrix[column, column].real
    matrix += np.tril(matrix, -1).conj().T
    return matrix / np.sqrt(size)


class Job:
    def __init__(self, path):
        with h5py.File(path) as file:
            about = file.attrs
            if about["structure"] != "products" or "lanczos, no noise reduction" not in about["method"]:
                sys.exit(f"{path}: not of coupling.structure = products by lanczos without noise reduction")
            self.seed, self.index = int(about["seed"]), int(about["first_realization"])
            self.strength, self.terms = float(about["coupling_strength"]), int(about["terms"])
            self.levels = [file[f"systems/{number}/levels"][0] for number in (1, 2)]
            self.betas = file["beta"][0]
            self.times = file["time"][:]
            self.vectors = int(file["ensemble/diagnostics/lanczos_vectors"][0])
            self.energies = [file[f"ensemble/observables/energy_{number}/samples"][0, 0] for number in (1, 2)]
        sizes = [len(levels) for levels in self.levels]
        self.a, self.b = ([gue(self.seed, self.index, stream, k, size) for k in range(self.terms)]
                          for stream, size in zip(FACTORS, sizes))
        weights = [np.exp(-beta * (levels - levels.min())) for beta, levels in zip(self.betas, self.levels)]
        p = np.outer(*(weight / weight.sum() for weight in weights)).ravel()
        phases = uniform_pairs(self.seed, self.index, STATE, 0, 0, len(p))[0]
        self.state = np.sqrt(p) * np.exp(2j * np.pi * phases)


def evolve(job):
    shape = tuple(len(levels) for levels in job.levels)
    e1, e2 = (energies.ravel() for energies in np.broadcast_arrays(job.levels[0][:, None], job.levels[1][None, :]))
    e = e1 + e2
    basis = np.empty((job.vectors, e.size), dtype=complex)
    alpha, beta = np.empty(job.vectors), np.empty(job.vectors)
    norm = np.linalg.norm(job.state)
    basis[0] = job.state / norm
    for k in range(job.vectors):
        x = basis[k].reshape(shape)
        product = sum(a @ x @ b.T for a, b in zip(job.a, job.b)).ravel()
        image = e * basis[k] + job.strength / np.sqrt(job.terms) * product
        alpha[k] = np.vdot(basis[k], image).real
        for _ in range(2):
            image -= (basis[:k + 1].conj() @ image) @ basis[:k + 1]
        beta[k] = np.linalg.norm(image)
        if k + 1 < job.vectors:
            basis[k + 1] = image / beta[k]
    values, vectors = np.linalg.eigh(np.diag(alpha) + np.diag(beta[:-1], 1) + np.diag(beta[:-1], -1))
    amplitudes = vectors @ (np.exp(-1j * np.outer(values, job.times)) * vectors[0][:, None])
    energies = []
    for h in (e1, e2):
        projected = (basis.conj() * h) @ basis.T
        energies.append(norm**2 * np.einsum("kt,kl,lt->t", amplitudes.conj(), projected, amplitudes).real)
    return energies


def main():
    job = Job(sys.argv[1])
    start = time.perf_counter()
    energies = evolve(job)
    elapsed = time.perf_counter() - start
    difference = max(np.abs(found - wanted).max() for found, wanted in zip(energies, job.energies))
    print(f"{elapsed:.3g} s, {job.vectors} vectors, largest difference of an energy {difference:.1e}")


if __name__ == "__main__":
    main()
