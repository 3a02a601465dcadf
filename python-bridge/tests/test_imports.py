"""The imports between the modules of the package."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import ppo4j_bridge


def _imports(file: Path) -> set[str]:
    """Returns the modules of the package that ``file`` imports, inside functions too."""
    imported = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            package, _, module = node.module.partition(".")
            if package == ppo4j_bridge.__name__:
                imported |= {module} if module else {alias.name for alias in node.names}
    return imported


def test_modules_import_each_other_in_one_direction() -> None:
    files = Path(ppo4j_bridge.__file__).parent.glob("*.py")
    graph = {file.stem: _imports(file) for file in files}
    assert graph["server"] >= {"making", "host"}
    TopologicalSorter(graph).prepare()  # raises CycleError
