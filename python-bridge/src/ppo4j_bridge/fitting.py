"""What environments give, checked against what their spaces say.

Numbers of another dtype are accepted if they stay the same numbers: nothing is broadcast, wrapped,
cut off or read from text. Whether whole numbers are choices of a Discrete space is checked in Java,
except inside Dict and Tuple, which Java does not see.
"""

from __future__ import annotations

import decimal
import numbers
from collections.abc import Callable
from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

Array = NDArray[Any]
Fit = Callable[[Any], Array]
"""Returns an observation as an array of the space's shape and dtype, or raises `MisfitError`."""

FitLeaves = Callable[[Any], list[Array]]
"""Returns the flattened leaves of an observation, or raises `MisfitError`."""

LONGEST = 300
"""The number of characters of a space or a value in a message."""

FLOATS = frozenset({float, np.float64, np.float32})
"""The types of rewards that ``float`` converts without a check."""

FLOAT64 = np.dtype(np.float64)

FLAGS = frozenset({bool, np.bool_})
"""The types of flags that need no check."""


class MisfitError(ValueError):
    """A value of an environment that is not what its space says.

    Attributes:
        given: what the environment gave, such as ``an observation of shape (1,)``.
        expected: what it should have been, such as ``its space ... has shape (3,)``.
        time: when, such as ``at step 3 of episode 1`` after a space; empty if it is not known.
        env: the index in a vector environment; -1 if the value concerns all.

    """

    def __init__(self, given: str, expected: str, time: str = "") -> None:
        super().__init__(f"{given}{time}, but {expected}; fix the environment")
        self.given = given
        self.time = time
        self.expected = expected
        self.env = -1

    def at(self, time: str) -> MisfitError:
        """Returns a copy of this error with a time in its message, if it has none."""
        return self if self.time else MisfitError(self.given, self.expected, f" {time}")


def observation_fit(space: spaces.Space[Any]) -> Fit:
    """Returns the check of observations of ``space``, one that `observation_rows` supports."""
    if isinstance(space, spaces.Dict | spaces.Tuple):
        flatten = leaves_fit(space)
        return lambda observation: np.concatenate(flatten(observation))
    dtype, shape = np.dtype(space.dtype), space.shape or ()
    text = brief(space)
    narrows = dtype.kind == "f" and dtype.itemsize < 8
    zeros = np.zeros(int(np.prod(shape, dtype=np.int64)))

    def fit(observation: Any) -> Array:
        # Many environments give float64 where their space says float32.
        if (
            narrows
            and observation.__class__ is np.ndarray
            and observation.dtype is FLOAT64
            and observation.shape == shape
        ):
            cast: Array = observation.astype(dtype)
            if zeros.dot(cast.reshape(-1)) == 0:  # an infinity times zero is NaN
                return cast
        return _fitted(observation, dtype, shape, "an observation", text)

    return fit


def leaves_fit(space: spaces.Space[Any]) -> FitLeaves:
    """Returns the check of observations that are a Dict or Tuple."""
    return _part(space, "")


def number(value: Any) -> float:
    """Returns a reward, which may be any real number or an array of one."""
    try:
        if isinstance(value, numbers.Real | decimal.Decimal):
            return float(value)
        array = np.asarray(value)
        if array.dtype.kind in "biuf" and array.size == 1:
            return float(array.item())
    except OverflowError:
        raise MisfitError(
            "a reward of more than 1.8e308", "a reward must be a number that float64 holds"
        ) from None
    except Exception:
        array = None
    raise MisfitError(_described("reward", value, array), "a reward must be one number")


def flag(name: str, value: Any) -> bool:
    """Returns the flag ``name``: a truth value, 0 or 1, or an array of one of these."""
    try:
        array = np.asarray(value)
        if array.dtype.kind in "biuf" and array.size == 1 and array.item() in (0, 1):
            return bool(array.item())
    except Exception:
        array = None
    raise MisfitError(_described(f"flag '{name}'", value, array), "a flag must be True or False")


def vector_numbers(values: Any, count: int) -> Array:
    """Returns the rewards of ``count`` sub-environments."""
    array = _vector("rewards", values, count)
    if array.dtype.kind in "biuf":
        return array.astype(np.float64)
    return np.array(_each(number, array))


def vector_flags(name: str, values: Any, count: int) -> Array:
    """Returns the flags ``name`` of ``count`` sub-environments."""
    array = _vector(f"flags '{name}'", values, count)
    if array.dtype.kind == "b":
        return array
    return np.array(_each(lambda value: flag(name, value), array), dtype=np.bool_)


def _each(convert: Callable[[Any], Any], values: Array) -> list[Any]:
    converted = []
    for i, value in enumerate(values):
        try:
            converted.append(convert(value))
        except MisfitError as misfit:
            misfit.env = i
            raise
    return converted


def vector_row(space: spaces.Space[Any], values: Any, i: int, count: int) -> Any:
    """Returns observation ``i`` of a batch of ``count`` values of ``space``."""
    if isinstance(space, spaces.Dict):
        require_keys(space, values, "")
        return {key: vector_row(part, values[key], i, count) for key, part in space.items()}
    if isinstance(space, spaces.Tuple):
        _require_length(space, values, "")
        parts = zip(space.spaces, values, strict=True)
        return tuple(vector_row(part, value, i, count) for part, value in parts)
    try:
        length = len(values)
    except TypeError:
        length = -1
    if length != count:
        given = f"{length} observations" if length >= 0 else f"the observations {brief(values)}"
        raise MisfitError(given, f"it has {count} sub-environments of space {brief(space)}")
    return values[i]


def brief(value: Any) -> str:
    """Returns ``value`` as text in one line."""
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST else text[:LONGEST] + "..."


def _fitted(value: Any, dtype: np.dtype, shape: tuple[int, ...], what: str, space: str) -> Array:
    try:
        array = np.asarray(value)
    except Exception as error:
        given = f"{what} that is no array of numbers ({brief(error)})"
        raise MisfitError(given, f"its space is {space}") from None
    if array.dtype.kind not in "biuf":
        given = f"{what} that is None" if value is None else f"{what} of dtype {array.dtype}"
        raise MisfitError(given, f"its space {space} has dtype {dtype}")
    if array.shape != shape:
        raise MisfitError(f"{what} of shape {array.shape}", f"its space {space} has shape {shape}")
    if array.dtype == dtype:
        return array
    with np.errstate(all="ignore"):
        cast = array.astype(dtype)
        if dtype.kind == "f":
            lost = np.isinf(cast) & np.isfinite(array)
            if not lost.any():
                return cast
            expected = f"{dtype} holds numbers up to {np.finfo(dtype).max:.2g}"
        else:
            low, high = (0, 1) if dtype.kind == "b" else _limits(dtype)
            lost = (array != np.rint(array)) | (array < low) | (array > high)
            if not lost.any():
                return cast
            expected = f"{dtype} holds whole numbers from {low} to {high}"
    first = np.argwhere(lost)[0]
    at = f" at index {', '.join(map(str, first))}" if shape else ""
    given = f"{what} of dtype {array.dtype} with {array[tuple(first)]}{at}"
    raise MisfitError(given, f"its space is {space}, and {expected}")


def _limits(dtype: np.dtype) -> tuple[int, int]:
    limits = np.iinfo(dtype)
    return int(limits.min), int(limits.max)


def _part(space: spaces.Space[Any], path: str) -> FitLeaves:
    """Returns a check and ``flatten`` of one part of a Dict or Tuple; ``path`` names it."""
    if isinstance(space, spaces.Dict):
        by_key = [(key, _part(part, f"{path}[{key!r}]")) for key, part in space.items()]
        count = len(by_key)

        def flatten_dict(value: Any) -> list[Array]:
            if value.__class__ is not dict or len(value) != count:
                require_keys(space, value, path)
            try:
                return [array for key, part in by_key for array in part(value[key])]
            except KeyError:
                require_keys(space, value, path)
                raise

        return flatten_dict
    if isinstance(space, spaces.Tuple):
        parts = [_part(part, f"{path}[{i}]") for i, part in enumerate(space.spaces)]

        def flatten_tuple(value: Any) -> list[Array]:
            _require_length(space, value, path)
            pairs = zip(parts, value, strict=True)
            return [array for part, element in pairs for array in part(element)]

        return flatten_tuple
    return _leaf(space, f"an observation{path}")


def _leaf(space: spaces.Space[Any], what: str) -> FitLeaves:
    text = brief(space)
    if not isinstance(
        space, spaces.Box | spaces.Discrete | spaces.MultiDiscrete | spaces.MultiBinary
    ):

        def flatten_other(value: Any) -> list[Array]:
            if not space.contains(value):
                raise MisfitError(f"{what} of {brief(repr(value))}", f"its space is {text}")
            return [np.asarray(spaces.flatten(space, value))]

        return flatten_other
    dtype, shape = np.dtype(space.dtype), space.shape or ()
    if isinstance(space, spaces.Box):

        def flatten_box(value: Any) -> list[Array]:
            plain = value.__class__ is np.ndarray and value.dtype is dtype
            if not plain or value.shape != shape:
                value = _fitted(value, dtype, shape, what, text)
            return [value.reshape(-1)]

        return flatten_box

    if isinstance(space, spaces.Discrete):
        start, n = int(space.start), int(space.n)

        def flatten_choice(value: Any) -> list[Array]:
            if value.__class__ is not int:
                value = int(_fitted(value, dtype, shape, what, text))
            if not 0 <= value - start < n:
                raise MisfitError(f"{what} of {value}", f"its space is {text}")
            one_hot = np.zeros(n, dtype)
            one_hot[value - start] = 1
            return [one_hot]

        return flatten_choice

    def flatten_choices(value: Any) -> list[Array]:
        array = _fitted(value, dtype, shape, what, text)
        if not space.contains(array):
            raise MisfitError(f"{what} of {brief(array)}", f"its space is {text}")
        return [np.asarray(spaces.flatten(space, array)).reshape(-1)]

    return flatten_choices


def require_keys(space: Any, value: Any, path: str) -> None:
    """Requires the parts of the Dict ``space``; ``path`` names the part that it is."""
    try:
        fits = value.keys() == space.spaces.keys()
    except AttributeError:
        fits = False
        given = f"an observation{path} that is {brief(repr(value))}"
    else:
        given = f"an observation{path} with the parts {brief(list(value))}"
    if not fits:
        raise MisfitError(given, f"its space has the parts {brief(list(space.spaces))}")


def _require_length(space: Any, value: Any, path: str) -> None:
    if not isinstance(value, tuple | list) or len(value) != len(space.spaces):
        raise MisfitError(
            f"an observation{path} that is {brief(repr(value))}",
            f"its space is a tuple of {len(space.spaces)} parts",
        )


def _vector(what: str, values: Any, count: int) -> Array:
    try:
        array = np.asarray(values)
    except Exception as error:
        raise MisfitError(f"{what} that are no array ({brief(error)})", "an array is due") from None
    if array.shape != (count,):
        given = f"{what} of shape {array.shape}"
        raise MisfitError(given, f"they must have shape ({count},), one for each sub-environment")
    return array


def _described(what: str, value: Any, array: Array | None) -> str:
    if array is not None and array.dtype.kind in "biuf" and array.size != 1:
        return f"a {what} of shape {array.shape}"
    return f"a {what} that is {brief(repr(value))}"
