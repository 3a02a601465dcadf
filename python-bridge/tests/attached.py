"""Hosts without a worker process, attached to a map in plain memory."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ppo4j_bridge import layout
from ppo4j_bridge.host import Host, Sections, host_layout
from ppo4j_bridge.making import make_host


@contextmanager
def attached(env_id: str, count: int, **kwargs: Any) -> Iterator[tuple[Host, Sections]]:
    """Makes a host and yields it with the sections of its map, as Java sees them."""
    host = make_host(env_id, count, kwargs)
    memory = memoryview(mmap.mmap(-1, host_layout(host).size))
    host.attach(memory)
    yield host, Sections(memory, host)
    host.close()


class MapFile:
    """A map file as Java makes it, to which a worker attaches."""

    def __init__(self, path: Path, size: int) -> None:
        self.path = path
        path.touch(0o600)
        path.write_bytes(bytes(size))
        with path.open("r+b") as file:
            self._flags = memoryview(mmap.mmap(file.fileno(), size)).cast("q")

    def post(self, operation: int, seed: int = 0) -> None:
        """Makes a request."""
        self._flags[layout.OPERATION // 8] = operation
        self._flags[layout.SEED // 8] = seed
        self._flags[layout.REQUEST // 8] += 1

    @property
    def acknowledged(self) -> int:
        """The number of requests carried out."""
        return self._flags[layout.ACKNOWLEDGED // 8]
