"""How attempts end, and what Java sees of that."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from conftest import Java, Role

from tenon_jobs import JobContext, PermanentError, Snooze, Worker
from tenon_jobs.reporting import MAX_VALUES

Make = Callable[..., Worker]

PRINTED = {"text": "Fragile", "pages": 1}


@pytest.mark.parametrize("rabbitmq", [True, False], ids=["by its pointer", "from the table"])
def test_a_job_runs_from_submit_to_result(java: Java, make_worker: Make, rabbitmq: bool) -> None:
    seen: list[dict[str, Any]] = []
    # With RabbitMQ, the table is asked once, at the start: what comes after the first job comes by its pointer
    worker = make_worker(rabbitmq=rabbitmq, poll_interval=3600 if rabbitmq else 0.1)

    @worker.job("label.print")
    def print_label(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        seen.append(
            {
                "payload": payload,
                "item": context.item_id,
                "by": context.submitted_by,
                "headers": dict(context.headers),
                "id": str(context.job_id),
            }
        )
        assert (context.attempt, context.max_attempts, context.version, context.type) == (1, 3, 1, "label.print")
        return {"text": payload["text"], "pages": payload["copies"]}

    worker.start()
    java.wait_for(java.submit(text="the first one"), "completed")
    job_id = java.submit(
        text="Zerbrechlich – 壊れ物 🏷",
        copies=7,
        itemId="item-3",
        submittedBy="user-7",
        headers={"tenant": "acmé"},
    )
    job = java.wait_for(job_id, "completed")

    assert job["progress"] == 100
    assert job["workerId"] == worker.id
    assert java.call("result", jobId=job_id) == {"text": "Zerbrechlich – 壊れ物 🏷", "pages": 7}
    assert seen[1] == {
        "payload": {"text": "Zerbrechlich – 壊れ物 🏷", "copies": 7},
        "item": "item-3",
        "by": "user-7",
        "headers": {"tenant": "acmé"},
        "id": job_id,
    }
    assert seen[0]["headers"] == {}
    assert java.outcomes(job_id) == ["completed"]


def test_a_job_that_is_too_late_is_cancelled_and_not_started(java: Java, make_worker: Make) -> None:
    worker = make_worker()
    late = java.submit(startWithinMillis=1)
    job = java.wait_for(late, "cancelled")

    @worker.job("label.print")
    def print_label(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        return PRINTED

    worker.start()
    java.wait_for(java.submit(startWithinMillis=3_600_000), "completed")
    assert (job["errorReason"], job["attempts"]) == ("EXPIRED", 0)
    assert java.outcomes(late) == []


def emitted(java: Java, job_id: str) -> list[Any]:
    return [json.loads(line["emitted"]) for line in java.call("logs", jobId=job_id) if line["emitted"] is not None]


def test_all_that_a_job_emits_is_there_when_it_has_ended(java: Java, make_worker: Make) -> None:
    worker = make_worker()
    # More than may wait to be sent
    count = MAX_VALUES + 100

    @worker.job("label.cut")
    def cut(payload: dict[str, Any], context: JobContext) -> None:
        for number in range(count):
            context.emit({"number": number})
            if number == 1:
                context.log.info("two pieces")
        if context.attempt == 1:
            raise OSError("the knife is blunt")

    worker.start()
    job_id = java.submit("label.cut")
    java.wait_for(job_id, "completed")
    assert emitted(java, job_id) == [{"number": number} for number in range(count)] * 2
    assert [line["message"] for line in java.call("logs", jobId=job_id)[:3]] == ["", "", "two pieces"]


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (None, "TypeError"),
        ({1, 2}, "TypeError"),
        ({"number": "one"}, "PermanentError"),
        ({"number": 1, "text": "x" * 70_000}, "EmittedValueRefused"),
    ],
    ids=["none", "not JSON", "against its schema", "too large"],
)
def test_a_value_that_cannot_be_emitted_fails_the_job(java: Java, make_worker: Make, value: Any, error: str) -> None:
    worker = make_worker()

    @worker.job("label.cut")
    def cut(payload: dict[str, Any], context: JobContext) -> None:
        context.emit({"number": 0})
        context.emit(value)

    worker.start()
    job_id = java.submit("label.cut")
    job = java.wait_for(job_id, "failed")
    assert job["errorClass"].endswith(error)
    assert emitted(java, job_id)[0] == {"number": 0}
    assert all(piece == {"number": 0} for piece in emitted(java, job_id))


def test_a_failed_attempt_is_tried_again(java: Java, make_worker: Make) -> None:
    tenants: list[str] = []
    worker = make_worker()

    @worker.job("label.print")
    def print_label(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        tenants.append(context.headers["tenant"])
        if context.attempt < 3:
            raise LookupError(f"no paper \x00 in attempt {context.attempt}")
        return PRINTED

    worker.start()
    job_id = java.submit(headers={"tenant": "acme"})
    java.wait_for(job_id, "completed")
    attempts = java.call("attempts", jobId=job_id)
    assert [attempt["outcome"] for attempt in attempts] == ["failed", "failed", "completed"]
    assert tenants == ["acme"] * 3
    assert "in print_label" in attempts[0]["stack"]
    assert "LookupError: no paper \ufffd in attempt 1" in attempts[0]["stack"]


def test_a_job_fails_for_good_after_its_last_attempt(java: Java, make_worker: Make) -> None:
    worker = make_worker()

    @worker.job("label.print")
    def print_label(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        raise LookupError("no paper")

    worker.start()
    job_id = java.submit()
    job = java.wait_for(job_id, "failed")
    assert (job["errorClass"], job["errorMessage"], job["attempts"]) == ("LookupError", "no paper", 3)


def test_a_permanent_error_is_not_tried_again(java: Java, make_worker: Make) -> None:
    worker = make_worker()

    @worker.job("label.print")
    def print_label(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        raise PermanentError("There is no such printer.")

    worker.start()
    job_id = java.submit()
    job = java.wait_for(job_id, "failed")
    assert job["errorMessage"] == "There is no such printer."
    assert job["errorClass"] == "tenon_jobs.errors.PermanentError"
    assert java.outcomes(job_id) == ["failed"]


class Unreadable(Exception):
    def __str__(self) -> str:
        raise LookupError("no message")


class Torn(dict[str, Any]):
    def items(self) -> Any:
        raise LookupError("no items")


def test_an_outcome_that_cannot_be_recorded_counts_as_a_failed_attempt(java: Java, make_worker: Make) -> None:
    worker = make_worker()

    @worker.job("label.print")
    def print_label(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        if payload["text"] == "result":
            return Torn(PRINTED)
        if payload["text"] == "error":
            raise Unreadable
        snooze = Snooze(timedelta(0))
        snooze.delay = timedelta(days=400)
        raise snooze

    worker.start()
    expected = {
        "result": ("OutcomeNotRecorded", "could not be recorded: LookupError: no items"),
        "snooze": ("OutcomeNotRecorded", "could not be recorded: CallRefused: delay must be from 0 to 366 days."),
        "error": ("test_outcomes.Unreadable", "A value of type Unreadable, which cannot be written as a string."),
    }
    for text, (error_class, message) in expected.items():
        job_id = java.submit(text=text)
        job = java.wait_for(job_id, "failed")
        assert job["errorClass"] == error_class
        assert message in job["errorMessage"]
        assert java.outcomes(job_id) == ["failed", "failed", "failed"]


def test_reports_that_are_not_strings_do_not_keep_a_job_from_ending(java: Java, make_worker: Make) -> None:
    worker = make_worker()

    @worker.job("label.print")
    def print_label(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        context.progress(50, 7)  # type: ignore[arg-type]
        return PRINTED

    worker.start()
    job_id = java.submit()
    java.wait_for(job_id, "completed")
    assert java.outcomes(job_id) == ["completed"]


def test_a_snoozed_attempt_does_not_count(java: Java, make_worker: Make) -> None:
    attempts: list[int] = []
    worker = make_worker()

    @worker.job("label.print")
    def print_label(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        attempts.append(context.attempt)
        if len(attempts) <= 5:
            raise Snooze(timedelta(milliseconds=10))
        return PRINTED

    worker.start()
    job_id = java.submit()
    assert java.wait_for(job_id, "completed")["attempts"] == 1
    assert attempts == [1] * 6
    assert java.outcomes(job_id) == ["snoozed"] * 5 + ["completed"]


def test_a_handler_cannot_end_the_worker(java: Java, make_worker: Make) -> None:
    worker = make_worker()

    @worker.job("label.print")
    def print_label(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        if context.attempt == 1:
            sys.exit("that is all")
        if context.attempt == 2:
            raise MemoryError
        return PRINTED

    worker.start()
    job_id = java.submit()
    java.wait_for(job_id, "completed")
    assert java.outcomes(job_id) == ["failed", "failed", "completed"]


def test_progress_and_log_lines_are_seen_while_the_job_runs(java: Java, make_worker: Make) -> None:
    seen = threading.Event()
    worker = make_worker()

    @worker.job("label.print")
    def print_label(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        context.progress(12.6, "half\ud800way")
        context.log.info("starts", printer="p1", copies=3, since=timedelta(seconds=2))
        assert seen.wait(60)
        context.log.debug("a detail")
        context.log.warn("toner is low \x00", left=float("nan"), torn=Torn(PRINTED), unreadable=Unreadable())
        context.log.error("x" * 20_000, too_much="x" * 100_000)
        return PRINTED

    worker.start()
    job_id = java.submit()
    give_up = threading.Event()
    while (job := java.job(job_id))["progress"] != 13 or not java.call("logs", jobId=job_id):
        assert not give_up.wait(0.02)
        assert job["status"] != "failed", job
    assert job["progressMessage"] == "half\ufffdway"
    seen.set()
    java.wait_for(job_id, "completed")
    lines = java.call("logs", jobId=job_id)
    assert [line["level"] for line in lines] == ["info", "debug", "warn", "error"]
    assert json.loads(lines[0]["data"]) == {"printer": "p1", "copies": 3, "since": "0:00:02"}
    assert lines[1]["data"] is None
    assert lines[2]["message"] == "toner is low \ufffd"
    assert json.loads(lines[2]["data"]) == {
        "left": "nan",
        "torn": str(PRINTED),
        "unreadable": "A value of type Unreadable, which cannot be written as a string.",
    }
    assert lines[3]["data"] is None
    assert lines[3]["message"].startswith("xxx")
    assert "bytes)" in lines[3]["message"]


@pytest.mark.parametrize(
    ("result", "error_class", "message"),
    [
        ({"text": "secret-1", "pages": 0}, "SchemaViolation", "The result is not valid: pages breaks minimum 1."),
        ({"pages": "secret-2"}, "SchemaViolation", 'it lacks text; pages breaks type "integer"'),
        (None, "SchemaViolation", "The result is not valid: it breaks type"),
        ({"text": object(), "pages": 1}, "TypeError", "The result cannot be written as JSON"),
        ({"text": "x", "pages": 1, "ratio": float("inf")}, "ValueError", "The result cannot be written as JSON"),
        ({"text": "x" * (2 << 20), "pages": 1}, "ResultTooLarge", "The result has 2097"),
    ],
    ids=["a value", "a property", "nothing", "no JSON", "no number of JSON", "too large"],
)
def test_a_result_that_is_not_valid_fails_for_good(
    java: Java, make_worker: Make, result: Any, error_class: str, message: str
) -> None:
    worker = make_worker()
    worker.job("label.print")(lambda payload, context: result)
    worker.start()
    job_id = java.submit()
    job = java.wait_for(job_id, "failed")
    assert job["errorClass"] == error_class
    assert message in job["errorMessage"]
    assert "secret" not in job["errorMessage"]
    assert job["attempts"] == 1


def test_a_type_without_a_result_gets_none(java: Java, make_worker: Make) -> None:
    worker = make_worker()
    worker.job("label.scan", queue="jobs.scanner")(
        lambda payload, context: None if payload["text"] == "good" else {"text": "what for"}
    )
    worker.start()
    java.wait_for(java.submit("label.scan", "good"), "completed")
    job = java.wait_for(java.submit("label.scan", "bad"), "failed")
    assert job["errorMessage"] == "The result is not valid: this type has no result, so the handler must return None."


def test_half_characters_in_a_result_are_replaced(java: Java, make_worker: Make) -> None:
    worker = make_worker()
    worker.job("label.print")(lambda payload, context: {"text": "a\x00b\ud83dc", "pages": 1})
    worker.start()
    job_id = java.submit()
    java.wait_for(job_id, "completed")
    assert java.call("result", jobId=job_id) == {"text": "a\ufffdb\ufffdc", "pages": 1}


def test_a_payload_that_is_not_valid_fails_without_being_run(
    java: Java, make_worker: Make, caplog: pytest.LogCaptureFixture
) -> None:
    called: list[Any] = []
    job_id = java.submit()
    with java.owner() as owner:
        # As an older submitter, or one that is not Java, may have left it
        owner.execute("UPDATE by_test.jobs SET payload = %s WHERE id = %s", ('{"copies": 4711}', job_id))
    worker = make_worker()
    worker.job("label.print")(lambda payload, context: called.append(payload))
    worker.start()
    job = java.wait_for(job_id, "failed")
    assert job["errorMessage"] == "The payload is not valid: it lacks text; copies breaks maximum 100."
    assert job["attempts"] == 1
    assert not called
    assert "4711" not in caplog.text


def test_without_schemas_nothing_is_validated(java: Java, make_worker: Make) -> None:
    job_id = java.submit()
    with java.owner() as owner:
        owner.execute("UPDATE by_test.jobs SET payload = %s WHERE id = %s", ("[1, 2.5, null]", job_id))
    worker = make_worker(schemas=None)
    worker.job("label.print")(lambda payload, context: {"text": repr(payload), "pages": 1})
    worker.start()
    java.wait_for(job_id, "completed")
    assert json.loads(java.job(job_id)["result"])["text"] == "[1, 2.5, None]"


def test_jobs_under_an_earlier_name_are_run(java: Java, make_worker: Make, make_role: Callable[..., Role]) -> None:
    earlier, broken = java.submit(text="earlier"), java.submit(text="broken")
    with java.owner() as owner:
        owner.execute("UPDATE by_test.jobs SET type = 'label.draw' WHERE id = ANY (%s::uuid[])", ([earlier, broken],))
        owner.execute("UPDATE by_test.jobs SET payload = '{}' WHERE id = %s", (broken,))
    role = make_role("label.print", "label.draw")
    worker = make_worker(database=role.database)
    worker.job("label.print", aliases=["label.draw"])(lambda payload, context: PRINTED)
    worker.start()
    java.wait_for(earlier, "completed")
    java.wait_for(java.submit(), "completed")
    assert java.wait_for(broken, "failed")["errorClass"] == "SchemaViolation"


def test_a_newer_version_is_left_to_workers_that_know_it(java: Java, make_worker: Make) -> None:
    newer = java.submit(text="newer")
    with java.owner() as owner:
        owner.execute("UPDATE by_test.jobs SET version = 2 WHERE id = %s", (newer,))
    old = make_worker(name="old")
    old.job("label.print")(lambda payload, context: PRINTED)
    old.start()
    java.wait_for(java.submit(), "completed")
    assert java.job(newer)["status"] in ("pending", "queued")
    new = make_worker(name="new")
    new.job("label.print", version=2)(lambda payload, context: PRINTED)
    new.start()
    assert java.wait_for(newer, "completed")["workerId"].startswith("new-")
