"""Several results files as one scan: which parameters differ between them, and by how much."""

import pathlib

from . import display
from .results import FormatError, open as open_results

# Parameters of the physics that a scan may vary: attribute of the file, symbol, units.
PARAMETERS = {
    "coupling_strength": (r"$\lambda$", "energy"),
    "n1": ("$N_1$", "1"),
    "n2": ("$N_2$", "1"),
    "bandwidth": (r"$\Delta$", "energy"),
    "terms": ("$K$", "1"),
    "density_1": ("density 1", "1"),
    "density_2": ("density 2", "1"),
    "levels_1": ("levels 1", "1"),
    "levels_2": ("levels 2", "1"),
    "structure": ("coupling", "1"),
    "coupling_ensemble": ("ensemble", "1"),
    "profile": ("profile", "1"),
    "seed": ("seed", "1"),
}
# Both systems' where they are alike: the name that stands for both.
ALIKE = {"n": ("n1", "n2", "$N$"), "density": ("density_1", "density_2", "density"),
         "levels": ("levels_1", "levels_2", "levels")}


def files(paths):
    """The results files that these paths name: files as they are, and of a folder every *.h5 in it, by
    name. Raises FormatError for a folder without any and FileNotFoundError for what is not there."""
    found = []
    for path in map(pathlib.Path, paths):
        if path.is_dir():
            inside = sorted(path.glob("*.h5"))
            if not inside:
                raise FormatError(f"{path} is a folder without results files (*.h5).")
            found += inside
        elif not path.exists():
            raise FileNotFoundError(f"{path} does not exist.")
        else:
            found.append(path)
    return found


def open_all(paths):
    """Results of all of these, in the order of what varies."""
    return in_order([open_results(path) for path in files([paths] if isinstance(paths, (str, pathlib.Path)) else paths)])


def value(results, name):
    """A parameter of a file, by its name here; None where the file has none. The seeds of a pooled file
    are one, as text."""
    if name == "seed" and results.pooled:
        return display.seeds(results)
    return results.attributes.get(ALIKE[name][0] if name in ALIKE else name)


def symbol(name):
    """As axis labels have it, with its units."""
    if name in ALIKE:
        return ALIKE[name][2]
    text, units = PARAMETERS[name]
    return text if units == "1" else f"{text} ({units})"


def parameters(results):
    """Name -> value of a file's parameters: one for both systems where they are alike."""
    found = {name: value(results, name) for name in PARAMETERS if value(results, name) is not None}
    for name, (first, second, _) in ALIKE.items():
        if found.get(first) == found.get(second) is not None:
            found = {name if key == first else key: each for key, each in found.items() if key != second}
    return found


def varying(all_results):
    """Names of the parameters that differ between files, the physics before the seed."""
    found = [parameters(results) for results in all_results]
    names = dict.fromkeys(name for each in found for name in each)
    return [name for name in names if len({repr(each.get(name)) for each in found}) > 1]


def in_order(all_results):
    """Sorted by the parameters that vary; numbers by size."""
    names = varying(all_results)

    def place(results):
        found = parameters(results)
        return [(isinstance(found.get(name), str), found.get(name) if found.get(name) is not None else "")
                if name in found else (True, "") for name in names]

    return sorted(all_results, key=place)
