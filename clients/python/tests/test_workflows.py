"""Jobs that are tasks of workflows: a worker ends them as any other, and what follows is there with the same commit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from conftest import Java, Role, wait_until

from tenon_jobs import JobContext, PermanentError, Worker

Make = Callable[..., Worker]


def outcome(java: Java, workflow_id: str) -> dict[str, Any] | None:
    workflow = java.call("workflow", workflowId=workflow_id)
    assert isinstance(workflow, dict)
    return workflow if workflow["outcome"] else None


@pytest.mark.parametrize("rabbitmq", [True, False], ids=["by their pointers", "from the table"])
def test_a_worker_runs_a_workflow_without_knowing_of_it(java: Java, make_worker: Make, rabbitmq: bool) -> None:
    seen: list[str] = []
    worker = make_worker(rabbitmq=rabbitmq, poll_interval=3600 if rabbitmq else 0.1)

    @worker.job("label.print")
    def print_label(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        seen.append(f"print {payload['text']}")
        return {"text": payload["text"].upper(), "pages": 1}

    @worker.job("label.scan", queue="jobs.scanner")
    def scan_label(payload: dict[str, Any], context: JobContext) -> None:
        seen.append(f"scan {payload['text']}")

    worker.start()
    tasks = java.call("submitChain", text="Fragile")

    workflow = wait_until("the workflow ends", lambda: outcome(java, tasks["workflow"]))
    assert workflow == {"outcome": "completed", "completed": 3, "failed": 0, "skipped": 1}
    # The payload of the scan was made by Java from the result that Python gave
    assert seen[0] == "print Fragile"
    assert sorted(seen[1:]) == ["print Fragile again", "scan FRAGILE"]
    assert java.job(tasks["cut"])["status"] == "cancelled"


def test_a_failure_starts_the_compensation(java: Java, make_worker: Make) -> None:
    cut: list[str] = []
    worker = make_worker()

    @worker.job("label.print")
    def print_label(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        raise PermanentError("no such printer")

    @worker.job("label.cut")
    def cut_label(payload: dict[str, Any], context: JobContext) -> None:
        cut.append(payload["text"])

    worker.start()
    tasks = java.call("submitChain", text="Fragile")

    workflow = wait_until("the workflow ends", lambda: outcome(java, tasks["workflow"]))
    assert workflow == {"outcome": "failed", "completed": 1, "failed": 1, "skipped": 2}
    assert cut == ["Fragile"]
    assert java.job(tasks["scan"])["status"] == "cancelled"


def test_the_next_task_is_released_by_the_commit_that_ends_the_job(java: Java, role: Role) -> None:
    tasks = java.call("submitChain", text="Fragile")

    def is_due(owner: psycopg.Connection[Any]) -> bool:
        row = owner.execute("SELECT run_at <= clock_timestamp() FROM tenon.jobs WHERE id = %s", (tasks["again"],)).fetchone()
        assert row is not None
        return bool(row[0])

    with psycopg.connect(role.database) as worker, java.owner() as owner:
        worker.execute("SELECT * FROM tenon.heartbeat('labels-1')")
        claim = "SELECT job_id, lease FROM tenon.claim('labels-1', ARRAY['label.print'], ARRAY[1], 10)"
        claimed = worker.execute(claim).fetchall()
        worker.commit()
        # What waits is not claimed
        assert [str(job_id) for job_id, _ in claimed] == [tasks["print"]]

        complete = "SELECT tenon.complete('labels-1', %s, %s, %s)"
        arguments = (tasks["print"], claimed[0][1], '{"text": "Fragile", "pages": 1}')
        assert worker.execute(complete, arguments).fetchone() == (True,)
        assert not is_due(owner)
        worker.rollback()
        assert not is_due(owner)

        assert worker.execute(complete, arguments).fetchone() == (True,)
        worker.commit()
        assert is_due(owner)
        claimed = worker.execute(claim).fetchall()
        worker.commit()
        assert [str(job_id) for job_id, _ in claimed] == [tasks["again"]]
