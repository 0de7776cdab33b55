"""What is read of a results file, which may be somebody else's text or damaged: FormatError for all
that the program would not have written."""

import builtins
import contextlib
import re
import zlib

import h5py
import numpy as np

_SEAL = re.compile(rb"\nrmtheat results, CRC-32 ([0-9a-f]{8})\n")
_SEAL_SIZE = 34
_REFERENCES = ("DIMENSION_LIST", "REFERENCE_LIST")


class FormatError(ValueError):
    """The file is none that this package reads; the message is one sentence that says why."""


@contextlib.contextmanager
def damage_named(path):
    """Turns whatever goes wrong while an open file is read into FormatError."""
    try:
        yield
    except FormatError as error:
        raise FormatError(f"{path} cannot be read: {_sentence(error)}.") from error
    except Exception as error:  # h5py raises nearly all kinds
        raise FormatError(f"{path} is damaged: {_sentence(error)}.") from error


def seal(path):
    """The line after the end of the HDF5 file, with the CRC-32 of all bytes before it: "whole", "broken"
    where they are others than they were, or "absent": HDF5 cuts it off when a program changes the file."""
    with builtins.open(path, "rb") as file:
        file.seek(0, 2)
        left = max(file.tell() - _SEAL_SIZE, 0)
        file.seek(0)
        found = 0
        while left > 0 and (block := file.read(min(left, 1 << 20))):
            found = zlib.crc32(block, found)
            left -= len(block)
        match = _SEAL.fullmatch(file.read())
    return "absent" if match is None else "whole" if int(match[1], 16) == found else "broken"


def require_digests(file):
    """Refuses a file in which something is not there any more as the program wrote it. What others have
    put beside it may be; files of earlier versions have no list."""
    if "digests" not in file:
        return
    *lines, last = _text(member(file, "digests").attrs["crc32"]).splitlines()
    if zlib.crc32("".join(f"{line}\n" for line in lines).encode()) != int(last, 16):
        raise FormatError("it was changed since it was written (the list of its digests)")
    for line in lines:
        path, _, attribute = line[9:].partition("@")
        item = member(file, path)
        if attribute and attribute not in item.attrs:
            raise FormatError(f"it was changed since it was written ({line[9:]} is missing)")
        data = _attribute_bytes(item.attrs[attribute]) if attribute else _bytes(_stored(item)[()])
        if zlib.crc32(data) != int(line[:8], 16):
            raise FormatError(f"it was changed since it was written ({line[9:]})")


def listed_attributes(file, path):
    """Names of the attributes that the program gave the object; all of it where there is no list."""
    if "digests" not in file:
        return list(member(file, path).attrs)
    lines = _text(member(file, "digests").attrs["crc32"]).splitlines()
    return [place.partition("@")[2] for _, _, place in (line.partition(" ") for line in lines)
            if place.startswith(f"{path}@")]


def member(group, path):
    """The member at this path, all of which is stored in this file."""
    for name in filter(None, path.split("/")):
        if name not in group:
            raise FormatError(f"{group.name.rstrip('/')}/{name} is missing")
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            raise FormatError(f"{group.name.rstrip('/')}/{name} is a link to another place")
        group = group[name]
    return group


def numbers(group, path, shape=None, dtype=np.float64, nan=False):
    """All elements of a dataset, if its type and shape are these and they are finite (or, with `nan`,
    NaN). None in the shape is any length."""
    dataset = _stored(member(group, path))
    if dataset.dtype.newbyteorder("=") != np.dtype(dtype):
        raise FormatError(f"{dataset.name} is of another type than it should be")
    if shape is not None and (len(shape) != dataset.ndim or
                              any(n not in (None, m) for n, m in zip(shape, dataset.shape))):
        raise FormatError(f"{dataset.name} has another shape than it should have")
    values = dataset[()]
    if dtype == np.float64 and not (np.isfinite(values) | (np.isnan(values) if nan else False)).all():
        raise FormatError(f"{dataset.name} holds numbers that are not finite")
    return values


def plain(value):
    """An HDF5 attribute as a Python string or number."""
    if isinstance(value, (bytes, str)):
        return _text(value)
    return value.item() if isinstance(value, np.generic) else value


def _stored(dataset):
    properties = dataset.id.get_create_plist() if isinstance(dataset, h5py.Dataset) else None
    if properties is None or properties.get_layout() not in (h5py.h5d.CONTIGUOUS, h5py.h5d.CHUNKED):
        raise FormatError(f"{dataset.name} is no dataset that is read here (contiguous and chunked are)")
    if properties.get_external_count() > 0:
        raise FormatError(f"the elements of {dataset.name} are stored in another file")
    return dataset


def _bytes(values):
    values = np.asarray(values)
    return np.array(values.shape, "<u8").tobytes() + values.astype(values.dtype.newbyteorder("<")).tobytes()


def _attribute_bytes(value):
    texts = np.ravel(np.asarray(value, dtype=object)) if not isinstance(value, np.generic) else [value]
    if all(isinstance(text, (bytes, str)) for text in texts):
        return b"".join((text if isinstance(text, bytes) else text.encode(errors="surrogateescape")) + b"\0"
                        for text in texts)
    return _bytes(value)


def _text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def _sentence(error):
    words = str(error.args[0] if error.args else error).strip().rstrip(".")
    line = next(iter(words.splitlines()), type(error).__name__)
    return "".join(c if c.isprintable() else "?" for c in line)
