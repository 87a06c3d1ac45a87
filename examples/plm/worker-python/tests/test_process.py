"""The fate of the process that does the geometry."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tenon_jobs

from plm_cad import process

SAMPLES = Path(__file__).parents[2] / "demo/src/main/resources/cad"


class Context:
    """The part of a JobContext that is used."""

    def __init__(self) -> None:
        self.stopped = threading.Event()
        self.messages: list[str] = []
        self.stop_at = ""
        self._callbacks: list[Callable[[], object]] = []

    def on_stop(self, callback: Callable[[], object]) -> None:
        self._callbacks.append(callback)

    def progress(self, percent: int, message: str) -> None:
        self.messages.append(message)
        if message == self.stop_at:
            self.stopped.set()
            for callback in self._callbacks:
                callback()

    def check_cancelled(self) -> None:
        if self.stopped.is_set():
            raise tenon_jobs.JobCancelled(tenon_jobs.StopReason.CANCELLED)


def task(target: Path, source: Path = SAMPLES / "bracket.step") -> dict[str, Any]:
    return {"task": "convert", "source": str(source), "targets": {"STL": str(target)}}


def test_passes_progress_and_outcome_on(tmp_path: Path) -> None:
    context = Context()
    outcome = process.run(task(tmp_path / "a.stl"), context)

    assert context.messages == ["Reading the shapes", "Making triangles", "Writing STL"]
    assert outcome["triangles"] > 0


def test_is_killed_when_the_job_is_to_stop(tmp_path: Path) -> None:
    context = Context()
    context.stop_at = "Reading the shapes"

    with pytest.raises(tenon_jobs.JobCancelled):
        process.run(task(tmp_path / "a.stl"), context)

    assert not (tmp_path / "a.stl").exists()


def test_what_is_unusable_fails_for_good(tmp_path: Path) -> None:
    letter = tmp_path / "letter.step"
    letter.write_text("Dear Ada,")

    with pytest.raises(tenon_jobs.PermanentError):
        process.run(task(tmp_path / "a.stl", letter), Context())


def test_a_crash_is_an_error_that_may_go_away(tmp_path: Path) -> None:
    with pytest.raises(process.GeometryError, match="ended with 1"):
        process.run({"task": "unknown"}, Context())
