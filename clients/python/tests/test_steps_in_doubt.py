"""Steps that must not run twice: whether they were done is found out, or a person decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from conftest import Java, wait_until

from tenon_jobs import JobContext, Resolution, StepContext, Worker, step

Make = Callable[..., Worker]


def states(java: Java, job_id: str) -> list[tuple[str, str, str]]:
    return [(each["name"], each["key"], each["state"]) for each in java.call("steps", jobId=job_id)]


class Payments:
    """A payment service, which is asked what became of a charge."""

    def __init__(self, answer: Resolution) -> None:
        self.answer = answer
        self.charged: list[str] = []
        self.asked: list[tuple[str, str]] = []
        payments = self

        def find(step: StepContext, text: str) -> Resolution:
            payments.asked.append((step.idempotency_key, text))
            return payments.answer

        @step(repeatable=False, in_doubt=find)
        def charge(step: StepContext, text: str) -> str:
            payments.charged.append(step.idempotency_key)
            if len(payments.charged) == 1:
                raise OSError("the answer was lost")
            return "second"

        self.charge = charge

    def handle(self, payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        return {"text": context.run(self.charge, payload["text"]), "pages": 1}


@pytest.mark.parametrize("is_done", [True, False], ids=["it was done", "it was not done"])
def test_a_step_in_doubt_is_found_out(java: Java, make_worker: Make, is_done: bool) -> None:
    payments = Payments(Resolution.done("found") if is_done else Resolution.not_done())
    worker = make_worker()
    worker.job("label.print")(payments.handle)
    worker.start()
    job_id = java.submit()
    java.wait_for(job_id, "completed")
    assert java.call("result", jobId=job_id)["text"] == ("found" if is_done else "second")
    assert payments.asked == [(payments.charged[0], "Fragile")]
    assert len(payments.charged) == (1 if is_done else 2)
    assert java.outcomes(job_id) == ["failed", "completed"]


@pytest.mark.parametrize("is_done", [True, False], ids=["it was done", "it was not done"])
def test_a_person_decides_about_a_step_in_doubt(java: Java, make_worker: Make, is_done: bool) -> None:
    payments = Payments(Resolution.ask_person("Was Fragile charged?"))
    worker = make_worker()
    worker.job("label.print")(payments.handle)
    worker.start()
    job_id = java.submit()
    wait_until("it waits", lambda: java.outcomes(job_id) == ["failed", "suspended"])
    assert java.call("inDoubt") == [f"{job_id} charge"]
    assert java.call("steps", jobId=job_id)[0]["message"] == "Was Fragile charged?"
    if is_done:
        java.call("markDone", jobId=job_id, name="charge", result="by hand")
    else:
        java.call("markNotDone", jobId=job_id, name="charge")
    java.wait_for(job_id, "completed")
    assert java.call("result", jobId=job_id)["text"] == ("by hand" if is_done else "second")
    assert len(payments.asked) == 1
    assert java.call("inDoubt") == []


def test_an_answer_that_is_none_leaves_the_step_in_doubt(java: Java, make_worker: Make) -> None:
    payments = Payments(None)  # type: ignore[arg-type]
    worker = make_worker()
    worker.job("label.print")(payments.handle)
    worker.start()
    job_id = java.submit()
    job = java.wait_for(job_id, "failed")
    assert "finds out what became of step 'charge' returned NoneType. Return Resolution.done" in job["errorMessage"]
    assert len(payments.charged) == 1
    assert states(java, job_id) == [("charge", "", "begun")]
