"""Copies raw profiles with every counter that has run over set to a large number, so that llvm-profdata takes the rest.

usage: profiles.py FOLDER PROFILE…

A process adds its counts to those in its file. Counters of closures that several modules have are added once for each of these, and so
double with every process: after some sixty the sum runs over, and llvm-profdata refuses the whole file for it. That such a closure was
run is all that coverage asks.
"""

import struct
import sys
from pathlib import Path

MAGIC = 0xFF6C70726F667281  # 64 bits, little-endian
VERSION = 10  # of LLVM's raw profiles: 16 numbers of 8 bytes, build ids, 64 bytes a function, counters
HEADER, RECORD = 16 * 8, 64
MOST = 1 << 56  # what llvm-profdata takes for sound, roughly
INSTEAD = 1 << 40


def mended(data: bytes) -> bytes:
    magic, version, ids, functions, padding, counters = struct.unpack_from("<6Q", data)
    if magic != MAGIC or version & 0xFF != VERSION:
        return data
    start = HEADER + ids + RECORD * functions + padding
    numbers = struct.unpack_from(f"<{counters}Q", data, start)
    fixed = struct.pack(f"<{counters}Q", *(INSTEAD if number >= MOST else number for number in numbers))
    return data[:start] + fixed + data[start + len(fixed):]


folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
for name in sys.argv[2:]:
    (folder / Path(name).name).write_bytes(mended(Path(name).read_bytes()))
