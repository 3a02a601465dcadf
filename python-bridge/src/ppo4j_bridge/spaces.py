"""Gymnasium's spaces as rows of numbers, and as JSON for Java."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from gymnasium import spaces

from ppo4j_bridge.fitting import (
    FLOAT64,
    Array,
    Fit,
    FitLeaves,
    leaves_fit,
    observation_fit,
)

CARRIED = {
    np.dtype(carrier): np.dtype(dtype)
    for carrier, dtype in [
        ("float64", "float64"),
        ("float32", "float32"),
        ("float16", "float32"),
        ("int64", "int64"),
        ("int32", "int32"),
        ("int16", "int16"),
        ("int8", "int8"),
        ("uint32", "int64"),
        ("uint16", "uint16"),
        ("uint8", "uint8"),
        ("bool", "bool"),
    ]
}
"""The dtype of the map for each dtype of a space; if they differ, the wider one is exact."""


class UnsupportedSpaceError(ValueError):
    """A space that cannot be a row of numbers."""


@dataclass(frozen=True)
class Rows:
    """How the values of a space are stored in the map.

    Attributes:
        description: the space as Java sees it, in the JSON form of checkpoints.
        dtype: the element type in the map.
        shape: the shape of a row; of observations with images among their parts, its bytes.
        native_dtype: the element type the environment itself uses.
        flattens: whether observations are a Dict or Tuple, not an array of ``shape``.
        fit: turns an observation into an array of ``shape``, which the next call may overwrite, or
            raises `MisfitError` if it is not a value of the space; None for actions.
        decode: turns a row of ``native_dtype``, which the callee may keep, into an action; None if
            it already is one.
        parts: the names and sizes of the leaves of a Dict or Tuple, in order.
        critic_only: how many numbers at the end of an observation are for critics only.

    """

    description: dict[str, Any]
    dtype: np.dtype
    shape: tuple[int, ...]
    native_dtype: np.dtype
    flattens: bool = False
    fit: Fit | None = None
    decode: Callable[[Array], Any] | None = None
    parts: tuple[str, ...] = ()
    critic_only: int = 0

    def native(self, rows: Array) -> Array:
        """Returns rows of the map as a copy in ``native_dtype``; integers never wrap."""
        return _cast(rows, self.native_dtype)

    @property
    def size(self) -> int:
        """The number of elements of a row."""
        return int(np.prod(self.shape, dtype=np.int64))

    @property
    def bytes(self) -> int:
        """The bytes of a row."""
        return self.size * self.dtype.itemsize


def observation_rows(space: spaces.Space[Any]) -> Rows:
    """Returns how observations of ``space`` are stored; Dict and Tuple are flattened.

    If a part is an image, the description is a Tuple of the flattened parts.
    """
    rows = _plain_rows(space)
    if rows is not None:
        return dataclasses.replace(rows, fit=observation_fit(space))
    if isinstance(space, spaces.Dict | spaces.Tuple):
        _require_numbers(space)
        flat = spaces.flatten_space(space) if _is_numbers(space) else space
        if isinstance(flat, spaces.Box) and _has_image(space):
            leaves = [_leaf_rows(leaf) for leaf in _leaves(space)]
            return _side_by_side(leaves, leaves_fit(space), _names(space, ""))
        if isinstance(flat, spaces.Box):
            box = _box(flat.low, flat.high, flat.shape, flat.dtype)
            return dataclasses.replace(
                box,
                flattens=True,
                fit=observation_fit(space),
                parts=tuple(_names(space, "")),
            )
    raise UnsupportedSpaceError(
        f"the observation space {space} is not supported: expected Box, Discrete, MultiDiscrete, "
        "MultiBinary, or a Dict or Tuple of these"
    )


def asymmetric_rows(space: spaces.Space[Any], key: str) -> Rows:
    """Returns how observations are stored whose part ``key`` only critics see; it comes last."""
    if not isinstance(space, spaces.Dict) or key not in space.spaces:
        keys = space.spaces if isinstance(space, spaces.Dict) else [space]
        parts = ", ".join(map(str, keys))
        raise UnsupportedSpaceError(
            f"--critic-observation {key} is not among the parts of the observations, which are "
            f"{parts}; --observation-keys, where given, must name it too"
        )
    _require_numbers(space)
    others = spaces.Dict([(name, part) for name, part in space.spaces.items() if name != key])
    hidden = space.spaces[key]
    if not others.spaces:
        raise UnsupportedSpaceError(
            f"--critic-observation {key} must leave other parts for the policy, but observations "
            f"are {space}"
        )
    if _has_image(hidden):
        raise UnsupportedSpaceError(
            f"--critic-observation {key} must be a part of numbers, but it is an image, {hidden}; "
            "name another part"
        )
    ordered = spaces.Dict([*others.items(), (key, hidden)])
    if _has_image(others):
        rows = _rows_before_vector(ordered, others, hidden)
    else:
        rows = observation_rows(ordered)
    return dataclasses.replace(rows, critic_only=spaces.flatdim(hidden))


def _rows_before_vector(space: spaces.Dict, others: spaces.Dict, last: spaces.Space[Any]) -> Rows:
    """Returns the rows of ``space``, ``others`` followed by ``last``, which is one flat leaf."""
    leaves = [_leaf_rows(leaf) for leaf in _leaves(others)]
    count = len(leaves)
    leaves.append(_leaf_rows(spaces.flatten_space(last)))
    flatten = leaves_fit(space)

    def joining(observation: Any) -> list[Array]:
        values = flatten(observation)
        return [*values[:count], np.concatenate(values[count:])]

    return _side_by_side(leaves, joining, _names(space, ""))


def _side_by_side(leaves: list[Rows], flatten: FitLeaves, names: list[str]) -> Rows:
    """Returns rows of bytes: the leaves, each in its own dtype and from a multiple of 8 bytes."""
    ends = list(itertools.accumulate(-(-leaf.bytes // 8) * 8 for leaf in leaves))
    row = np.zeros(ends[-1], np.uint8)
    places = [
        row[start:][: leaf.bytes].view(leaf.dtype)
        for start, leaf in zip([0, *ends], leaves, strict=False)
    ]

    def fit(observation: Any) -> Array:
        for place, values in zip(places, flatten(observation), strict=True):
            place[:] = values
        return row

    return Rows(
        {"type": "tuple", "parts": [leaf.description for leaf in leaves]},
        row.dtype,
        row.shape,
        row.dtype,
        flattens=True,
        fit=fit,
        parts=tuple(names),
    )


def _is_image(space: spaces.Space[Any]) -> bool:
    dimensions = len(space.shape or ()) if isinstance(space, spaces.Box) else 0
    return dimensions == 3 or (dimensions == 2 and space.dtype == np.uint8)


def _has_image(space: spaces.Space[Any]) -> bool:
    return any(_is_image(leaf) for leaf in _leaves(space))


def _leaf_rows(leaf: spaces.Space[Any]) -> Rows:
    """Returns the rows of a leaf next to an image."""
    flat = leaf if _is_image(leaf) else spaces.flatten_space(leaf)
    assert isinstance(flat, spaces.Box)
    return _box(flat.low, flat.high, flat.shape, flat.dtype)


def _require_numbers(space: spaces.Space[Any]) -> None:
    """Names the parts that are not numbers, and the option that picks the others."""
    parts = list(space.spaces.items()) if isinstance(space, spaces.Dict) else []
    usable = [key for key, part in parts if _is_numbers(part)]
    unusable = [f"{key}, {part}" for key, part in parts if not _is_numbers(part)]
    if usable and unusable:
        raise UnsupportedSpaceError(
            f"the observations have a part that is not numbers ({unusable[0]}): pick others, such "
            f"as --observation-keys {','.join(map(str, usable))}"
        )


def _is_numbers(space: spaces.Space[Any]) -> bool:
    if isinstance(space, spaces.Dict | spaces.Tuple):
        parts = _parts(space)
        return len(parts) > 0 and all(_is_numbers(part) for part in parts)
    return isinstance(
        space, spaces.Box | spaces.Discrete | spaces.MultiDiscrete | spaces.MultiBinary
    )


def action_rows(space: spaces.Space[Any]) -> Rows:
    """Returns how actions of ``space`` are stored; Dict and Tuple are joined into one space.

    A Dict or Tuple of discrete spaces becomes a MultiDiscrete, one of boxes a flat Box, and one of
    both a Tuple of its leaves, in float64; so do boxes of several dtypes that are not all floats,
    because Java rounds the numbers of each and keeps them within its dtype.
    """
    rows = _plain_rows(space)
    if rows is not None:
        return rows
    leaves = _leaves(space)
    kinds = [type(leaf) for leaf in leaves]
    if leaves and all(kind is spaces.Box for kind in kinds) and _are_alike(leaves):
        return _joined_box(space, leaves)
    discrete = (spaces.Discrete, spaces.MultiDiscrete, spaces.MultiBinary)
    if leaves and all(issubclass(kind, discrete) for kind in kinds):
        return _joined_discrete(space, leaves)
    if leaves and all(issubclass(kind, (spaces.Box, *discrete)) for kind in kinds):
        return _mixed(space, leaves)
    raise UnsupportedSpaceError(
        f"the action space {space} is not supported: expected Box, Discrete, MultiDiscrete, "
        "MultiBinary, or a Dict or Tuple of these"
    )


def _plain_rows(space: spaces.Space[Any]) -> Rows | None:
    if isinstance(space, spaces.Box):
        return _box(space.low, space.high, space.shape, space.dtype)
    if isinstance(space, spaces.Discrete):
        description = {"type": "discrete", "n": int(space.n), "start": int(space.start)}
        return Rows(description, np.dtype(np.int64), (), np.dtype(space.dtype))
    if isinstance(space, spaces.MultiDiscrete):
        description = _multi_discrete(space.nvec.ravel().tolist(), space.start.ravel().tolist())
        return Rows(description, np.dtype(np.int64), space.shape, np.dtype(space.dtype))
    if isinstance(space, spaces.MultiBinary):
        description = {"type": "multi_binary", "n": _size(space)}
        return Rows(description, np.dtype(np.int8), space.shape, np.dtype(space.dtype))
    return None


def _box(low: Array, high: Array, shape: tuple[int, ...], dtype: Any) -> Rows:
    native = np.dtype(dtype)
    carrier = CARRIED.get(native)
    if carrier is None:
        raise UnsupportedSpaceError(
            f"a Box of dtype {native} is not supported: expected one of "
            + ", ".join(str(dtype) for dtype in CARRIED)
        )
    description = {
        "type": "box",
        "low": _bounds(low),
        "high": _bounds(high),
        "shape": list(shape),
        "dtype": carrier.name,
    }
    return Rows(description, carrier, tuple(shape), native)


def _bounds(bound: Array) -> list[float | str]:
    """Returns all bounds, or a single one if all are equal, as for images."""
    values = bound.ravel().astype(np.float64)
    if values.size > 0 and np.all(values == values[0]):
        return [_number(values[0])]
    return [_number(value) for value in values]


def _number(value: np.float64) -> float | str:
    """Returns a number for JSON, which has no infinities: those are words, as Java writes them."""
    if np.isfinite(value):
        return float(value)
    return "NaN" if np.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _multi_discrete(nvec: list[int], start: list[int]) -> dict[str, Any]:
    return {"type": "multi_discrete", "nvec": nvec, "start": start}


def _leaves(space: spaces.Space[Any]) -> list[spaces.Space[Any]]:
    """Returns the spaces inside ``space`` in the order of Gymnasium's ``flatten``."""
    if isinstance(space, spaces.Dict | spaces.Tuple):
        return [leaf for part in _parts(space) for leaf in _leaves(part)]
    return [space]


def _parts(space: spaces.Dict | spaces.Tuple[Any]) -> list[spaces.Space[Any]]:
    return list(space.spaces.values() if isinstance(space, spaces.Dict) else space.spaces)


def _names(space: spaces.Space[Any], name: str) -> list[str]:
    """Returns names and sizes of the spaces inside ``space``, in the order of ``_leaves``."""
    if isinstance(space, spaces.Dict):
        children = [(str(key), child) for key, child in space.spaces.items()]
    elif isinstance(space, spaces.Tuple):
        children = [(str(i), child) for i, child in enumerate(space.spaces)]
    else:
        size = spaces.flatdim(space) if isinstance(space, spaces.Discrete) else _size(space)
        return [f"{' '.join(name.split())}[{size}]"]
    return [
        each for key, child in children for each in _names(child, f"{name}.{key}" if name else key)
    ]


def _are_alike(boxes: list[Any]) -> bool:
    """Whether the numbers of ``boxes`` are all floats, or all of one dtype."""
    dtypes = {box.dtype for box in boxes}
    return len(dtypes) == 1 or all(dtype.kind == "f" for dtype in dtypes)


def _joined_box(space: spaces.Space[Any], leaves: list[Any]) -> Rows:
    low = np.concatenate([leaf.low.ravel() for leaf in leaves])
    high = np.concatenate([leaf.high.ravel() for leaf in leaves])
    dtype = np.result_type(*[leaf.dtype for leaf in leaves])
    box = _box(low, high, low.shape, dtype)
    return Rows(
        box.description,
        box.dtype,
        box.shape,
        box.native_dtype,
        decode=lambda row: _unflatten(space, row),
        parts=tuple(_names(space, "")),
    )


def _joined_discrete(space: spaces.Space[Any], leaves: list[Any]) -> Rows:
    nvec: list[int] = []
    start: list[int] = []
    for leaf in leaves:
        if isinstance(leaf, spaces.Discrete):
            nvec.append(int(leaf.n))
            start.append(int(leaf.start))
        elif isinstance(leaf, spaces.MultiDiscrete):
            nvec.extend(leaf.nvec.ravel().tolist())
            start.extend(leaf.start.ravel().tolist())
        else:
            nvec.extend([2] * _size(leaf))
            start.extend([0] * _size(leaf))
    return Rows(
        _multi_discrete(nvec, start),
        np.dtype(np.int64),
        (len(nvec),),
        np.dtype(np.int64),
        decode=lambda row: _unflatten(space, row),
        parts=tuple(_names(space, "")),
    )


def _mixed(space: spaces.Space[Any], leaves: list[Any]) -> Rows:
    parts = [_plain_rows(leaf) for leaf in leaves]
    size = sum(part.size for part in parts if part is not None)
    return Rows(
        {"type": "tuple", "parts": [part.description for part in parts if part is not None]},
        FLOAT64,
        (size,),
        FLOAT64,
        decode=lambda row: _unflatten(space, row),
        parts=tuple(_names(space, "")),
    )


def _unflatten(space: spaces.Space[Any], row: Array) -> Any:
    """Returns the value of a Dict or Tuple from its leaves' numbers, one after the other."""
    sizes = [_size(leaf) for leaf in _leaves(space)]
    parts = iter(np.split(row, list(itertools.accumulate(sizes))[:-1]))

    def build(child: Any) -> Any:
        if isinstance(child, spaces.Dict):
            return {key: build(value) for key, value in child.spaces.items()}
        if isinstance(child, spaces.Tuple):
            return tuple(build(value) for value in child.spaces)
        part = _cast(next(parts), child.dtype)
        return part[0] if isinstance(child, spaces.Discrete) else part.reshape(child.shape)

    return build(space)


def _cast(numbers: Array, dtype: np.dtype) -> Array:
    """Returns a copy of ``numbers`` in ``dtype``, clipped to its integers, which never wrap."""
    if dtype.kind in "iu" and numbers.dtype != dtype:
        limits = np.iinfo(dtype)
        high: Any = limits.max
        if numbers.dtype.kind == "f" and float(high) > high:
            high = np.nextafter(float(high), 0)  # the float nearest to it does not fit
        numbers = np.clip(numbers, limits.min, high)
    return numbers.astype(dtype)


def _size(leaf: Any) -> int:
    return int(np.prod(leaf.shape, dtype=np.int64))
