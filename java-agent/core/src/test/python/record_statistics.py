"""Records what SciPy and NumPy compute of samples of a few seeds.

    pip install scipy
    python record_statistics.py

writes resources/golden/statistics.json: a list of pairs of samples a and b with Welch's p-value
and interval of the difference of means, the Mann-Whitney p-value (exact, by all permutations where
values tie; SciPy's normal approximation for large samples), the probability of improvement, and of
a alone: mean, std with n - 1, median, the quantile at 0.1, and the interquartile mean as
scipy.stats.trim_mean cuts it.
"""

from __future__ import annotations

import itertools
import json
import platform
from pathlib import Path
from typing import Any

import numpy as np
import scipy
from scipy import stats

FILE = Path(__file__).parent.parent / "resources" / "golden" / "statistics.json"


def by_all_permutations(a: list[float], b: list[float]) -> float:
    """The exact two-sided p-value of the rank sum, whatever ties there are."""
    ranks = stats.rankdata(a + b)
    expected = ranks.sum() * len(a) / len(ranks)
    distance = abs(ranks[: len(a)].sum() - expected)
    sums = [sum(chosen) for chosen in itertools.combinations(ranks, len(a))]
    return sum(abs(each - expected) >= distance - 1e-9 for each in sums) / len(sums)


def case(a: list[float], b: list[float]) -> dict[str, Any]:
    ties = len(set(a + b)) < len(a) + len(b)
    large = len(a) + len(b) > 50
    if large:
        mann_whitney = float(stats.mannwhitneyu(a, b, method="asymptotic").pvalue)
    elif ties:
        mann_whitney = by_all_permutations(a, b)
    else:
        mann_whitney = float(stats.mannwhitneyu(a, b, method="exact").pvalue)
    welch = stats.ttest_ind(a, b, equal_var=False)
    interval = welch.confidence_interval(0.95)
    pairs = [(x > y) + 0.5 * (x == y) for x in a for y in b]
    return {
        "a": a,
        "b": b,
        "welch": float(welch.pvalue),
        "difference": [float(interval.low), float(interval.high)],
        "mann_whitney": mann_whitney,
        "improvement": float(np.mean(pairs)),
        "mean": float(np.mean(a)),
        "std": float(np.std(a, ddof=1)),
        "median": float(np.median(a)),
        "quantile10": float(np.quantile(a, 0.1)),
        "iqm": float(stats.trim_mean(a, 0.25)),
    }


def main() -> None:
    random = np.random.default_rng(20261121)

    def normal(mean: float, std: float, n: int) -> list[float]:
        return [float(x) for x in random.normal(mean, std, n)]

    cases = [
        case(normal(1400, 50, 3), normal(2900, 1100, 3)),
        case(normal(1400, 50, 10), normal(1500, 300, 10)),
        case(normal(0, 1, 10), normal(2, 1, 3)),
        case(normal(0, 1, 2), normal(0, 1, 7)),
        case([500.0, 500.0, 498.5, 500.0, 490.0], [500.0, 497.0, 491.0, 490.0]),
        case([1.0, 2.0, 2.0, 3.0, 4.0, 4.0], [2.0, 3.0, 5.0, 5.0, 6.0, 6.0, 7.0]),
        case(normal(0, 1, 25), normal(0.5, 1, 25)),
        case(normal(0, 1, 30), normal(0.5, 2, 40)),
        case(
            [float(x) for x in random.integers(0, 9, 40)],
            [float(x) for x in random.integers(1, 9, 30)],
        ),
    ]
    origin = f"record_statistics.py, scipy {scipy.__version__}, numpy {np.__version__}"
    origin += f", Python {platform.python_version()}"
    FILE.write_text(json.dumps({"origin": origin, "cases": cases}, indent=1) + "\n")


if __name__ == "__main__":
    main()
