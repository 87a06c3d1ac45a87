"""The folder that all workers keep files in."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class FileStore:
    """Files by their paths in the store, such as ``incoming/bracket.step``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def find(self, path: str) -> Path:
        """Where a file is.

        :raises FileNotFoundError: there is no such file in the store
        """
        file = (self._folder / path).resolve()
        if not file.is_relative_to(self._folder) or not file.is_file():
            raise FileNotFoundError(path)
        return file

    @contextmanager
    def new(self, *paths: str) -> Iterator[list[Path]]:
        """Gives a place for each new file. They are in the store when the block has ended well: readers see whole files."""
        targets = [self._folder / path for path in paths]
        for target in targets:
            target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".new", dir=self._folder) as folder:
            drafts = [Path(folder) / f"{number}{target.suffix}" for number, target in enumerate(targets)]
            yield drafts
            for draft, target in zip(drafts, targets, strict=True):
                os.replace(draft, target)

    def describe(self, path: str, format: str) -> dict[str, object]:
        """A file as the result of a job names it."""
        content = self.find(path).read_bytes()
        return {
            "format": format,
            "path": path,
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
