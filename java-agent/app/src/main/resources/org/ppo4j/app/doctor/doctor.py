"""Prints what ./ppo4j doctor asks a Python: versions, packages, modules that are hidden, rendering.

Runs in any Python 3, so it uses nothing newer. The argument is a module to import, or -.
"""

import importlib
import json
import os
import sys

NEEDED = {
    "gymnasium": ((1, 0), (2,)),
    "numpy": ((1, 23, 2), (3,)),
    "py4j": ((0, 10, 9, 9), (0, 10, 9, 10)),
    "mujoco": ((2, 3, 7), None),
    "Box2D": (None, None),
    "pygame": (None, None),
    "ale_py": (None, None),
    "cv2": (None, None),
}
DISTRIBUTIONS = {
    "Box2D": ["box2d", "box2d-py"],
    "pygame": ["pygame-ce", "pygame"],
    "ale_py": ["ale-py"],
    "cv2": ["opencv-python-headless", "opencv-python"],
}


def numbers(version):
    parts = []
    for part in version.split("."):
        digits = "".join(c for c in part if c.isdigit())
        if not digits:
            break
        parts.append(int(digits))
    return tuple(parts)


def version_of(name, module):
    from importlib import metadata

    for distribution in DISTRIBUTIONS.get(name, [name]):
        try:
            return metadata.version(distribution)
        except metadata.PackageNotFoundError:
            pass
    return str(getattr(module, "__version__", "of unknown version"))


def package(name):
    try:
        module = importlib.import_module(name)
        version = version_of(name, module)
    except ModuleNotFoundError as error:
        missing = "not installed" if error.name == name else "cannot be imported: %s" % error
        return {"error": missing}
    except BaseException as error:
        first = (str(error) or repr(error)).splitlines()[0]
        return {"error": "cannot be imported: %s: %s" % (type(error).__name__, first)}
    low, high = NEEDED[name]
    number = numbers(version)
    fits = (low is None or number >= low) and (high is None or number < high)
    return {"version": version, "fits": fits}


def shadows():
    found = []
    for folder in os.environ.get("PYTHONPATH", "").split(os.pathsep):
        if not folder or not os.path.isdir(folder) or "site-packages" in folder:
            continue
        for file in sorted(os.listdir(folder)):
            name, ending = os.path.splitext(file)
            own = name in getattr(sys, "stdlib_module_names", ())
            if ending == ".py" and (own or name in NEEDED):
                found.append(os.path.join(folder, file))
    return found


def module_error(name):
    if name == "-":
        return None
    try:
        importlib.import_module(name)
        return None
    except BaseException as error:
        first = (str(error) or repr(error)).splitlines()[0]
        return "cannot be imported: %s: %s" % (type(error).__name__, first)


def rendering():
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return {"ok": True, "text": "a screen is there"}
    try:
        from ctypes.util import find_library
    except ImportError as error:
        return {"ok": False, "text": "unknown: %s" % error}
    for library in ("EGL", "OSMesa"):
        if find_library(library):
            return {"ok": True, "text": "no screen; pictures by %s" % library}
    return {"ok": False, "text": "no screen, and neither EGL nor OSMesa; MuJoCo in Python cannot draw"}


def can_make_venv():
    try:
        import ensurepip
        import venv

        return bool(ensurepip.version() and venv.EnvBuilder)
    except Exception:
        return False


if __name__ == "__main__":
    hidden = shadows()
    answer = {
        "version": "%d.%d.%d" % sys.version_info[:3],
        "major": sys.version_info[0],
        "minor": sys.version_info[1],
        "venv": can_make_venv(),
        "shadows": hidden,
        "packages": {name: package(name) for name in NEEDED},
        "module": module_error(sys.argv[1]),
        "rendering": rendering(),
    }
    print("\n" + json.dumps(answer))
