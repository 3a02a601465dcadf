"""What environments print, warn of and raise, as Java receives it."""

import random
import subprocess
import sys
from pathlib import Path

import numpy as np

from ppo4j_bridge.failures import failure_json
from ppo4j_bridge.seeding import seed_globals
from ppo4j_bridge.spaces import UnsupportedSpaceError

WARNING = """
import warnings
from gymnasium import logger
from ppo4j_bridge.reports import report_warnings
report_warnings()
for episode in range(3):
    logger.warn("the observation is odd,\\nvery %s", "odd")
    logger.error("broken %d", episode)
    warnings.warn("another", stacklevel=1)
"""


def test_warnings_of_gymnasium_are_marked_lines_each_once() -> None:
    run = subprocess.run([sys.executable, "-c", WARNING], capture_output=True, text=True)
    lines = run.stderr.splitlines()
    marked = [line for line in lines if line.startswith("ppo4j-warning: ")]
    assert marked == [
        "ppo4j-warning: the observation is odd, very odd",
        "ppo4j-warning: broken 0",
        "ppo4j-warning: broken 1",
        "ppo4j-warning: broken 2",
    ]
    assert sum("UserWarning: another" in line for line in lines) == 1


def test_the_reason_of_a_syntax_error_comes_first(tmp_path: Path) -> None:
    try:
        compile("def f(:\n", str(tmp_path / "bad.py"), "exec")
    except SyntaxError as error:
        text = failure_json(error, "make")
    assert '"error": "SyntaxError: invalid syntax in line 1 of ' in text
    assert "bad.py" in text


def test_errors_of_the_bridge_are_sentences_without_a_type() -> None:
    assert '"error": "no row"' in failure_json(UnsupportedSpaceError("no row"), "make")


def test_causes_are_reported_with_all_their_lines() -> None:
    try:
        try:
            raise ValueError("first line\nsecond line")
        except ValueError as cause:
            raise RuntimeError("it failed") from cause
    except RuntimeError as error:
        text = failure_json(error, "step")
    expected = "RuntimeError: it failed (caused by ValueError: first line\\nsecond line)"
    assert f'"error": "{expected}"' in text


def test_global_generators_repeat_with_the_seed() -> None:
    def draw(seed: int) -> tuple[float, float]:
        seed_globals(seed)
        return random.random(), float(np.random.rand())

    assert draw(5) == draw(5)
    assert draw(5) != draw(6)
    assert draw(2**32 + 5)[0] != draw(5)[0], "all bits of a seed count where they can"
