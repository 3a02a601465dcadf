"""Runs a script of CleanRL 1.2.0 that ends when it has solved its task; run by `./ppo4j bench`.

    python peer_cleanrl_bench.py [--stop-at-return R] [--async] SCRIPT [ARGUMENT...]

SCRIPT is `ppo` or `ppo_continuous_action`, with its arguments. The learning code is unchanged: the
program reads what the script prints and, when the mean of the last 100 returns reaches R, prints
`solved_at=STEP` and ends. With --async the sub-environments are stepped by Gymnasium's
AsyncVectorEnv, one process each, instead of SyncVectorEnv.
"""

from __future__ import annotations

import argparse
import importlib.util
import re
import sys
from collections import deque
from pathlib import Path

EPISODE = re.compile(r"global_step=(\d+), episodic_return=\[?([-+.\de]+)\]?")
SYNC = "envs = gym.vector.SyncVectorEnv("


class Watch:
    """Replaces `print` in the script."""

    def __init__(self, stop_at_return: float | None) -> None:
        self.bar = stop_at_return
        self.returns: deque[float] = deque(maxlen=100)

    def __call__(self, *values: object) -> None:
        text = " ".join(map(str, values))
        print(text)
        episode = EPISODE.fullmatch(text)
        if episode is None or self.bar is None:
            return
        self.returns.append(float(episode[2]))
        if len(self.returns) == 100 and sum(self.returns) / 100 >= self.bar:
            print(f"solved_at={episode[1]}")
            sys.exit()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--stop-at-return", type=float)
    parser.add_argument("--async", dest="asynchronous", action="store_true")
    parser.add_argument("script")
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    given = parser.parse_args()
    package = importlib.util.find_spec("cleanrl")
    assert package is not None
    assert package.submodule_search_locations is not None
    file = Path(package.submodule_search_locations[0]) / f"{given.script}.py"
    source = file.read_text()
    if source.count(SYNC) != 1:
        sys.exit(f"{file} is not CleanRL 1.2.0's: it does not say {SYNC!r} once")
    if given.asynchronous:
        source = source.replace(SYNC, SYNC.replace("Sync", "Async"))
    sys.argv = [str(file), *given.arguments]
    names = {
        "__name__": "__main__",
        "__file__": str(file),
        "print": Watch(given.stop_at_return),
    }
    exec(compile(source, str(file), "exec"), names)


if __name__ == "__main__":
    main()
