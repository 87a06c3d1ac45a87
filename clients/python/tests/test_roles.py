"""What a worker may do is bounded by its role, and not by this client."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from conftest import Java, Role

from tenon_jobs import JobContext, Worker
from tenon_jobs.contract import Contract
from tenon_jobs.database import Session
from tenon_jobs.errors import CallRefused

MakeRole = Callable[..., Role]


def claimed_by(java: Java, role: Role, worker_id: str) -> tuple[Contract, Session, Any]:
    contract, session = Contract("tenon", worker_id), Session(role.database)
    contract.heartbeat(session, "host-1", 1, 1)
    job_id = java.submit()
    claimed = contract.claim(session, {"label.print": 1}, 1)
    assert [str(job.lease.job_id) for job in claimed] == [job_id]
    return contract, session, claimed[0].lease


@pytest.mark.parametrize("same_role", [True, False], ids=["a worker of the same role", "a worker of another role"])
def test_a_job_that_the_worker_does_not_hold_is_left_alone(
    java: Java, role: Role, make_role: MakeRole, same_role: bool
) -> None:
    holder, session, lease = claimed_by(java, role, "holder-1")
    thief_session = Session((role if same_role else make_role("label.print")).database)
    thief = Contract("tenon", "thief-1")
    thief.heartbeat(thief_session, "host-2", 2, 1)

    assert not thief.complete(thief_session, lease, '{"text":"stolen","pages":1}', 1)
    assert thief.fail(thief_session, lease, "Stolen", "stolen") is None
    assert not thief.snooze(thief_session, lease, timedelta(0))
    assert not thief.release(thief_session, lease)
    assert not thief.cancelled(thief_session, lease)
    assert not thief.progress(thief_session, lease, 99, "stolen")
    assert not thief.log(thief_session, lease, "info", "stolen", None)
    assert thief.deregister(thief_session) == 0
    if not same_role:
        # Nor under the holder's name
        assert not holder.complete(thief_session, lease, None, 1)
        with pytest.raises(CallRefused, match="did not register worker 'holder-1'"):
            holder.deregister(thief_session)
        with pytest.raises(CallRefused, match="Worker id 'holder-1' is taken"):
            holder.heartbeat(thief_session, "host-2", 2, 1)

    job = java.job(str(lease.job_id))
    assert (job["status"], job["progress"], job["workerId"]) == ("running", 0, "holder-1")
    assert holder.complete(session, lease, '{"text":"mine","pages":1}', 1)
    assert java.call("result", jobId=str(lease.job_id))["text"] == "mine"
    session.close()
    thief_session.close()


def test_a_role_reads_and_writes_no_table(java: Java, role: Role) -> None:
    with java.owner() as owner:
        relations = owner.execute(
            "SELECT relname, relkind = 'v' FROM pg_class WHERE relnamespace = 'tenon'::regnamespace AND relkind IN ('r', 'v')"
        ).fetchall()
    tables = {name for name, is_view in relations if not is_view}
    views = {name for name, is_view in relations if is_view}
    assert {"live_jobs", "job_data", "ended_jobs", "job_logs", "workers", "worker_grants", "installation"} <= tables
    assert {"jobs", "job_states", "job_attempts"} == views
    with psycopg.connect(role.database, autocommit=True) as connection:
        for name in views:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"SELECT FROM tenon.{name}")
        for name in tables:
            for statement in (
                f"SELECT FROM tenon.{name}",
                f"DELETE FROM tenon.{name}",
                f"INSERT INTO tenon.{name} DEFAULT VALUES",
                f"TRUNCATE tenon.{name}",
                f"DROP TABLE tenon.{name}",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(statement)


def test_a_type_that_was_not_granted_is_not_claimed(java: Java, make_role: MakeRole) -> None:
    job_id = java.submit()
    session, contract = Session(make_role("label.scan").database), Contract("tenon", "scanner-1")
    contract.heartbeat(session, "host-1", 1, 1)
    for versions in ({"label.print": 1}, {"label.scan": 1, "label.print": 1}):
        with pytest.raises(CallRefused, match="may not claim jobs of type 'label.print'") as refused:
            contract.claim(session, versions, 1)
        assert refused.value.sqlstate == CallRefused.RIGHT_MISSING
    session.close()
    assert java.job(job_id)["status"] in ("pending", "queued")


def test_a_role_without_any_grant_calls_nothing(make_role: MakeRole) -> None:
    session = Session(make_role().database)
    with pytest.raises(CallRefused) as refused:
        Contract("tenon", "nobody-1").heartbeat(session, "host-1", 1, 1)
    assert refused.value.sqlstate == CallRefused.RIGHT_MISSING
    session.close()


def test_a_worker_continues_with_the_types_that_are_granted(
    java: Java, make_role: MakeRole, make_worker: Callable[..., Worker], caplog: pytest.LogCaptureFixture
) -> None:
    ran = threading.Event()
    worker = make_worker(rabbitmq=True, database=make_role("label.print").database)
    worker.job("label.print")(lambda payload, context: {"text": "x", "pages": 1})

    @worker.job("label.scan", queue="jobs.scanner")
    def scan(payload: Any, context: JobContext) -> None:
        ran.set()

    worker.start()
    refused = java.submit("label.scan")
    for _ in range(3):
        java.wait_for(java.submit(), "completed")
    assert not ran.is_set()
    assert java.job(refused)["status"] in ("pending", "queued")
    assert "gets no jobs of type 'label.scan'" in caplog.text
    assert "grant_worker" in caplog.text


def test_a_worker_that_starts_before_its_grant_works_after_it(
    java: Java, make_role: MakeRole, make_worker: Callable[..., Worker], caplog: pytest.LogCaptureFixture
) -> None:
    role = make_role()
    worker = make_worker(database=role.database)
    worker.job("label.print")(lambda payload, context: {"text": "x", "pages": 1})
    worker.start()
    job_id = java.submit()
    give_up = threading.Event()
    while "has refused the heartbeat" not in caplog.text:
        assert not give_up.wait(0.02)
    with java.owner() as owner:
        owner.execute("SELECT tenon.grant_worker(%s, ARRAY['label.print'])", (role.name,))
    java.wait_for(job_id, "completed")
