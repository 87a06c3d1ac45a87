"""Waits for signals and sleeps, which hold no slot, and cursors."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from conftest import Java, Role, wait_until

from tenon_jobs import JobContext, JobSuspended, Signal, SignalRefused, StepContext, Worker, step

Make = Callable[..., Worker]

PRINTED = {"text": "Fragile", "pages": 1}


def suspended(java: Java, job_id: str, times: int = 1) -> None:
    wait_until("it waits", lambda: java.outcomes(job_id) == ["suspended"] * times)


class Approval:
    """A handler that waits, and says who approved."""

    def __init__(self, **wait: Any) -> None:
        self.wait = wait
        self.runs = 0
        self.signals: list[Signal | None] = []

    def __call__(self, payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        self.runs += 1
        signal = context.wait_for_signal("label.approved", **self.wait)
        self.signals.append(signal)
        return {"text": signal.payload["by"] if signal else "nobody", "pages": 1}


@pytest.mark.parametrize("rabbitmq", [True, False], ids=["by its pointer", "from the table"])
def test_a_job_waits_for_a_signal_without_a_slot(java: Java, make_worker: Make, rabbitmq: bool) -> None:
    approval = Approval()
    worker = make_worker(rabbitmq=rabbitmq, poll_interval=3600 if rabbitmq else 0.1, slots=1)
    worker.job("label.print")(approval)
    worker.job("label.cut")(lambda payload, context: None)
    worker.start()
    wait_until("it polls", lambda: worker._running is not None and worker._running._claimer._next_poll > 0)
    job_id = java.submit()
    suspended(java, job_id)
    assert java.job(job_id)["status"] == "pending"
    if not rabbitmq:  # which are only found in the table
        java.wait_for(java.submit("label.cut"), "completed")
    assert approval.runs == 1
    assert java.call("approve", jobId=job_id, by="ann", id="event-1") is True
    job = java.wait_for(job_id, "completed")
    assert (java.call("result", jobId=job_id)["text"], job["attempts"]) == ("ann", 1)
    assert approval.signals == [Signal("label.approved", {"by": "ann"}, 1, "event-1")]
    assert java.outcomes(job_id) == ["suspended", "completed"]


def test_a_signal_that_comes_first_is_kept(java: Java, make_worker: Make) -> None:
    approval = Approval()
    job_id = java.submit()
    java.call("approve", jobId=job_id, by="bob", id="x")
    assert java.call("approve", jobId=job_id, by="bob", id="x") is False
    worker = make_worker()
    worker.job("label.print")(approval)
    worker.start()
    java.wait_for(job_id, "completed")
    assert java.call("result", jobId=job_id)["text"] == "bob"
    assert java.outcomes(job_id) == ["completed"]


def test_a_wait_ends_when_the_time_is_up(java: Java, make_worker: Make) -> None:
    approval = Approval(timeout=timedelta(milliseconds=500))
    worker = make_worker()
    worker.job("label.print")(approval)
    worker.start()
    begun = time.monotonic()
    job_id = java.submit()
    java.wait_for(job_id, "completed")
    assert time.monotonic() - begun >= 0.5
    assert java.call("result", jobId=job_id)["text"] == "nobody"
    assert [each["state"] for each in java.call("steps", jobId=job_id)] == ["timed_out"]


def test_the_first_of_several_signals_ends_a_wait(java: Java, make_worker: Make) -> None:
    worker = make_worker()

    @worker.job("label.print")
    def print_label(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        first = context.wait_for_signal("label.approved", "label.rejected", name="decision", timeout=timedelta(days=2))
        assert first is not None
        # The other one was not taken, and waits for the next wait
        second = context.wait_for_signal("label.approved", timeout=timedelta(0))
        return {"text": f"{first.name} {second and second.payload['by']}", "pages": 1}

    job_id = java.submit()
    java.call("reject", jobId=job_id)
    java.call("approve", jobId=job_id, by="ann")
    worker.start()
    java.wait_for(job_id, "completed")
    assert java.call("result", jobId=job_id)["text"] == "label.rejected ann"


def test_a_key_tells_waits_apart(java: Java, make_worker: Make) -> None:
    worker = make_worker()

    @worker.job("label.print")
    def print_label(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        signals = [context.wait_for_signal("label.approved", key=key) for key in ("front", "back")]
        return {"text": "+".join(each.payload["by"] for each in signals if each), "pages": 1}

    worker.start()
    job_id = java.submit()
    suspended(java, job_id)
    java.call("approve", jobId=job_id, by="ann", key="back")
    java.call("approve", jobId=job_id, by="bob", key="front")
    java.wait_for(job_id, "completed")
    assert java.call("result", jobId=job_id)["text"] == "bob+ann"


def test_a_job_sleeps_without_a_slot_and_only_once(java: Java, make_worker: Make) -> None:
    ran: list[str] = []
    worker = make_worker(slots=1)

    @step
    def before(step: StepContext) -> None:
        ran.append("before")

    @worker.job("label.print")
    def print_label(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        if payload["text"] == "other":
            return {"text": "other", "pages": 1}
        context.run(before)
        context.sleep("before-reminder", timedelta(seconds=1.5))
        context.sleep(0.01)
        ran.append("after")
        if context.attempt == 1:
            raise OSError("again")
        return PRINTED

    worker.start()
    begun = time.monotonic()
    job_id = java.submit()
    suspended(java, job_id)
    java.wait_for(java.submit(text="other"), "completed")
    assert ran == ["before"]
    java.wait_for(job_id, "completed")
    assert time.monotonic() - begun >= 1.5
    assert ran == ["before", "after", "after"]
    assert java.outcomes(job_id) == ["suspended", "failed", "completed"]


def test_a_handler_cannot_keep_an_attempt_that_waits(
    java: Java, make_worker: Make, caplog: pytest.LogCaptureFixture
) -> None:
    caught: list[str] = []
    worker = make_worker()

    @worker.job("label.print")
    def print_label(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        try:
            context.wait_for_signal("label.approved")
        except Exception:
            caught.append("Exception")
        except JobSuspended:
            with pytest.raises(JobSuspended):
                context.sleep("another", timedelta(1))
            return {"text": "dropped", "pages": 1}
        return PRINTED

    worker.start()
    job_id = java.submit()
    suspended(java, job_id)
    java.call("approve", jobId=job_id)
    java.wait_for(job_id, "completed")
    assert java.call("result", jobId=job_id) == PRINTED
    assert caught == []
    assert "has returned although its attempt had ended: The job waits: wait 'label.approved'." in caplog.text


def test_a_job_that_waits_is_cancelled(java: Java, make_worker: Make) -> None:
    worker = make_worker()
    worker.job("label.print")(Approval())
    worker.start()
    job_id = java.submit()
    suspended(java, job_id)
    java.call("cancel", jobId=job_id)
    java.wait_for(job_id, "cancelled")


def test_a_signal_that_is_not_valid_is_refused(
    java: Java, make_worker: Make, caplog: pytest.LogCaptureFixture
) -> None:
    approval = Approval()
    worker = make_worker()
    worker.job("label.print")(approval)
    worker.start()
    job_id = java.submit()
    suspended(java, job_id)
    with java.owner() as owner:
        for number, payload in enumerate(['{"by": ""}', '{"by": "tenon-encrypted:1:abc"}', '{"name": "secret"}']):
            owner.execute(
                "SELECT tenon.send_signal(%s, 'label.approved', %s::json, 'sql', id => %s)", (job_id, payload, f"bad-{number}")
            )
        owner.execute("SELECT tenon.send_signal(%s, 'label.approved', '{\"by\": \"sql\"}', 'sql', id => 'good')", (job_id,))
    java.wait_for(job_id, "completed")
    assert java.call("result", jobId=job_id)["text"] == "sql"
    errors = {each["id"]: each["error"] for each in java.call("signals", jobId=job_id)}
    assert errors["bad-0"].startswith("The signal is not valid: by breaks pattern")
    assert 'unencryptedTypes("label.approved")' in errors["bad-1"]
    assert errors["bad-2"] == "The signal is not valid: it lacks by."
    assert errors["good"] is None
    assert "The signal 'label.approved' with id 'bad-2' cannot be delivered to job" in caplog.text
    assert "secret" not in caplog.text


def test_a_link_with_a_token_sends_one_signal(java: Java, make_worker: Make) -> None:
    tokens: list[str] = []
    worker = make_worker()

    @worker.job("label.print")
    def print_label(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        tokens.append(context.token("label.approved"))
        assert context.token("label.approved") == tokens[-1]
        signal = context.wait_for_signal("label.approved", name="approval")
        if context.attempt == 1:
            raise OSError("again")
        return {"text": signal.payload["by"] if signal else "", "pages": 1}

    worker.start()
    job_id = java.submit()
    suspended(java, job_id)
    assert java.call("approveByToken", token=tokens[0], by="a customer") is True
    java.wait_for(job_id, "completed")
    assert java.call("result", jobId=job_id)["text"] == "a customer"
    assert len(set(tokens)) == 1
    assert len(tokens[0]) == 22 + 43
    with pytest.raises(AssertionError, match="SignalRefused"):
        java.call("approveByToken", token=tokens[0])
    with pytest.raises(AssertionError, match="no such token"):
        java.call("approveByToken", token=tokens[0][:22] + "x" * 43)


# ---------------------------------------------------------------- Signals from Python


def test_a_worker_sends_signals(java: Java, make_worker: Make, role: Role) -> None:
    worker = make_worker()
    worker.job("label.print")(Approval())
    worker.start()
    job_id = java.submit()

    def send(**more: Any) -> bool:
        return worker.send_signal(UUID(job_id), "label.approved", {"by": "python"}, sent_by="pytest", **more)

    with psycopg.connect(role.database) as connection:
        assert send(id="x", connection=connection) is True
        connection.rollback()
    assert java.call("signals", jobId=job_id) == []
    with pytest.raises(SignalRefused, match="The signal 'label.approved' cannot be sent: .* lacks by"):
        worker.send_signal(UUID(job_id), "label.approved", {}, sent_by="pytest")
    with pytest.raises(SignalRefused, match="cannot be written as JSON"):
        worker.send_signal(UUID(job_id), "label.approved", {"by": object()}, sent_by="pytest")
    assert send(id="x") is True
    assert send(id="x") is False
    java.wait_for(job_id, "completed")
    assert java.call("result", jobId=job_id)["text"] == "python"
    with pytest.raises(SignalRefused, match="the job has ended"):
        send()


def test_only_roles_that_run_a_type_send_signals_to_its_jobs(
    java: Java, make_worker: Make, make_role: Callable[..., Role]
) -> None:
    job_id = java.submit()
    other = make_worker(database=make_role("label.cut").database)
    with pytest.raises(SignalRefused, match="There is no job .* of a type that role 'python_.*' was granted"):
        other.send_signal(UUID(job_id), "label.approved", {"by": "x"}, sent_by="pytest")


# ---------------------------------------------------------------- Cursors


def test_a_cursor_survives_the_attempt(java: Java, make_worker: Make) -> None:
    begins: list[Any] = []
    worker = make_worker()

    @worker.job("label.print")
    def print_label(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        begins.append(context.cursor)
        line = (context.cursor or {"line": 0})["line"]
        while line < 3000:
            line += 1
            context.save_cursor({"line": line})
            assert context.cursor == {"line": line}
            if line in (1000, 2000) and context.attempt == line // 1000:
                raise OSError("no paper")
        return PRINTED

    worker.start()
    job_id = java.submit()
    java.wait_for(job_id, "completed")
    assert begins == [None, {"line": 1000}, {"line": 2000}]
    assert java.cursor(job_id) == {"line": 3000}


def test_a_worker_that_stops_hands_its_loop_to_the_next_one(java: Java, make_worker: Make) -> None:
    rounds: list[tuple[str, int]] = []

    def loop(name: str) -> Callable[[Any, JobContext], dict[str, Any]]:
        def handle(payload: Any, context: JobContext) -> dict[str, Any]:
            number = context.cursor or 0
            while number < 1000 and not (name == "second" and len(rounds) > 5_000_000):
                number += 1
                rounds.append((name, number))
                context.save_cursor(number)
                if name == "first":
                    context.sleep(0.01)
            return {"text": name, "pages": number}

        return handle

    first = make_worker(grace_period=3600)
    first.job("label.print")(loop("first"))
    first.start()
    job_id = java.submit()
    wait_until("it runs", lambda: len(rounds) > 20)
    first.stop()
    assert java.outcomes(job_id) == ["released"]
    assert java.job(job_id)["attempts"] == 0
    second = make_worker()
    second.job("label.print")(loop("second"))
    second.start()
    java.wait_for(job_id, "completed")
    # No round is missing, and none was done twice
    assert [number for _, number in rounds] == list(range(1, 1001))
    assert java.outcomes(job_id) == ["released", "completed"]


def test_a_cursor_that_is_too_large_is_an_error(java: Java, make_worker: Make) -> None:
    seen: list[BaseException] = []
    worker = make_worker()

    @worker.job("label.print")
    def print_label(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        for bad in (None, object()):
            with pytest.raises((ValueError, TypeError), match="The cursor of job type 'label.print'"):
                context.save_cursor(bad)
        context.save_cursor("small")
        context.sleep(0.5)
        try:
            while True:
                context.save_cursor("x" * (1 << 20))
                context.sleep(0.05)
        except ValueError as error:
            seen.append(error)
        return PRINTED

    worker.start()
    job_id = java.submit()
    java.wait_for(job_id, "completed")
    assert "The cursor has 1048578 bytes; it may have 1048576. Keep only what says how far the handler got." in str(seen[0])
    assert java.cursor(job_id) == "small"
