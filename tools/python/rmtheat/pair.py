"""Writes two systems and their coupling for the program to simulate."""

import h5py
import numpy as np


def write_pair(path, h1, h2, a, b):
    """Writes H_1, H_2 and V = sum_k A_k (x) B_k to an HDF5 file.

    h1, h2   (N1, N1) and (N2, N2): Hermitian matrices in any basis
    a, b     (K, N1, N1) and (K, N2, N2), or one matrix each: operators in the same bases; V must be
             Hermitian, its terms need not be

    Returns the options that name them, to follow `rmtheat run`. The coupling is then
    coupling.strength times V.
    """
    matrices = {"h1": np.asarray(h1), "h2": np.asarray(h2)}
    operators = {"a": np.asarray(a), "b": np.asarray(b)}
    for (name, matrix), (key, stack) in zip(matrices.items(), operators.items()):
        if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
            raise ValueError(f"{name} has the shape {matrix.shape}, but must be a square matrix.")
        operators[key] = stack[np.newaxis] if stack.ndim == 2 else stack
        if operators[key].shape[1:] != matrix.shape:
            raise ValueError(f"{key} has the shape {stack.shape}, but must have (K, *{matrix.shape}) as {name}.")
    if len(operators["a"]) != len(operators["b"]):
        raise ValueError(f"a holds {len(operators['a'])} operators and b {len(operators['b'])}; there must be as many.")
    with h5py.File(path, "w") as file:
        for name, matrix in matrices.items():
            file[name] = matrix
        for name, stack in operators.items():
            file[f"coupling/{name}"] = stack
    return [*(f"--system{number}.{option}" for number in (1, 2)
              for option in ("density=hamiltonian", f"file={path}:/h{number}")),
            "--coupling.structure=file", f"--coupling.file={path}"]
