"""The layout compared with the golden file that Java's BridgeLayoutTest reads too."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ppo4j_bridge import layout

GOLDEN = json.loads((Path(__file__).parent / "data" / "layout.golden.json").read_text())


def test_constants() -> None:
    names = ["LINE", "REQUEST", "OPERATION", "SEED", "ACKNOWLEDGED", "HEADER", "STEP", "RESET"]
    names.append("RESET_SOME")
    assert {name: getattr(layout, name) for name in names} == GOLDEN["constants"]


@pytest.mark.parametrize("case", GOLDEN["layouts"], ids=lambda case: case["name"])
def test_sections(case: dict[str, Any]) -> None:
    placed = layout.layout(
        case["num_envs"],
        case["action_size"],
        np.dtype(case["action_dtype"]),
        case["observation_size"],
        np.dtype(case["observation_dtype"]),
        case["mask_size"],
    )
    assert dataclasses.asdict(placed) == case["offsets"]
