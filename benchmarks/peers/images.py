"""Images of 28x28 pixels in [0, 1]: the same as those of kosnn_bench_digits."""

import gzip
import pathlib
import struct

import numpy as np

DIGITS = pathlib.Path(__file__).parents[2] / "examples/digits/data/digits-images-idx3-ubyte.gz"


def read_idx(path):
    """Images of an IDX file, gzipped or not, as (count, rows, columns)."""
    data = path.read_bytes()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    magic, count, rows, columns = struct.unpack(">4I", data[:16])
    if magic != 0x803:
        raise SystemExit(f"{path}: not a file of images (IDX, rank 3, bytes)")
    return np.frombuffer(data, np.uint8, offset=16).reshape(count, rows, columns)


def images28(folder):
    """The training part of a folder of the MNIST family; without a folder, the embedded digits,
    each pixel enlarged to 3x3, with a margin of 2."""
    if folder:
        found = sorted(pathlib.Path(folder).glob("train-images*"))
        if not found:
            raise SystemExit(f"{folder}: no file train-images...")
        images = read_idx(found[0])
    else:
        small = read_idx(DIGITS)
        images = np.pad(small.repeat(3, axis=1).repeat(3, axis=2), ((0, 0), (2, 2), (2, 2)))
    return (images / images.max()).astype(np.float32)
