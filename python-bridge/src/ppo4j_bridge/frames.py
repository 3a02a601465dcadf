"""Messages between a process and its child over pipes: JSON and bytes.

A frame is the length of its JSON in four bytes and of its bytes in eight, little-endian, the JSON
in UTF-8, and the bytes. Java's side is ``org.ppo4j.ray.Frames``.
"""

from __future__ import annotations

import json
import struct
import threading
from typing import Any, BinaryIO

HEAD = "<IQ"


class Frames:
    """The two ends of a pair of pipes; several threads may write."""

    def __init__(self, read: BinaryIO, write: BinaryIO) -> None:
        self._read = read
        self._write = write
        self._lock = threading.Lock()

    def send(self, message: dict[str, Any], payload: bytes = b"") -> None:
        """Writes a frame."""
        text = json.dumps(message, ensure_ascii=False).encode()
        with self._lock:
            self._write.write(struct.pack(HEAD, len(text), len(payload)) + text)
            self._write.write(payload)
            self._write.flush()

    def receive(self) -> tuple[dict[str, Any], bytes]:
        """Returns the next frame; raises :class:`EOFError` at the end."""
        text_length, length = struct.unpack(HEAD, self._exactly(struct.calcsize(HEAD)))
        message: dict[str, Any] = json.loads(self._exactly(text_length))
        return message, self._exactly(length)

    def _exactly(self, length: int) -> bytes:
        read = self._read.read(length) if length else b""
        if len(read) < length:
            raise EOFError("the other process has ended")
        return read
