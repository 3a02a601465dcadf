"""Python's global random generators, which some environments draw from."""

from __future__ import annotations

import random

import numpy as np


def seed_globals(seed: int) -> None:
    """Seeds ``random`` and ``numpy.random``.

    Environments should draw from ``self.np_random``, which Gymnasium seeds. Those that draw from
    the global generators repeat with the training's seed too, since each worker seeds them with
    the seed of its first sub-environment when it starts and when it resets by a seed.
    """
    random.seed(seed)
    np.random.seed(seed % 2**32)
