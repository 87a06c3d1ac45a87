"""Steps: their results are kept with the job, and those of earlier attempts are given back."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from conftest import PATIENCE, Java, wait_until

from tenon_jobs import JobContext, JobSuspended, PermanentError, Resolution, StepContext, Worker, step

Make = Callable[..., Worker]

PRINTED = {"text": "Fragile", "pages": 1}
NOW = [timedelta(0)]


def states(java: Java, job_id: str) -> list[tuple[str, str, str]]:
    return [(each["name"], each["key"], each["state"]) for each in java.call("steps", jobId=job_id)]


def test_a_recorded_step_does_not_run_again(java: Java, make_worker: Make) -> None:
    ran: list[Any] = []
    keys: list[str] = []
    worker = make_worker()

    @step
    def charge(step: StepContext, text: str, *, copies: int) -> dict[str, Any]:
        ran.append("charge")
        keys.append(step.idempotency_key)
        return {"text": text, "prices": (copies, 2.5, None, True)}

    @step(name="pack.line")
    def pack(step: StepContext, line: int) -> None:
        ran.append(line)

    @worker.job("label.print")
    def print_label(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        receipt = context.run(charge, payload["text"], copies=3)
        # The same value in each attempt
        assert receipt == {"text": "Fragile", "prices": [3, 2.5, None, True]}
        for line in range(3):
            assert context.run(pack, line, key=line) is None
            if line == context.attempt - 1:
                raise OSError("no paper")
        return PRINTED

    worker.start()
    job_id = java.submit()
    java.wait_for(job_id, "failed")
    assert ran == ["charge", 0, 1, 2]
    # As Java makes it: a UUID of version 5, from the id of the job, the name and the key
    assert keys == [str(uuid.uuid5(uuid.UUID(job_id), "charge\n"))]
    assert states(java, job_id) == [
        ("charge", "", "done"),
        ("pack.line", "0", "done"),
        ("pack.line", "1", "done"),
        ("pack.line", "2", "done"),
    ]
    assert java.outcomes(job_id) == ["failed"] * 3


def test_a_failed_job_runs_again_from_a_step(java: Java, make_worker: Make) -> None:
    ran: list[str] = []
    worker = make_worker()

    @step
    def first(step: StepContext) -> int:
        ran.append("first")
        return len(ran)

    @step
    def second(step: StepContext, number: int) -> int:
        ran.append("second")
        return 10 * number

    @worker.job("label.print")
    def print_label(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        pages = context.run(second, context.run(first))
        if len(ran) == 2:
            raise PermanentError("crooked")
        return {"text": "x", "pages": pages}

    worker.start()
    job_id = java.submit()
    java.wait_for(job_id, "failed")
    java.call("runAgainFrom", jobId=job_id, name="second")
    java.wait_for(job_id, "completed")
    assert ran == ["first", "second", "second"]


def test_a_renamed_step_finds_its_record(java: Java, make_worker: Make) -> None:
    keys: list[str] = []
    worker = make_worker()

    # Those of the code before
    def earlier() -> Any:
        @step
        def wrap(step: StepContext) -> str:
            return "wrapped"

        @step(repeatable=False, in_doubt=lambda step: Resolution.not_done())
        def charge(step: StepContext) -> str:
            keys.append(step.idempotency_key)
            raise OSError("cut off")

        return wrap, charge

    @step(aliases=["wrap"])
    def pack(step: StepContext) -> str:
        return "packed"

    @step(aliases=["charge"], repeatable=False, in_doubt=lambda step: Resolution.not_done())
    def bill(step: StepContext) -> str:
        keys.append(step.idempotency_key)
        return "billed"

    @worker.job("label.print")
    def print_label(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        if context.attempt == 1:
            for each in earlier():
                context.run(each)
        assert context.run(bill) == "billed"
        return {"text": context.run(pack), "pages": 1}

    worker.start()
    job_id = java.submit()
    java.wait_for(job_id, "completed")
    assert java.call("result", jobId=job_id)["text"] == "wrapped"
    # The step keeps its identity, so the other system recognizes it
    assert keys[0] == keys[1]
    assert states(java, job_id) == [("wrap", "", "done"), ("charge", "", "done")]


def test_a_result_that_is_too_large_fails_the_job(java: Java, make_worker: Make) -> None:
    worker = make_worker()

    @step
    def read(step: StepContext) -> str:
        return "x" * (2 << 20)

    @worker.job("label.print")
    def print_label(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        context.run(read)
        return PRINTED

    worker.start()
    job_id = java.submit()
    job = java.wait_for(job_id, "failed")
    assert job["attempts"] == 1
    assert "The result of step 'read' has 2097154 bytes; it may have 1048576. Store the data elsewhere" in job["errorMessage"]
    assert states(java, job_id) == []


def test_a_step_has_attempts_of_its_own(java: Java, make_worker: Make) -> None:
    attempts: list[int] = []
    finally_ran: list[int] = []
    worker = make_worker()

    @step(max_attempts=7, retry_delays=[timedelta(0), timedelta(milliseconds=50)])
    def pack(step: StepContext) -> str:
        attempts.append(1)
        if len(attempts) < 6:
            raise OSError("no paper")
        return "packed"

    @worker.job("label.print")
    def print_label(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        assert context.attempt == 1
        try:
            return {"text": context.run(pack), "pages": 1}
        except Exception:  # does not see that the step has failed: the attempt ends
            return {"text": "caught", "pages": 1}
        finally:
            finally_ran.append(1)

    worker.start()
    job_id = java.submit()
    job = java.wait_for(job_id, "completed")
    assert (java.call("result", jobId=job_id)["text"], job["attempts"]) == ("packed", 1)
    assert len(attempts) == len(finally_ran) == 6
    assert java.outcomes(job_id) == ["released"] * 5 + ["completed"]
    assert "OSError: no paper" in java.call("attempts", jobId=job_id)[0]["stack"]


def test_a_job_fails_with_the_last_attempt_of_a_step(
    java: Java, make_worker: Make, caplog: pytest.LogCaptureFixture
) -> None:
    worker = make_worker()

    @step(max_attempts=2, retry_delays=NOW)
    def pack(step: StepContext) -> str:
        raise OSError("no paper")

    @worker.job("label.print")
    def print_label(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        try:
            context.run(pack)
        except OSError:  # the last failure
            assert java.call("steps", jobId=str(context.job_id))[0]["attempts"] == 2
        return PRINTED

    worker.start()
    job_id = java.submit()
    job = java.wait_for(job_id, "failed")
    assert (job["errorClass"], job["errorMessage"], job["attempts"]) == ("OSError", "no paper", 1)
    assert java.outcomes(job_id) == ["released", "failed"]
    assert java.call("steps", jobId=job_id)[0]["message"] == "OSError: no paper"
    assert "has returned although its attempt had ended: The last of 2 attempts of step 'pack' has failed." in caplog.text


def test_a_permanent_error_of_a_step_fails_the_job(java: Java, make_worker: Make) -> None:
    worker = make_worker()

    @step(max_attempts=5, retry_delays=NOW)
    def pack(step: StepContext) -> str:
        raise PermanentError("no such box")

    @worker.job("label.print")
    def print_label(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        context.run(pack)
        return PRINTED

    worker.start()
    job_id = java.submit()
    assert java.wait_for(job_id, "failed")["errorMessage"] == "no such box"
    assert java.outcomes(job_id) == ["failed"]


# ---------------------------------------------------------------- Leases, versions


def test_a_lost_lease_ends_the_handler_at_its_next_step(java: Java, make_worker: Make) -> None:
    started, go_on = threading.Event(), threading.Event()
    ran: list[str] = []
    raised: list[BaseException] = []
    worker = make_worker(heartbeat_interval=3600)

    @step
    def slow(step: StepContext) -> str:
        ran.append("slow")
        started.set()
        assert go_on.wait(PATIENCE)
        return "by the first"

    @step
    def after(step: StepContext) -> None:
        ran.append("after")

    @worker.job("label.print")
    def print_label(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        if started.is_set():
            return PRINTED
        try:
            context.run(slow)
        except Exception:
            ran.append("caught")
        except BaseException as error:
            raised.append(error)
        context.run(after)
        return PRINTED

    worker.start()
    job_id = java.submit()
    assert started.wait(PATIENCE)
    with java.owner() as owner:
        owner.execute(
            "UPDATE /* by the test */ by_test.jobs SET status = 'pending', lease = lease + 1, run_at = now() WHERE id = %s",
            (job_id,),
        )
    go_on.set()
    java.wait_for(job_id, "completed")
    assert ran == ["slow"]
    assert isinstance(raised[0], JobSuspended)
    assert states(java, job_id) == []


def test_records_of_newer_code_keep_older_workers_away(java: Java, make_worker: Make) -> None:
    worker = make_worker(name="new")

    @step
    def pack(step: StepContext) -> None: ...

    def waits(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        context.run(pack)
        context.wait_for_signal("label.approved")
        return PRINTED

    worker.job("label.print", version=2)(waits)
    worker.start()
    job_id = java.submit()
    wait_until("it waits", lambda: java.outcomes(job_id) == ["suspended"])
    worker.stop()
    old = make_worker(name="old")
    old.job("label.print")(waits)
    old.start()
    java.call("approve", jobId=job_id)
    java.wait_for(java.submit(), "pending")
    java.call("cancel", jobId=java.submit(text="another"))
    assert java.job(job_id)["status"] in ("pending", "queued")
    # Even if such a job is claimed, its records are left alone
    with java.owner() as owner:
        owner.execute("UPDATE tenon.live_jobs SET version = 1 WHERE id = %s", (job_id,))
    wait_until("it is released", lambda: java.outcomes(job_id) == ["suspended", "released"])
    assert "version 2" in java.job(job_id)["errorMessage"]
    newer = make_worker(name="newer")
    newer.job("label.print", version=2)(waits)
    newer.start()
    assert java.wait_for(job_id, "completed")["workerId"].startswith("newer-")


def test_values_of_steps_are_not_logged(java: Java, make_worker: Make, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    worker = make_worker()

    @step(max_attempts=2, retry_delays=NOW)
    def read(step: StepContext, text: str) -> str:
        if "failed" not in str(java.outcomes(job_id)) and not java.outcomes(job_id):
            raise OSError("secret-1")
        return "secret-2"

    @worker.job("label.print")
    def print_label(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        context.save_cursor({"at": "secret-3"})
        context.run(read, "secret-4")
        return PRINTED

    job_id = java.submit()
    worker.start()
    java.wait_for(job_id, "completed")
    assert java.cursor(job_id) == {"at": "secret-3"}
    # Java does not know what is sensitive in it
    assert java.call("cursor", jobId=job_id) == '"••••"'
    assert java.call("steps", jobId=job_id)[0]["result"] == '"••••"'
    assert "secret" not in "\n".join(record.getMessage() for record in caplog.records if record.name == "tenon_jobs")
