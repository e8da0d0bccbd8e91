"""A disk that forgets what was not made durable, as a model beside a real directory.

What `fsync` was called on is remembered: the bytes of a file, the entries of a directory. `after_power_cut` writes down
what would be left if the power went at this moment and the disk had kept nothing else.
"""

import os
import threading
from pathlib import Path
from typing import Any

import pytest


class Disk:
    """The durable part of the directory `root`, which itself is taken to be durable (and empty at first)."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._bytes: dict[int, bytes] = {}
        self._entries: dict[int, dict[str, tuple[int, bool]]] = {}
        self._lock = threading.Lock()

    def watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Take note of every `os.fsync` from here on."""
        fsync = os.fsync

        def noted(descriptor: Any) -> None:
            fsync(descriptor)
            with self._lock:
                self._note(Path(f"/proc/self/fd/{descriptor}").resolve())

        monkeypatch.setattr(os, "fsync", noted)

    def after_power_cut(self, target: Path) -> Path:
        """Write into the new directory `target` what is durable now."""
        with self._lock:
            self._write(self._root.stat().st_ino, target)
        return target

    def _note(self, path: Path) -> None:
        number = path.stat().st_ino
        if path.is_dir():
            with os.scandir(path) as entries:  # which does not look at what may be renamed meanwhile
                self._entries[number] = {each.name: (each.inode(), each.is_dir()) for each in entries}
        else:
            self._bytes[number] = path.read_bytes()

    def _write(self, number: int, target: Path) -> None:
        target.mkdir()
        for name, (child, directory) in self._entries.get(number, {}).items():
            if directory:
                self._write(child, target / name)
            else:
                (target / name).write_bytes(self._bytes.get(child, b""))
