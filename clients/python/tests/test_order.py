"""Jobs of a type with an order, which workers in Python run."""

from __future__ import annotations

import signal
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import Java, WorkerProcess, wait_until

from tenon_jobs import JobContext, Snooze, Worker

Make = Callable[..., Worker]
Start = Callable[..., WorkerProcess]

JOBS = 5


@pytest.mark.parametrize("rabbitmq", [True, False], ids=["by pointers", "from the table"])
def test_jobs_with_the_same_key_run_one_after_another(java: Java, make_worker: Make, rabbitmq: bool) -> None:
    ran: dict[str, list[int]] = defaultdict(list)
    running: set[str] = set()
    overlaps: list[str] = []
    lock = threading.Lock()

    def glue(payload: dict[str, Any], context: JobContext) -> None:
        roll = payload["roll"]
        with lock:
            if roll in running:
                overlaps.append(roll)
            running.add(roll)
            ran[roll].append(payload["number"])
        try:
            time.sleep(0.01)
            if context.attempt == 1 and payload["number"] == 2:
                raise LookupError("no glue")
            if payload["number"] == 4 and ran[roll].count(4) == 1:
                raise Snooze(timedelta(milliseconds=50))
        finally:
            with lock:
                running.discard(roll)

    for name in ("left", "right"):
        worker = make_worker(rabbitmq=rabbitmq, slots=4, name=name)
        worker.job("label.glue")(glue)
        worker.start()
    job_ids = [
        java.submit("label.glue", text=roll, number=number) for number in range(1, JOBS + 1) for roll in ("a", "b", "c")
    ]
    for job_id in job_ids:
        java.wait_for(job_id, "completed")

    assert not overlaps
    assert dict(ran) == dict.fromkeys(("a", "b", "c"), [1, 2, 2, 3, 4, 4, 5])


def test_the_line_of_a_killed_worker_goes_on(java: Java, start_process: Start, diary: Path) -> None:
    first = start_process("first")
    job_ids = [java.submit("label.glue", text="a", number=number) for number in (1, 2, 3)]
    wait_until("the first job is running", lambda: "first glues 1" in diary.read_text())
    first.send(signal.SIGKILL)
    start_process("second")
    for job_id in job_ids:
        java.wait_for(job_id, "completed")
    assert diary.read_text().splitlines() == ["first glues 1", "second glues 1", "second glues 2", "second glues 3"]
    assert java.outcomes(job_ids[0]) == ["lost", "completed"]
