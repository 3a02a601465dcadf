"""Records draws of numpy's default_rng for NumpyRandomTest.

    python record_numpy_random.py > ../resources/org/ppo4j/env/numpy_random.txt

One line is one call on the generator of the last ``seed`` line, then what it gave. Floats are the
16 hex digits of their bits.
"""

import datetime
import functools
import operator
import platform
import struct

import numpy as np

SEEDS = [
    *range(10),
    42,
    2**31 - 1,
    2**31,
    2**32 - 1,
    2**32,
    2**53 + 1,
    2**63 - 1,
    2**64 - 1,
    2**64,
    2**127 + 12345,
    2**128,
    2**200 + 99,
]
BOUNDS = [1, 2, 3, 7, 1000, 2**31 - 1, 2**31 + 1, 3 * 2**30, 2**32 - 1, 2**32]


def bits(value: float) -> str:
    return struct.pack(">d", value).hex()


def print_state(rng: np.random.Generator) -> None:
    state = rng.bit_generator.state
    pcg = state["state"]
    print(
        f"state {pcg['state']:032x} {pcg['inc']:032x} {state['has_uint32']} {state['uinteger']}"
    )


def record(seed: int) -> None:
    rng = np.random.default_rng(seed)
    print(f"seed {seed}")
    print_state(rng)
    for _ in range(4):
        print(f"uint64 {int(rng.bit_generator.random_raw()):016x}")
    for _ in range(4):
        print(f"double {bits(rng.random())}")
    for lo, hi in [(-0.05, 0.05), (-0.6, -0.4), (-np.pi, np.pi), (0.0, 1e300)]:
        print(f"uniform {bits(lo)} {bits(hi)} {bits(rng.uniform(lo, hi))}")
    for n in BOUNDS:
        print(f"integers {n} {rng.integers(n)}")
    print(f"double {bits(rng.random())}")
    for n in BOUNDS:
        print(f"integers {n} {rng.integers(n)}")
    print(f"integers 5 {rng.integers(5)}")
    print_state(rng)
    raws = (int(raw) for raw in rng.bit_generator.random_raw(100_000))
    print(f"xor_of_uint64s 100000 {functools.reduce(operator.xor, raws):016x}")
    print(
        f"sum_of_integers 100000 {3 * 2**30} {rng.integers(3 * 2**30, size=100_000).sum()}"
    )
    print_state(rng)


def main() -> None:
    print(f"# numpy {np.__version__}, Python {platform.python_version()}")
    print(f"# recorded {datetime.date.today()} by record_numpy_random.py")
    for seed in SEEDS:
        record(seed)


if __name__ == "__main__":
    main()
