"""The golden files' format: one line of JSON, then the arrays, little-endian, one after the other.

The line ends with a newline and holds

    origin    how the file was made: script, seed, versions, date
    settings  the settings for PyTorch, and scalar results; free form
    arrays    a list of {name, dtype, shape}, in the order of the bytes that follow;
              dtype is float32, float64 or uint8, the order is C

`org.ppo4j.agent.Golden` reads them. Everything is computed in float64 from inputs that are exactly
float32, so that a test measures Java's rounding only; cleanrl/ has the precision of CleanRL.
"""

from __future__ import annotations

import datetime
import json
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

FOLDER = Path(__file__).parent.parent / "resources" / "golden"


def write(
    path: str,
    script: str,
    seed: int,
    settings: Mapping[str, Any],
    arrays: Mapping[str, npt.NDArray[Any] | torch.Tensor],
) -> None:
    """Writes `arrays` and `settings` to the file `path` below the golden folder."""
    plain = {
        name: np.ascontiguousarray(
            array.detach().numpy() if isinstance(array, torch.Tensor) else array
        )
        for name, array in arrays.items()
    }
    header = {
        "origin": {
            "script": script,
            "seed": seed,
            "python": platform.python_version(),
            "torch": torch.__version__,
            "numpy": np.__version__,
            "date": datetime.date.today().isoformat(),
        },
        "settings": settings,
        "arrays": [
            {"name": name, "dtype": array.dtype.name, "shape": array.shape}
            for name, array in plain.items()
        ],
    }
    file = FOLDER / path
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as out:
        out.write(json.dumps(header, allow_nan=False).encode() + b"\n")
        for array in plain.values():
            if array.dtype.name not in ("float32", "float64", "uint8"):
                raise TypeError(f"golden arrays are float32, float64, uint8, not {array.dtype}")
            out.write(array.astype(array.dtype.newbyteorder("<")).tobytes())


def float32(tensor: torch.Tensor) -> torch.Tensor:
    """Rounds to float32, the precision of the Java side's inputs, and returns float64 again."""
    return tensor.to(torch.float32).to(torch.float64)
