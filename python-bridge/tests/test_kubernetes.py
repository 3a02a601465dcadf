"""The manifest of docs/kubernetes has only fields of KubeRay's resource definition.

schema.json is the part of the definition that it uses, written by docs/kubernetes/validate.py,
which validates with the whole definition.
"""

import json
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

FOLDER = Path(__file__).parents[2] / "docs" / "kubernetes"
TYPES: dict[str, type] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "boolean": bool,
}


def mistakes(schema: dict[str, Any], value: Any, at: str = "") -> list[str]:
    """Returns the fields of a value that a schema does not have, or has with other values."""
    if schema.get("x-kubernetes-int-or-string"):
        fits = isinstance(value, int) or re.fullmatch(schema["pattern"], value)
        return [] if fits else [f"{at} is {value}"]
    expected: Any = TYPES[schema["type"]]
    if not isinstance(value, expected) or value not in schema.get("enum", [value]):
        return [f"{at} is {value}"]
    required: list[str] = schema.get("required", [])
    found = [f"{at} lacks {name}" for name in required if name not in value]
    if isinstance(value, list):
        for i, item in enumerate(value):
            found += mistakes(schema["items"], item, f"{at}[{i}]")
    elif isinstance(value, dict):
        for name, each in value.items():
            known = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
            if known is not None:
                found += mistakes(known, each, f"{at}.{name}")
            elif "properties" in schema:
                found.append(f"{at}.{name} is not a field")
    return found


@pytest.fixture
def schema() -> dict[str, Any]:
    return dict(json.loads((FOLDER / "schema.json").read_text()))


@pytest.fixture
def manifest() -> dict[str, Any]:
    return dict(yaml.safe_load((FOLDER / "raycluster.yaml").read_text()))


def test_the_manifest_is_valid(schema: dict[str, Any], manifest: dict[str, Any]) -> None:
    assert mistakes(schema, manifest) == []


def test_mistakes_are_found(schema: dict[str, Any], manifest: dict[str, Any]) -> None:
    changed = deepcopy(manifest)
    changed["spec"]["authOptions"]["mode"] = "open"
    head = changed["spec"]["headGroupSpec"]
    head["rayStartParams"]["num-cpus"] = 0
    head["replica"] = 1
    container = head["template"]["spec"]["containers"][0]
    container["resources"]["limits"]["memory"] = "4 GB"
    del container["name"]
    assert sorted(mistakes(schema, changed)) == [
        ".spec.authOptions.mode is open",
        ".spec.headGroupSpec.rayStartParams.num-cpus is 0",
        ".spec.headGroupSpec.replica is not a field",
        ".spec.headGroupSpec.template.spec.containers[0] lacks name",
        ".spec.headGroupSpec.template.spec.containers[0].resources.limits.memory is 4 GB",
    ]
