#!/usr/bin/env python3
"""Turns scikit-learn's digits.csv.gz into two gzipped IDX files: convert.py digits.csv.gz FOLDER

Each line of the table holds the 64 values (0..16) of one 8 x 8 image, row by row, and its digit.
Values, labels and order are kept. The result depends on the input alone (no time stamp inside),
but for the compressor's version.
"""
import csv
import gzip
import pathlib
import struct
import sys


def write(path, magic, dims, data):
    header = struct.pack(f">{1 + len(dims)}I", magic, *dims)
    with open(path, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        file.write(header + bytes(data))


def main(table, folder):
    with gzip.open(table, "rt", newline="") as file:
        rows = [[int(float(value)) for value in row] for row in csv.reader(file)]
    assert all(len(row) == 65 and max(row[:64]) <= 16 and row[64] < 10 for row in rows)
    folder = pathlib.Path(folder)
    pixels = [value for row in rows for value in row[:64]]
    write(folder / "digits-images-idx3-ubyte.gz", 0x803, (len(rows), 8, 8), pixels)
    write(folder / "digits-labels-idx1-ubyte.gz", 0x801, (len(rows),), [row[64] for row in rows])


if __name__ == "__main__":
    main(*sys.argv[1:])
