"""Steps that write to PostgreSQL, in one transaction with their record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from conftest import Java, Role, wait_until
from psycopg.rows import dict_row

from tenon_jobs import JobContext, StepContext, Worker, step

Make = Callable[..., Worker]

PRINTED = {"text": "Fragile", "pages": 1}


def labels(java: Java) -> list[str]:
    with java.owner() as owner:
        return [row[0] for row in owner.execute("SELECT label FROM shelf ORDER BY label").fetchall()]


@step(transaction=True)
def reserve(step: StepContext, label: str) -> dict[str, Any]:
    step.connection.execute("INSERT INTO shelf VALUES (%s, %s)", (step.job_id, label))
    return {"label": label}


@pytest.mark.parametrize("connections", ["of the worker", "of the application"])
def test_a_transactional_step_and_its_record_are_one_commit(
    java: Java, make_worker: Make, role: Role, shelf: str, connections: str
) -> None:
    @contextmanager
    def pooled() -> Iterator[psycopg.Connection[Any]]:
        with psycopg.connect(role.database, row_factory=dict_row) as connection:
            yield connection

    ran: list[int] = []
    worker = make_worker(step_connections=None if connections == "of the worker" else pooled)

    @step(transaction=True)
    def fails_once(step: StepContext) -> str:
        with step.connection.transaction(), step.connection.cursor() as cursor:
            cursor.execute("INSERT INTO shelf VALUES (%s, 'b')", (step.job_id,))
        ran.append(1)
        if len(ran) == 1:
            raise OSError("no paper")
        return "done"

    @worker.job("label.print")
    def print_label(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        assert context.run(reserve, "a") == {"label": "a"}
        context.run(fails_once)
        if context.attempt == 2:
            raise OSError("again")
        return PRINTED

    worker.start()
    job_id = java.submit()
    java.wait_for(job_id, "completed")
    assert labels(java) == ["a", "b"]
    assert java.outcomes(job_id) == ["failed", "failed", "completed"]
    assert len(ran) == 2


def test_a_transaction_without_the_lease_is_rolled_back(java: Java, make_worker: Make, shelf: str) -> None:
    worker = make_worker(heartbeat_interval=3600)

    @step(transaction=True)
    def slow(step: StepContext, attempt: int) -> None:
        step.connection.execute("INSERT INTO shelf VALUES (%s, %s)", (step.job_id, f"attempt {attempt}"))
        if attempt == 1 and not lost:
            lost.append(True)
            with java.owner() as owner:
                owner.execute(
                    "UPDATE /* by the test */ by_test.jobs SET status = 'pending', lease = lease + 1, run_at = now()"
                    " WHERE id = %s",
                    (step.job_id,),
                )
                runs.append("lost")

    lost: list[bool] = []
    runs: list[str] = []

    @worker.job("label.print")
    def print_label(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        runs.append("runs")
        context.run(slow, len(runs))
        return PRINTED

    worker.start()
    job_id = java.submit()
    java.wait_for(job_id, "completed")
    assert runs == ["runs", "lost", "runs"]
    assert labels(java) == ["attempt 3"]


def test_a_step_cannot_end_its_transaction(java: Java, make_worker: Make, shelf: str) -> None:
    worker = make_worker()

    @step(transaction=True)
    def commits(step: StepContext, how: str) -> None:
        step.connection.execute("INSERT INTO shelf VALUES (%s, 'committed')", (step.job_id,))
        if how == "call":
            step.connection.commit()
        elif how == "statement":
            step.connection.execute("ROLLBACK")
        else:
            with pytest.raises(psycopg.errors.CheckViolation):
                step.connection.execute("INSERT INTO shelf VALUES (%s, 'bad')", (step.job_id,))

    @worker.job("label.print")
    def print_label(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        with pytest.raises(psycopg.ProgrammingError, match="commit"):
            context.run(commits, "call", key="call")
        for how in ("statement", "failure"):
            with pytest.raises(Exception, match="Step 'commits' .* of job type 'label.print' has ended its transaction"):
                context.run(commits, how, key=how)
        return PRINTED

    worker.start()
    java.wait_for(java.submit(), "completed")
    assert labels(java) == []


def test_an_error_of_a_statement_is_an_error_of_the_step(java: Java, make_worker: Make, shelf: str) -> None:
    worker = make_worker()

    @step(name="reserve", transaction=True, max_attempts=2, retry_delays=[timedelta(0)])
    def bad(step: StepContext) -> None:
        step.connection.execute("INSERT INTO shelf VALUES (%s, 'bad')", (step.job_id,))

    @worker.job("label.print")
    def print_label(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        context.run(bad)
        return PRINTED

    worker.start()
    job_id = java.submit()
    assert java.wait_for(job_id, "failed")["errorClass"] == "psycopg.errors.CheckViolation"
    assert java.outcomes(job_id) == ["released", "failed"]


@pytest.mark.parametrize("mistake", ["database", "role", "open", "type"])
def test_connections_that_cannot_record_the_step_are_refused(
    java: Java, make_worker: Make, role: Role, shelf: str, mistake: str
) -> None:
    other = psycopg.conninfo.make_conninfo(role.database, dbname="postgres")

    @contextmanager
    def connections() -> Iterator[Any]:
        with psycopg.connect(
            {"database": other, "role": java.database}.get(mistake, role.database)
        ) as connection:
            if mistake == "open":
                connection.execute("SELECT 1")
            yield connection.cursor() if mistake == "type" else connection

    messages = {
        "database": "step_connections leads to another database than that of the jobs. What the step writes and its record",
        "role": f"and the worker as '{role.name}'. Only the role of the worker can record its steps",
        "open": "a connection with a transaction in progress, which Tenon cannot commit",
        "type": "step_connections gives a Cursor and no psycopg.Connection",
    }
    worker = make_worker(step_connections=connections)

    @worker.job("label.print")
    def print_label(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        with pytest.raises(Exception, match="Step 'reserve' of job type 'label.print' is transactional, but") as raised:
            context.run(reserve, "a")
        assert messages[mistake] in str(raised.value)
        return PRINTED

    worker.start()
    java.wait_for(java.submit(), "completed")
    assert labels(java) == []


def test_a_transaction_that_breaks_does_not_count(java: Java, make_worker: Make, role: Role, shelf: str) -> None:
    broken: list[int] = []
    worker = make_worker()

    @step(transaction=True)
    def breaks_once(step: StepContext) -> None:
        step.connection.execute("INSERT INTO shelf VALUES (%s, 'a')", (step.job_id,))
        if not broken:
            broken.append(step.connection.info.backend_pid)
            with java.owner() as owner:
                owner.execute("SELECT pg_terminate_backend(%s)", (broken[0],))

    @worker.job("label.print")
    def print_label(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        context.run(breaks_once)
        return PRINTED

    worker.start()
    job_id = java.submit()
    wait_until("it is tried again", lambda: java.outcomes(job_id))
    job = java.wait_for(job_id, "completed")
    assert (labels(java), job["attempts"]) == (["a"], 1)
    assert java.outcomes(job_id) == ["released", "completed"]
