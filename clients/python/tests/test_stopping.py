"""Cancelled jobs, timeouts, and workers that are asked to stop."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from conftest import PATIENCE, Java, WorkerProcess, wait_until

from tenon_jobs import JobCancelled, JobContext, StopReason, Worker
from tenon_jobs import worker as worker_module

Make = Callable[..., Worker]
Start = Callable[..., WorkerProcess]


class Sleeper:
    """A handler that runs until it is asked to stop."""

    def __init__(self) -> None:
        self.started = threading.Event()
        self.reasons: list[StopReason | None] = []
        self.called_back = threading.Event()

    def __call__(self, payload: Any, context: JobContext) -> None:
        context.on_stop(self.called_back.set)
        self.started.set()
        try:
            context.sleep(600)
        finally:
            assert context.cancelled
            self.reasons.append(context.stop_reason)

    def run_one(self, java: Java, worker: Worker, job_type: str = "label.print", queue: str | None = None) -> str:
        worker.job(job_type, queue=queue)(self)
        worker.start()
        job_id = java.submit(job_type)
        assert self.started.wait(PATIENCE)
        return job_id


def test_a_running_job_is_cancelled(java: Java, make_worker: Make) -> None:
    sleeper = Sleeper()
    job_id = sleeper.run_one(java, make_worker())
    assert java.call("cancel", jobId=job_id) == "REQUESTED"
    java.wait_for(job_id, "cancelled")
    assert sleeper.reasons == [StopReason.CANCELLED]
    assert sleeper.called_back.is_set()
    assert java.outcomes(job_id) == ["cancelled"]


def test_a_cancel_arrives_immediately_over_rabbitmq(java: Java, make_worker: Make) -> None:
    sleeper = Sleeper()
    # Its claims keep the worker alive; only the hint makes it beat
    worker = make_worker(rabbitmq=True, slots=2, heartbeat_interval=3600)
    job_id = sleeper.run_one(java, worker)
    # The hint is lost to a worker that has not bound its queue yet
    wait_until("consumes the control exchange", lambda: "jobs.control" in worker._running._feed._channels)  # type: ignore[union-attr]
    assert java.call("cancel", jobId=job_id) == "REQUESTED"
    java.wait_for(job_id, "cancelled")
    assert sleeper.reasons == [StopReason.CANCELLED]


def test_whatever_a_cancelled_handler_raises_it_is_cancelled(java: Java, make_worker: Make) -> None:
    started = threading.Event()
    worker = make_worker()

    @worker.job("label.print")
    def print_label(payload: Any, context: JobContext) -> None:
        started.set()
        try:
            context.sleep(600)
        except JobCancelled as cancelled:
            raise OSError("the printer was switched off") from cancelled

    worker.start()
    job_id = java.submit()
    assert started.wait(PATIENCE)
    java.call("cancel", jobId=job_id)
    java.wait_for(job_id, "cancelled")


def test_an_attempt_that_takes_too_long_times_out(java: Java, make_worker: Make) -> None:
    sleeper = Sleeper()
    job_id = sleeper.run_one(java, make_worker(), "label.scan", "jobs.scanner")
    job = java.wait_for(job_id, "failed")
    assert sleeper.reasons == [StopReason.TIMED_OUT]
    assert job["errorMessage"] == "The attempt took longer than its timeout of 2000 ms."
    assert java.outcomes(job_id) == ["timed_out"]


def test_the_slot_of_an_attempt_that_timed_out_is_free_again(java: Java, make_worker: Make) -> None:
    sleeper = Sleeper()
    worker = make_worker()
    worker.job("label.print")(lambda payload, context: {"text": "done", "pages": 1})
    job_id = sleeper.run_one(java, worker, "label.scan")
    other = java.submit()
    java.wait_for(other, "completed")
    java.wait_for(job_id, "failed")
    wait_until("nothing is listed", lambda: not worker._running._attempts.listed())  # type: ignore[union-attr]


def test_a_worker_that_stops_lets_its_handlers_finish(java: Java, make_worker: Make) -> None:
    started, finish = threading.Event(), threading.Event()
    worker = make_worker()

    @worker.job("label.print")
    def print_label(payload: Any, context: JobContext) -> dict[str, Any]:
        started.set()
        assert finish.wait(PATIENCE)
        context.check_cancelled()
        return {"text": "in peace", "pages": 1}

    worker.start()
    job_id = java.submit()
    assert started.wait(PATIENCE)
    stopping = threading.Thread(target=worker.stop)
    stopping.start()
    wait_until("no more is claimed", lambda: not worker._running._claimer.is_alive())  # type: ignore[union-attr]
    left = java.submit()
    finish.set()
    stopping.join(PATIENCE)
    assert java.job(job_id)["status"] == "completed"
    assert java.job(left)["status"] in ("pending", "queued")
    with java.owner() as owner:
        assert owner.execute("SELECT count(*) FROM tenon.workers WHERE id = %s", (worker.id,)).fetchall() == [(0,)]


def test_a_handler_may_stop_the_worker(java: Java, make_worker: Make) -> None:
    worker = make_worker()

    @worker.job("label.print")
    def print_label(payload: Any, context: JobContext) -> dict[str, Any]:
        worker.stop()
        return {"text": "the last one", "pages": 1}

    worker.start()
    job_id = java.submit()
    java.wait_for(job_id, "completed")
    assert worker._stopped.wait(PATIENCE)
    with pytest.raises(RuntimeError, match="already been started or stopped"):
        worker.start()


def test_what_does_not_finish_in_time_is_released_uncounted(java: Java, make_worker: Make) -> None:
    sleeper = Sleeper()
    worker = make_worker(grace_period=0)
    job_id = sleeper.run_one(java, worker)
    worker.stop()
    assert sleeper.reasons == [StopReason.WORKER_STOPS]
    job = java.job(job_id)
    assert (job["status"] in ("pending", "queued"), job["attempts"]) == (True, 0)
    assert java.outcomes(job_id) == ["released"]


def test_sigterm_lets_a_job_finish_and_ends_the_process(java: Java, start_process: Start) -> None:
    process = start_process("gentle")
    job_id = java.submit(text="takes a while")
    java.wait_for(job_id, "running")
    process.send(signal.SIGTERM)
    code, output = process.wait()
    assert (code, "the worker has returned" in output) == (0, True), output
    assert "is stopping, because it received SIGTERM" in output
    assert java.job(job_id)["status"] == "completed"


def test_a_second_signal_ends_the_grace_period(java: Java, start_process: Start) -> None:
    process = start_process("hurried", grace_period=3600)
    job_id = java.submit(text="hangs")
    wait_until("the job is running", lambda: java.job(job_id)["progress"] == 50)
    process.send(signal.SIGTERM)
    assert process.process.stdout is not None
    while "SIGTERM" not in (line := process.process.stdout.readline()):
        assert line, "the worker has ended"
    process.send(signal.SIGTERM)
    code, output = process.wait()
    assert (code, "the worker has returned" in output) == (0, True), output
    assert java.outcomes(job_id) == ["released"]


def test_a_handler_that_does_not_listen_loses_its_job_and_not_the_process(java: Java, start_process: Start) -> None:
    process = start_process("patient", grace_period=0.1)
    job_id = java.submit(text="does not listen")
    wait_until("the job is running", lambda: java.job(job_id)["progress"] == 50)
    process.send(signal.SIGINT)
    code, output = process.wait()
    assert (code, "the worker has returned" in output) == (0, True), output
    assert f"The handlers of 1 jobs did not stop. The jobs are released: [UUID('{job_id}')]" in output
    assert java.outcomes(job_id) == ["released"]


def test_a_stop_during_the_start_stops_the_worker(
    make_worker: Make, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    worker = make_worker()
    worker.job("label.print")(lambda payload, context: None)
    stopping = threading.Thread(target=worker.stop)
    make_running = worker_module._Running

    def make_slowly(of: Worker) -> worker_module._Running:
        stopping.start()
        stopping.join(0.2)
        return make_running(of)

    monkeypatch.setattr(worker_module, "_Running", make_slowly)
    with caplog.at_level("INFO", "tenon_jobs"):
        worker.start()
        stopping.join(PATIENCE)
    assert f"Worker {worker.id} has stopped." in caplog.text


def test_a_worker_without_servers_stops_in_bounded_time(make_worker: Make) -> None:
    worker = make_worker(database="postgresql://nobody@127.0.0.1:1/nowhere")
    worker.job("label.print")(lambda payload, context: None)
    before = time.monotonic()
    worker.start()
    worker.stop()
    assert time.monotonic() - before < PATIENCE


def test_a_worker_stops_in_bounded_time_though_postgresql_is_frozen(java: Java, make_worker: Make) -> None:
    worker = make_worker()
    worker.job("label.print")(lambda payload, context: {"text": "x", "pages": 1})
    worker.start()
    java.wait_for(java.submit(), "completed")
    java.call("postgres", change="freeze")
    try:
        before = time.monotonic()
        worker.stop()
        assert time.monotonic() - before < PATIENCE
    finally:
        java.call("postgres", change="thaw")
    java.wait_for(java.submit("label.cut"), "pending", "queued")


def test_a_callback_that_blocks_holds_up_nothing(java: Java, make_worker: Make) -> None:
    started, unblock, other_ran = threading.Event(), threading.Event(), threading.Event()
    worker = make_worker(slots=2)

    @worker.job("label.print")
    def print_label(payload: Any, context: JobContext) -> None:
        if payload["text"] == "other":
            other_ran.set()
            context.sleep(600)
        context.on_stop(lambda: unblock.wait(PATIENCE))
        context.on_stop(lambda: 1 / 0)
        started.set()
        context.sleep(600)

    worker.start()
    first, second = java.submit(), java.submit(text="other")
    assert started.wait(PATIENCE)
    assert other_ran.wait(PATIENCE)
    for job_id in (first, second):
        java.call("cancel", jobId=job_id)
        java.wait_for(job_id, "cancelled")
    unblock.set()


def test_mistakes_are_refused_at_the_start(make_worker: Make, caplog: pytest.LogCaptureFixture) -> None:
    worker = make_worker()
    with pytest.raises(ValueError, match="The schemas contain no job type 'label.prnt'"):

        @worker.job("label.prnt")
        def misspelt(payload: Any, context: JobContext) -> None: ...

    with pytest.raises(RuntimeError, match="has no handlers"):
        worker.start()
    worker.job("label.print")(lambda payload, context: None)
    with pytest.raises(ValueError, match="already has a handler"):
        worker.job("label.print")(lambda payload, context: None)

    with pytest.raises(TypeError, match="coroutine"):

        @worker.job("label.scan")
        async def asynchronous(payload: Any, context: JobContext) -> None: ...

    with pytest.raises(ValueError, match="slots is 0; it must be from 1 to 1000"):
        make_worker(slots=0)
    with pytest.raises(ValueError, match="worker id 'with blanks-"):
        make_worker(name="with blanks")
    with pytest.raises(ValueError, match="does not exist"):
        make_worker(schemas=["/nowhere.schemas.json"])
    with pytest.raises(ValueError, match="has no .schemas.json file"):
        make_worker(schemas=[__file__.rpartition("/")[0]])
