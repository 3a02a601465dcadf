"""Runs CleanRL 1.2.0's ppo_continuous_action.py on Gymnasium 1.x; run by `./ppo4j compare`.

    python peer_cleanrl.py ENV STEPS SEED

CleanRL was written for Gymnasium 0.29. This reads its installed source, replaces the three places
whose interface Gymnasium has changed since, and runs the result. The learning code is unchanged.
Writes TensorBoard event files to runs/ in the current folder.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

REPLACED = {
    # TransformObservation requires the space of its results.
    "lambda obs: np.clip(obs, -10, 10))": (
        "lambda obs: np.clip(obs, -10, 10), env.observation_space)"
    ),
    # The end of an episode and the start of the next are in one step, as in 0.29.
    "for i in range(args.num_envs)]\n    )": (
        "for i in range(args.num_envs)],\n"
        "        autoreset_mode=gym.vector.AutoresetMode.SAME_STEP,\n    )"
    ),
    # Final infos are arrays with a mask, not a list.
    'for info in infos["final_info"]:': 'for info in ended(infos["final_info"]):',
}


def ended(final_info: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The final infos of the environments whose episodes ended, in Gymnasium 0.29's form."""
    episodes = final_info["episode"]
    for i in final_info["_episode"].nonzero()[0]:
        yield {"episode": {"r": episodes["r"][i : i + 1], "l": episodes["l"][i : i + 1]}}


def main() -> None:
    env, steps, seed = sys.argv[1:]
    package = importlib.util.find_spec("cleanrl")
    assert package is not None and package.submodule_search_locations is not None
    file = Path(package.submodule_search_locations[0]) / "ppo_continuous_action.py"
    source = file.read_text()
    for old, new in REPLACED.items():
        if source.count(old) != 1:
            sys.exit(f"{file} is not CleanRL 1.2.0's: it does not say {old!r} once")
        source = source.replace(old, new)
    sys.argv = [str(file), "--cuda", "False", "--env-id", env]
    sys.argv += ["--seed", seed, "--total-timesteps", steps]
    code = compile(source, str(file), "exec")
    exec(code, {"__name__": "__main__", "__file__": str(file), "ended": ended})


if __name__ == "__main__":
    main()
