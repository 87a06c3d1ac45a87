"""Workers that die, freeze and stop between and within steps, while others continue what they have begun."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from conftest import PATIENCE, Java, WorkerProcess, wait_until

from tenon_jobs import JobContext, StepContext, Worker, step

Make = Callable[..., Worker]
Start = Callable[..., WorkerProcess]


def noted(diary: Path) -> list[str]:
    return diary.read_text("utf-8").splitlines()


def can_read(java: Java, job_id: str) -> bool:
    try:
        java.job(job_id)
        return True
    except AssertionError:  # its connections are those from before the restart
        return False


def kill_while(start: Start, diary: Path, line: str) -> None:
    """Starts the first worker, and kills it when it has noted the line; then starts the second."""
    first = start("first")
    wait_until(f"'{line}'", lambda: line in noted(diary))
    first.send(signal.SIGKILL)
    first.wait()
    start("second")


def test_a_worker_killed_between_steps_is_followed_without_repeating(
    java: Java, start_process: Start, diary: Path
) -> None:
    job_id = java.submit(text="packs and ships")
    kill_while(start_process, diary, "first ships")
    java.wait_for(job_id, "completed")
    assert java.call("result", jobId=job_id)["text"] == "2 by first, shipped by second"
    assert noted(diary) == ["first packs 0", "first packs 1", "first packs 2", "first ships", "second ships"]
    assert java.outcomes(job_id) == ["lost", "completed"]


def test_a_worker_killed_in_a_step_that_may_not_repeat_leaves_it_in_doubt(
    java: Java, start_process: Start, diary: Path
) -> None:
    job_id = java.submit(text="charges")
    first = start_process("first")
    wait_until("it charges", lambda: noted(diary) == ["first charges"])
    # As long as its worker lives, which on a slow machine may have been silent for too long
    assert java.call("inDoubt") == [] or java.outcomes(job_id) == ["lost"]
    first.send(signal.SIGKILL)
    wait_until("it is in doubt", lambda: java.call("inDoubt") == [f"{job_id} charge"])
    start_process("second")
    java.wait_for(job_id, "completed")
    assert java.call("result", jobId=job_id)["text"] == "order 7, found by second"
    assert noted(diary) == ["first charges", "second asks"]
    assert java.call("inDoubt") == []


def test_a_worker_killed_in_a_transaction_leaves_nothing(
    java: Java, start_process: Start, diary: Path, shelf: str
) -> None:
    job_id = java.submit(text="reserves")
    kill_while(start_process, diary, "first reserves")
    java.wait_for(job_id, "completed")
    with java.owner() as owner:
        assert owner.execute("SELECT label FROM shelf").fetchall() == [("second",)]


def test_a_job_waits_though_no_worker_lives(java: Java, start_process: Start, diary: Path) -> None:
    job_id = java.submit(text="waits")
    first = start_process("first")
    wait_until("it waits", lambda: java.outcomes(job_id) == ["suspended"])
    first.send(signal.SIGKILL)
    first.wait()
    java.call("approve", jobId=job_id, by="ann")
    start_process("second")
    java.wait_for(job_id, "completed")
    assert java.call("result", jobId=job_id)["text"] == "1 by second, approved by ann"
    assert noted(diary) == ["first packs 0", "second packs 1"]


def test_sigterm_hands_a_loop_to_the_next_worker(java: Java, start_process: Start, diary: Path) -> None:
    job_id = java.submit(text="counts")
    first = start_process("first")
    wait_until("it counts", lambda: len(noted(diary)) > 20)
    first.send(signal.SIGTERM)
    code, output = first.wait()
    assert (code, "the worker has returned" in output) == (0, True), output
    start_process("second")
    java.wait_for(job_id, "completed")
    assert [line.split(" ", 1)[1] for line in noted(diary)] == [f"counts {number}" for number in range(1, 301)]
    assert {line.split()[0] for line in noted(diary)} == {"first", "second"}
    assert java.outcomes(job_id) == ["released", "completed"]


def test_a_frozen_worker_records_nothing_when_it_is_back(java: Java, start_process: Start, diary: Path) -> None:
    job_id = java.submit(text="works")
    first = start_process("first")
    wait_until("it works", lambda: noted(diary) == ["first works"])
    first.send(signal.SIGSTOP)
    second = start_process("second")
    java.wait_for(job_id, "completed")
    second.send(signal.SIGTERM)
    second.wait()
    first.send(signal.SIGCONT)
    java.wait_for(java.submit(text="another"), "completed")
    first.send(signal.SIGTERM)
    code, output = first.wait()
    assert (code, "the worker has returned" in output) == (0, True), output
    # Its handler has ended at the record that was refused
    assert noted(diary) == ["first works", "second works", "second continues"]
    assert java.call("result", jobId=job_id)["text"] == "second"
    assert java.outcomes(job_id) == ["lost", "completed"]


def test_a_record_waits_for_postgresql(java: Java, make_worker: Make) -> None:
    started, go_on = threading.Event(), threading.Event()
    ran: list[str] = []
    worker = make_worker()

    @step
    def slow(step: StepContext) -> str:
        ran.append("slow")
        started.set()
        assert go_on.wait(PATIENCE)
        return "once"

    @step
    def after(step: StepContext) -> None:
        ran.append("after")

    @worker.job("label.print")
    def print_label(payload: Any, context: JobContext) -> dict[str, Any]:
        text = context.run(slow)
        context.run(after)
        context.save_cursor(1)
        return {"text": text, "pages": 1}

    worker.start()
    job_id = java.submit()
    assert started.wait(PATIENCE)
    java.call("postgres", change="stop")
    try:
        go_on.set()
        wait_until("it notices", lambda: worker._running._reporter._outage._lost_at is not None)  # type: ignore[union-attr]
    finally:
        java.call("postgres", change="start")
    wait_until("Java reads again", lambda: can_read(java, job_id))
    java.wait_for(job_id, "completed")
    assert ran == ["slow", "after"]
    assert java.outcomes(job_id) == ["completed"]
    assert java.cursor(job_id) == 1
