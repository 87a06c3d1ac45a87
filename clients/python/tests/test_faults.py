"""What a worker survives, and what happens to its jobs when it does not."""

from __future__ import annotations

import json
import signal
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pika
import pytest
from conftest import PATIENCE, Java, Role, WorkerProcess, wait_until
from pika.adapters.blocking_connection import BlockingChannel

from tenon_jobs import JobContext, RabbitMQ, Worker, feed, pointer
from tenon_jobs.contract import Contract
from tenon_jobs.database import Session
from tenon_jobs.deliveries import Deliveries

Make = Callable[..., Worker]
Start = Callable[..., WorkerProcess]

PRINTED = {"text": "Fragile", "pages": 1}


@contextmanager
def channel(java: Java) -> Iterator[BlockingChannel]:
    connection = pika.BlockingConnection(pika.URLParameters(java.rabbitmq))
    try:
        yield connection.channel()
    finally:
        connection.close()


def waiting(java: Java, queue: str) -> int:
    with channel(java) as a_channel:
        count = a_channel.queue_declare(queue, passive=True).method.message_count
        assert isinstance(count, int)
        return count


def consumers(java: Java, queue: str) -> int:
    with channel(java) as a_channel:
        count = a_channel.queue_declare(queue, passive=True).method.consumer_count
        assert isinstance(count, int)
        return count


def test_the_job_of_a_killed_worker_runs_elsewhere(java: Java, start_process: Start) -> None:
    first = start_process("first")
    job_id = java.submit(text="hangs in the first process")
    wait_until("the job is running", lambda: java.job(job_id)["progress"] == 50)
    first.send(signal.SIGKILL)
    start_process("second")
    java.wait_for(job_id, "completed")
    assert java.call("result", jobId=job_id)["text"] == "second"
    assert java.outcomes(job_id) == ["lost", "completed"]


def test_a_frozen_worker_loses_its_lease_and_continues(java: Java, start_process: Start) -> None:
    first = start_process("first")
    job_id = java.submit(text="hangs in the first process")
    wait_until("the job is running", lambda: java.job(job_id)["progress"] == 50)
    first.send(signal.SIGSTOP)
    second = start_process("second")
    java.wait_for(job_id, "completed")
    assert java.call("result", jobId=job_id)["text"] == "second"
    second.send(signal.SIGTERM)
    assert second.wait()[0] == 0

    first.send(signal.SIGCONT)
    next_id = java.submit(text="next")
    java.wait_for(next_id, "completed")
    assert java.call("result", jobId=next_id)["text"] == "first"
    first.send(signal.SIGTERM)
    code, output = first.wait()
    assert code == 0, output
    assert f"Asking job {job_id} of type 'label.print' to stop: the job was given to another worker" in output
    assert java.outcomes(job_id) == ["lost", "completed"]


def test_nothing_of_a_frozen_workers_job_is_recorded(java: Java, make_worker: Make) -> None:
    """The handler does not check whether it is to stop, and reports after its lease was lost."""
    started, go_on = threading.Event(), threading.Event()
    worker = make_worker()

    @worker.job("label.print")
    def print_label(payload: Any, context: JobContext) -> dict[str, Any]:
        if started.is_set():
            return {"text": "the second", "pages": 1}
        started.set()
        assert go_on.wait(PATIENCE)
        context.progress(99, "late")
        context.log.info("late")
        return {"text": "the first", "pages": 1}

    worker.start()
    job_id = java.submit()
    assert started.wait(PATIENCE)
    with java.owner() as owner:
        # As the rescue does for a worker that counts as dead
        owner.execute(
            "UPDATE /* by the test */ by_test.jobs SET status = 'pending', lease = lease + 1, run_at = now() WHERE id = %s",
            (job_id,),
        )
    wait_until("the worker is notified", lambda: worker._running._attempts.running()[0].lease_lost)  # type: ignore[union-attr]
    go_on.set()
    java.wait_for(job_id, "completed")
    assert java.call("result", jobId=job_id)["text"] == "the second"
    assert java.outcomes(job_id) == ["completed"]
    assert java.call("logs", jobId=job_id) == []


def test_a_job_whose_claim_got_no_answer_is_released(java: Java, make_worker: Make, role: Role) -> None:
    worker = make_worker(poll_interval=1)
    worker.job("label.print")(lambda payload, context: PRINTED)
    worker.job("label.cut")(lambda payload, context: None)
    with java.owner() as owner:
        # While the worker cannot get it, the job is claimed in its name
        owner.execute("SELECT tenon.revoke_worker(%s, ARRAY['label.print'])", (role.name,))
    worker.start()
    java.wait_for(java.submit("label.cut"), "completed")
    job_id = java.submit()
    with java.owner() as owner:
        owner.execute("SELECT tenon.grant_worker(%s, ARRAY['label.print'])", (role.name,))
    session = Session(role.database)
    claimed = Contract("tenon", worker.id).claim(session, {"label.print": 1}, 1)
    session.close()
    assert [str(job.lease.job_id) for job in claimed] == [job_id]
    wait_until("it is released", lambda: "released" in java.outcomes(job_id))


@pytest.mark.parametrize("installation", [None, "given"])
def test_forged_messages_do_no_harm(
    java: Java, make_worker: Make, role: Role, caplog: pytest.LogCaptureFixture, installation: str | None
) -> None:
    with java.owner() as owner:
        own = owner.execute("SELECT id FROM tenon.installation").fetchall()[0][0]
    worker = Worker(
        database=role.database,
        rabbitmq=RabbitMQ(java.rabbitmq, installation=own if installation else None),
        name="pytest",
        poll_interval=3600,
    )
    ran: list[str] = []

    @worker.job("label.print")
    def print_label(payload: Any, context: JobContext) -> dict[str, Any]:
        ran.append(str(context.job_id))
        return PRINTED

    job_ids = {state: java.submit(text=state) for state in ("ended", "delayed", "another worker's")}
    with java.owner() as owner:
        owner.execute(
            "UPDATE /* by the test */ by_test.jobs SET status = 'cancelled', finished_at = now() WHERE id = %s",
            (job_ids["ended"],),
        )
        owner.execute(
            "UPDATE /* by the test */ by_test.jobs SET status = 'pending', run_at = now() + interval '1 hour',"
            " publish_at = now() + interval '1 hour' WHERE id = %s",
            (job_ids["delayed"],),
        )
    other = Contract("tenon", "other-1")
    session = Session(role.database)
    other.heartbeat(session, "host", 1, 1)
    other.claim(session, {"label.print": 1}, 1, [uuid.UUID(job_ids["another worker's"])])

    def is_alive() -> bool:
        # A slow machine may need longer than a silent worker keeps its jobs
        other.heartbeat(session, "host", 1, 1)
        return True

    messages: list[tuple[bytes, dict[str, Any] | None]] = [
        (b"", None),
        (b"hello", None),
        (b"\xff\xfe\x00", None),
        (b"[" * 4000, None),
        (b"x" * (2 << 20), None),
        (b'{"jobId":1,"type":"label.print"}', None),
        (b'{"jobId":"\r\nERROR forged line","type":"label.print"}', None),
        (_pointer(str(uuid.uuid4())), None),
        (_pointer(str(uuid.uuid4())), {"tenon-installation": str(uuid.uuid4())}),
        (_pointer(str(uuid.uuid4())), {"tenon-installation": [1, {"a": None}]}),
        *[(_pointer(job_id), None) for job_id in job_ids.values()],
    ]
    with channel(java) as a_channel:
        for body, headers in messages:
            a_channel.basic_publish(
                "jobs", "jobs.label.print", body, pika.BasicProperties(headers=headers, type="\r\nERROR forged line")
            )
        for body in (b"", b"hello", b"x" * 100_000, str(uuid.uuid4()).encode(), job_ids["delayed"].encode()):
            a_channel.basic_publish("jobs.control", "", body, pika.BasicProperties(type="cancel"))
    worker.start()
    try:
        real = java.submit(text="real")
        wait_until("it runs", lambda: is_alive() and real in ran)
        wait_until("all messages are settled", lambda: is_alive() and waiting(java, "jobs.label.print") == 0)
    finally:
        worker.stop()
    assert ran == [real]
    assert java.job(job_ids["ended"])["status"] == "cancelled"
    assert java.job(job_ids["delayed"])["status"] in ("pending", "queued")
    assert java.job(job_ids["another worker's"])["workerId"] == "other-1"
    assert not [line for line in caplog.text.splitlines() if line.startswith("ERROR forged")]
    other.deregister(session)
    session.close()


def test_pointers_of_an_unknown_type_stay_for_others(
    java: Java, make_worker: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bytes] = []
    monkeypatch.setattr(feed, "pointer", _Counting(seen))
    worker = make_worker(rabbitmq=True, poll_interval=3600)
    worker.job("label.print")(lambda payload, context: PRINTED)
    with channel(java) as a_channel:
        a_channel.basic_publish("jobs", "jobs.label.print", _pointer(str(uuid.uuid4()), "label.shred"))
    begun = time.monotonic()
    worker.start()
    for _ in range(3):
        java.wait_for(java.submit(), "completed")
    wait_until("it comes again", lambda: sum(b"label.shred" in body for body in seen) >= 3)
    worker.stop()
    assert sum(b"label.shred" in body for body in seen) <= 2 + (time.monotonic() - begun) / Deliveries.PATIENCE
    with channel(java) as a_channel:
        left: list[bytes] = []
        while (body := a_channel.basic_get("jobs.label.print", auto_ack=True)[2]) is not None:
            left.append(body)
    assert [json.loads(body)["type"] for body in left] == ["label.shred"]


def test_a_forged_cancel_stops_nothing(java: Java, make_worker: Make) -> None:
    started, finish = threading.Event(), threading.Event()
    cancelled: list[bool] = []
    worker = make_worker(rabbitmq=True)

    @worker.job("label.print")
    def print_label(payload: Any, context: JobContext) -> dict[str, Any]:
        started.set()
        assert finish.wait(PATIENCE)
        cancelled.append(context.cancelled)
        return PRINTED

    worker.start()
    job_id = java.submit()
    assert started.wait(PATIENCE)
    beats = _count_beats(worker)
    begun = time.monotonic()
    with channel(java) as a_channel:
        while time.monotonic() - begun < 1:
            a_channel.basic_publish("jobs.control", "", job_id.encode(), pika.BasicProperties(type="cancel"))
    wait_until("it was looked up", lambda: len(beats) >= 3)
    finish.set()
    java.wait_for(job_id, "completed")
    assert cancelled == [False]
    assert len(beats) <= 2 + (time.monotonic() - begun) / 0.2, "many hints cause few statements"


def test_limits_hold_over_workers(java: Java, make_worker: Make) -> None:
    lock = threading.Lock()
    now, most = 0, 0

    def cut(payload: Any, context: JobContext) -> None:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        context.sleep(0.05)
        with lock:
            now -= 1

    for _ in range(2):
        worker = make_worker(slots=4, rabbitmq=True)
        worker.job("label.cut")(cut)
        worker.start()
    job_ids = [java.submit("label.cut") for _ in range(12)]
    for job_id in job_ids:
        java.wait_for(job_id, "completed")
    assert most == 2


def test_a_restart_of_both_servers_loses_nothing(java: Java, make_worker: Make) -> None:
    started, finish = threading.Event(), threading.Event()
    runs: list[str] = []
    worker = make_worker(rabbitmq=True, slots=2)

    @worker.job("label.print")
    def print_label(payload: Any, context: JobContext) -> dict[str, Any]:
        runs.append(str(context.job_id))
        if payload["text"] == "over the restart":
            started.set()
            context.log.info("before")
            assert finish.wait(PATIENCE)
            context.log.info("while PostgreSQL is away")
        return {"text": payload["text"], "pages": 1}

    worker.start()
    job_id = java.submit(text="over the restart")
    assert started.wait(PATIENCE)
    # RabbitMQ first: without it, everything continues
    java.call("rabbitmq", change="stop")
    without = java.submit(text="without RabbitMQ")
    java.wait_for(without, "completed")
    java.call("postgres", change="stop")
    # The handler ends while there is nobody to tell
    finish.set()
    wait_until("the outcome waits", lambda: len(worker._running._attempts.running()) == 1)  # type: ignore[union-attr]
    java.call("postgres", change="start")
    java.call("rabbitmq", change="start")
    java.wait_for(job_id, "completed")
    wait_until("the queue is consumed again", lambda: _consumes(java))
    for text in ("after", "the", "restart"):
        java.wait_for(java.submit(text=text), "completed")
    assert runs.count(job_id) == 1
    assert java.outcomes(job_id) == ["completed"]
    assert [line["message"] for line in java.call("logs", jobId=job_id)] == ["before", "while PostgreSQL is away"]


def test_while_the_control_exchange_is_missing_no_queues_are_left_behind(
    java: Java, role: Role, caplog: pytest.LogCaptureFixture
) -> None:
    before = set(java.call("queues"))
    worker = Worker(role.database, RabbitMQ(java.rabbitmq, name_prefix="missing."), name="pytest")

    @worker.job("label.print")
    def print_label(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        return PRINTED

    with worker:
        wait_until("the exchange is missed", lambda: "worker consume 'missing.jobs.control'" in caplog.text)
        wait_until("its queue is gone", lambda: set(java.call("queues")) <= before)


def test_a_queue_that_comes_later_is_consumed(java: Java, make_worker: Make) -> None:
    worker = make_worker(rabbitmq=True, poll_interval=3600, schemas=None)
    worker.job("label.print", queue="jobs.later")(lambda payload, context: PRINTED)
    worker.start()
    with channel(java) as a_channel:
        a_channel.queue_declare("jobs.later", durable=True)
    try:
        wait_until("it is consumed", lambda: consumers(java, "jobs.later") == 1)
        with channel(java) as a_channel:
            a_channel.queue_delete("jobs.later")
            a_channel.queue_declare("jobs.later", durable=True)
        wait_until("it is consumed again", lambda: consumers(java, "jobs.later") == 1)
    finally:
        with channel(java) as a_channel:
            a_channel.queue_delete("jobs.later")


def _pointer(job_id: str, job_type: str = "label.print") -> bytes:
    return json.dumps({"jobId": job_id, "type": job_type}).encode()


class _Counting:
    """The module ``pointer``, with a list of what it reads."""

    def __init__(self, seen: list[bytes]) -> None:
        self._seen = seen

    def parse(self, body: bytes) -> pointer.Pointer | None:
        self._seen.append(body)
        return pointer.parse(body)

    is_foreign = staticmethod(pointer.is_foreign)


def _consumes(java: Java) -> bool:
    try:
        return consumers(java, "jobs.label.print") == 1
    except pika.exceptions.AMQPError:  # it has just been started, or the queue is yet to be declared
        return False


def _count_beats(worker: Worker) -> list[float]:
    beats: list[float] = []
    contract = worker._contract
    original = contract.heartbeat

    def counted(*arguments: Any) -> Any:
        beats.append(time.monotonic())
        return original(*arguments)

    contract.heartbeat = counted  # type: ignore[assignment, method-assign]
    return beats
