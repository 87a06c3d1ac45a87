"""Runs the geometry in a separate process, which is ended when the job must stop."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
from typing import Any

from tenon_jobs import JobContext, PermanentError

_UNUSABLE = 2


class GeometryError(Exception):
    """The process ended without an outcome. Another attempt may do better."""


def run(task: dict[str, Any], context: JobContext) -> dict[str, Any]:
    """Does a task and passes its progress on.

    :raises PermanentError: what is asked for is impossible
    :raises GeometryError: the process has crashed
    """
    with (
        tempfile.TemporaryFile(mode="w+") as errors,
        subprocess.Popen(
            [sys.executable, "-m", "plm_cad.geometry"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        context.on_stop(process.kill)
        assert process.stdin is not None and process.stdout is not None
        # A process that was killed, or does not start, does not read: its exit code says more
        with contextlib.suppress(BrokenPipeError), process.stdin as stdin:
            json.dump(task, stdin)
        last: dict[str, Any] = {}
        for line in process.stdout:
            last = json.loads(line)
            if "percent" in last:
                context.progress(last["percent"], last["message"])
        code = process.wait()
        context.check_cancelled()
        if code == 0:
            return last["outcome"]
        if code == _UNUSABLE:
            raise PermanentError(last["unusable"])
        errors.seek(0)
        raise GeometryError(f"The geometry process ended with {code}: {errors.read()[-2000:]}")
