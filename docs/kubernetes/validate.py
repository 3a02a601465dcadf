#!/usr/bin/env python3
"""Validates raycluster.yaml with the resource definition of KubeRay.

.venv-ray/bin/python docs/kubernetes/validate.py FOLDER_OF_RAY_OPERATOR

The folder is that of the Go module github.com/ray-project/kuberay/ray-operator, which
``go mod download -json github.com/ray-project/kuberay/ray-operator@v1.6.0`` names. Fields that the
definition does not have are errors. Writes the part of the definition that the manifest uses to
schema.json, which python-bridge/tests/test_kubernetes.py holds the manifest to.
"""

import json
import sys
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

HERE = Path(__file__).parent
KEPT = ("type", "enum", "pattern", "anyOf", "required", "x-kubernetes-int-or-string")
NOTICE = (
    "Part of ray.io_rayclusters.yaml of KubeRay {version}, https://github.com/ray-project/kuberay,"
    " licensed under the Apache License 2.0; changed: everything that raycluster.yaml does not use"
    " is left out."
)


def closed(schema: dict[str, Any]) -> dict[str, Any]:
    """Returns a schema that refuses fields it does not know, as the API server's strict mode."""
    result = dict(schema)
    if "properties" in schema:
        result["properties"] = {
            name: closed(each) for name, each in schema["properties"].items()
        }
        result["additionalProperties"] = False
    elif schema.get("type") == "object" and "additionalProperties" not in schema:
        # metadata, and fields that keep whatever they are given
        result["additionalProperties"] = True
    if "items" in schema:
        result["items"] = closed(schema["items"])
    return result


def used(schema: dict[str, Any], values: list[Any]) -> dict[str, Any]:
    """Returns the part of a schema that some values use."""
    result = {name: schema[name] for name in KEPT if name in schema}
    if "properties" in schema:
        names = dict.fromkeys(name for value in values for name in value)
        result["properties"] = {
            name: used(
                schema["properties"][name],
                [value[name] for value in values if name in value],
            )
            for name in names
        }
    if "additionalProperties" in schema:
        result["additionalProperties"] = schema["additionalProperties"]
    if "items" in schema:
        result["items"] = used(
            schema["items"], [item for value in values for item in value]
        )
    return result


def main(folder: Path) -> int:
    """Validates, and writes the schema; returns the number of mistakes."""
    manifest = yaml.safe_load((HERE / "raycluster.yaml").read_text())
    definition = yaml.safe_load(
        (folder / "config/crd/bases/ray.io_rayclusters.yaml").read_text()
    )
    [version] = [
        each
        for each in definition["spec"]["versions"]
        if f"{definition['spec']['group']}/{each['name']}" == manifest["apiVersion"]
    ]
    schema = version["schema"]["openAPIV3Schema"]
    mistakes = list(Draft202012Validator(closed(schema)).iter_errors(manifest))
    for each in mistakes:
        print(f"{'.'.join(str(step) for step in each.path)}: {each.message}")
    if not mistakes:
        notice = NOTICE.format(version=folder.name.partition("@")[2])
        text = json.dumps({"$comment": notice, **used(schema, [manifest])}, indent=1)
        (HERE / "schema.json").write_text(text + "\n")
        print("raycluster.yaml is valid")
    return len(mistakes)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
