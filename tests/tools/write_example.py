"""Writes a results file for tools/plot's test: Gaussian systems at leading order with noise."""

import sys

import h5py
import numpy as np

CONFIG = """
[system1]
density = gaussian
size = 10
levels = quantile
sigma = 1
mean = 0
beta = 1
[system2]
density = gaussian
size = 10
levels = quantile
sigma = 1
mean = 0
beta = 0.3
[coupling]
ensemble = gue
strength = 0.05
"""
UNITS = "energy^2 / hbar"


def main(path):
    beta1, beta2, strength, realizations = 1.0, 0.3, 0.05, 100
    time = np.linspace(0.0, 10.0, 201)
    integrand = np.exp(-2.0 * time**2) * np.cos((beta1 + beta2) * time)
    integral = np.concatenate(([0.0], np.cumsum((integrand[1:] + integrand[:-1]) / 2))) * time[1]
    heat = strength**2 * (beta1 - beta2) * integral
    power = 2.0 * strength**2 * np.exp(-2.0 * time**2) * np.sin((beta1 + beta2) * time)
    exact = {"heat_current": heat, "work_power": power, "current_1": power / 2 + heat,
             "current_2": power / 2 - heat}
    noise = np.random.default_rng(1)
    with h5py.File(path, "w") as file:
        file.attrs.update(schema="rmtheat", schema_version=1, config=CONFIG)
        file["time"] = time
        file["time"].attrs["units"] = "hbar / energy"
        file["beta"] = np.array([[beta1, beta2]])
        file["ensemble/done"] = np.ones(realizations, dtype=np.uint8)
        for name, curve in exact.items():
            error = 0.02 * strength**2 * np.tanh(time)
            group = file.create_group(f"ensemble/observables/{name}")
            group["mean"] = (curve + error * noise.standard_normal())[np.newaxis]
            group["stderr"] = error[np.newaxis]
            group["mean"].attrs["units"] = UNITS
            for family, factor in (("finite_n", 1.0), ("large_n", 1.01)):
                file[f"predictions/{family}/lo/{name}"] = factor * curve[np.newaxis]
            file[f"predictions/finite_n/nlo/{name}"] = ((1.0 - 0.01 * time) * curve)[np.newaxis]


if __name__ == "__main__":
    main(sys.argv[1])
