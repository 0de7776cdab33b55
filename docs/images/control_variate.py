#!/usr/bin/env python3
"""Draws control_variate.png: the heat current of some realizations, raw and reduced.

    rmtheat run --coupling.strength=0.1 --system2.beta=0.3 --output.file=reduced.h5
    docs/images/control_variate.py reduced.h5 docs/images/control_variate.png
"""

import sys

import h5py
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402


def main(path, picture, some=8):
    figure, panels = plt.subplots(1, 2, figsize=(7.0, 2.8), sharex=True, sharey=True)
    with h5py.File(path) as file:
        time = file["time"][:]
        observable = file["ensemble/observables/heat_current"]
        predicted = file["predictions/finite_n/resummed/heat_current"][0]
        for axes, samples, title in zip(panels, ("raw_samples", "samples"), ("raw", "reduced")):
            axes.plot(time, observable[samples][:some, 0].T, color="#2a78d6", linewidth=0.8, alpha=0.8)
            axes.plot(time, predicted, "k--", linewidth=1.2)
            axes.set_title(f"{some} realizations, {title}", fontsize=10)
            axes.set_xlabel("time (hbar / energy)")
    panels[0].set_ylabel("heat current")
    figure.tight_layout()
    figure.savefig(picture, dpi=150)


if __name__ == "__main__":
    main(*sys.argv[1:3])
