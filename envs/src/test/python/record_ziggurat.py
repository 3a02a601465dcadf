"""Records the tables by which numpy draws normal deviates, for Ziggurat.

    python record_ziggurat.py > ../../main/resources/org/ppo4j/env/ziggurat.txt

The tables are private to numpy, but a Generator reveals them if its bits are chosen: it draws from
our own bit generator, whose 64 bits are a layer and a position in it. The deviate at position 1 is
the width of the layer, and its inside ends at the first position that needs a second number.
"""

import ctypes
import datetime
import struct
import threading
from typing import Any

import numpy as np

LAYERS = 256
PLACES = 2**52

UINT64 = ctypes.CFUNCTYPE(ctypes.c_uint64, ctypes.c_void_p)
UINT32 = ctypes.CFUNCTYPE(ctypes.c_uint32, ctypes.c_void_p)
DOUBLE = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_void_p)


class BitGen(ctypes.Structure):
    """numpy's bitgen_t, numpy/random/bitgen.h."""

    _fields_ = (
        ("state", ctypes.c_void_p),
        ("next_uint64", UINT64),
        ("next_uint32", UINT32),
        ("next_double", DOUBLE),
        ("next_raw", UINT64),
    )


class ChosenBits:
    """A bit generator that returns the chosen bits and counts the doubles drawn from it."""

    def __init__(self) -> None:
        self.bits = 0
        self.double = 0.0
        self.doubles = 0
        self.lock = threading.Lock()
        next_uint64 = UINT64(lambda _: self.bits)
        self.struct = BitGen(
            None, next_uint64, UINT32(lambda _: 0), DOUBLE(self.next_double), next_uint64
        )
        self.name = b"BitGenerator"
        new: Any = ctypes.pythonapi.PyCapsule_New
        new.restype = ctypes.py_object
        new.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
        self.capsule = new(ctypes.addressof(self.struct), self.name, None)

    def next_double(self, _: Any) -> float:
        """Gives the chosen number."""
        self.doubles += 1
        return self.double


def draw(chosen: ChosenBits, rng: np.random.Generator, layer: int, place: int) -> tuple[float, int]:
    """Returns the deviate of a place in a layer, and how many doubles it took."""
    chosen.bits = place << 9 | layer
    chosen.doubles = 0
    chosen.double = 0.0 if layer else 0.5  # accepted at once, in the tail too
    return rng.standard_normal(), chosen.doubles


def inside(chosen: ChosenBits, rng: np.random.Generator, layer: int) -> int:
    """Returns the first position in a layer that needs a second number."""
    low, high = 0, PLACES
    while low < high:
        middle = (low + high) // 2
        if draw(chosen, rng, layer, middle)[1]:
            high = middle
        else:
            low = middle + 1
    return low


def main() -> None:
    """Prints the tables."""
    chosen = ChosenBits()
    rng = np.random.Generator(chosen)  # type: ignore[arg-type]
    print(f"# numpy {np.__version__}, recorded {datetime.date.today()} by record_ziggurat.py")
    print(
        "# from what numpy answers, not from its source; numpy is under the BSD 3-clause licence,"
    )
    print("# Copyright (c) 2005-2025, NumPy Developers")
    print("# layer by layer: the bits of its width over 2^52, and where its inside ends")
    for layer in range(LAYERS):
        width = draw(chosen, rng, layer, 1)[0]
        print(struct.pack(">d", width).hex(), inside(chosen, rng, layer))


if __name__ == "__main__":
    main()
