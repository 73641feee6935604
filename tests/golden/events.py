#!/usr/bin/env python3
"""Writes the files of events in this folder with packages that share no code with koSNN.

    pip install numpy dv-processing==2.0.4 aedat==2.3.0 expelliarmus==1.1.12
    python3 events.py FOLDER          writes them
    python3 events.py --read FILE...  prints what these packages read from files: t x y p

dv-processing writes AEDAT 4 with each compression, expelliarmus .dat. The events follow the formula
in `event`, which tests/unit/io_events_aedat.cpp and io_events.cpp repeat.
"""

import pathlib
import sys

import numpy


def event(k):
    """Event k: t in us, x, y, polarity."""
    return 37 * k, k * 7 % 30, k * 5 % 20, int(k % 3 == 0)


def write_aedat4(folder):
    import dv_processing as dv

    config = dv.io.MonoCameraWriter.EventOnlyConfig
    compressions = type(config("camera", (30, 20)).compression).__members__
    for name, compression in compressions.items():
        path = folder / f"events_{name.lower()}.aedat4"
        writer = dv.io.MonoCameraWriter(str(path), config("camera", (30, 20), compression))
        for numbers in (range(40), range(40, 50)):  # a packet each
            store = dv.EventStore()
            for k in numbers:
                t, x, y, p = event(k)
                store.push_back(1_600_000_000_000_000 + t, x, y, bool(p))
            writer.writeEvents(store)


def write_dat(folder):
    from expelliarmus import Wizard

    kind = [("t", numpy.int64), ("y", numpy.int16), ("x", numpy.int16), ("p", numpy.uint8)]
    events = numpy.array([(t, y, x, p) for t, x, y, p in map(event, range(50))], dtype=kind)
    Wizard(encoding="dat").save(fpath=str(folder / "events.dat"), arr=events)


def read(path):
    if path.endswith(".dat"):
        from expelliarmus import Wizard

        return Wizard(encoding="dat").read(fpath=path)
    import aedat

    packets = [packet["events"] for packet in aedat.Decoder(path) if "events" in packet]
    events = numpy.concatenate(packets)
    return [dict(t=e["t"], x=e["x"], y=e["y"], p=int(e["on"])) for e in events]


def main():
    if sys.argv[1] == "--read":
        for path in sys.argv[2:]:
            for e in read(path):
                print(e["t"], e["x"], e["y"], e["p"])
    else:
        write_aedat4(pathlib.Path(sys.argv[1]))
        write_dat(pathlib.Path(sys.argv[1]))


if __name__ == "__main__":
    main()
