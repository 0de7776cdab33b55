"""What a results file holds, for comparisons."""

import h5py


def observables(path, kind):
    """The arrays of this kind ("mean", "stderr", "samples") by observable."""
    with h5py.File(path) as file:
        group = file["ensemble/observables"]
        return {name: group[name][kind][...] for name in group}


def datasets(path):
    """All datasets by their path."""
    found = {}

    def note(name, item):
        if isinstance(item, h5py.Dataset):
            found[name] = item[...]

    with h5py.File(path) as file:
        file.visititems(note)
    return found


def done_in(path):
    """Number of finished realizations, and whether the file calls itself complete."""
    with h5py.File(path) as file:
        return int(file["ensemble/done"][...].sum()), file.attrs["status"] == "complete"
