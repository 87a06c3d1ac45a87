"""Jobs that Python submits are those that Java would submit, in the caller's transaction."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import psycopg
import pytest
from conftest import PATIENCE, SCHEMAS, TYPES, Java, Role, wait_until
from psycopg import sql

from tenon_jobs import (
    BacklogFull,
    JobContext,
    JobNotCompleted,
    Jobs,
    JobType,
    Signal,
    SubmitOptions,
    SubmitRefused,
    Worker,
    database,
)
from tenon_jobs.database import Session
from tenon_jobs.errors import CallRefused, DatabaseUnavailable, SignalRefused

LABEL = {"text": "Fragile", "copies": 2}


class Submitter:
    """A role that may do what ``grant_submitter`` lets it do."""

    def __init__(self, java: Java, *types: str) -> None:
        self.role = Role(java, [])
        self._java = java
        with java.owner() as owner:
            owner.execute("SELECT tenon.grant_submitter(%s, %s)", (self.role.name, list(types)))
        self.jobs = Jobs(self.role.database, submitted_by="python", schemas=[SCHEMAS])

    def close(self) -> None:
        self.jobs.close()
        with self._java.owner() as owner:
            owner.execute("SELECT tenon.revoke_submitter(%s)", (self.role.name,))
        self.role.drop()


@pytest.fixture
def submitter(java: Java) -> Iterator[Submitter]:
    made = Submitter(java, *TYPES)
    yield made
    made.close()


@pytest.fixture
def jobs(submitter: Submitter) -> Jobs:
    return submitter.jobs


@pytest.fixture
def printing(make_worker: Callable[..., Worker]) -> Worker:
    """A worker that prints labels."""
    worker = make_worker(rabbitmq=True)

    @worker.job("label.print")
    def print_label(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        if payload["text"] == "bad":
            raise ValueError("This label cannot be printed.")
        return {"text": payload["text"], "pages": payload["copies"]}

    worker.start()
    return worker


def test_a_job_is_run_and_its_result_awaited(java: Java, jobs: Jobs, printing: Worker) -> None:
    submitted = jobs.submit("label.print", LABEL, SubmitOptions(item_id="item-1", headers={"tenant": "acme"}))
    assert submitted.is_new
    assert jobs.result(submitted.job_id, PATIENCE) == {"text": "Fragile", "pages": 2}
    job = jobs.find(submitted.job_id, with_payload=True)
    assert job is not None
    assert (job.status, job.item_id, job.submitted_by, job.payload) == ("completed", "item-1", "python", LABEL)
    assert job.headers == {"tenant": "acme"}
    assert java.job(str(submitted.job_id))["status"] == "completed"
    assert "Fragile" not in repr(job)


def test_a_job_that_fails_says_so_to_those_who_await_it(jobs: Jobs, printing: Worker) -> None:
    job_id = jobs.submit("label.print", {"text": "bad", "copies": 1}).job_id
    with pytest.raises(JobNotCompleted, match="has ended as failed") as ended:
        jobs.result(job_id, PATIENCE)
    assert ended.value.job.error_class == "ValueError"


def test_a_job_is_part_of_the_transaction_of_the_caller(java: Java, submitter: Submitter) -> None:
    with psycopg.connect(submitter.role.database) as connection:
        undone = submitter.jobs.submit("label.print", LABEL, connection=connection)
        connection.rollback()
        done = submitter.jobs.submit("label.print", LABEL, connection=connection)
        assert submitter.jobs.find(done.job_id) is None
        assert submitter.jobs.find(done.job_id, connection=connection) is not None
    assert submitter.jobs.find(undone.job_id) is None
    assert submitter.jobs.find(done.job_id) is not None


def test_many_jobs_are_submitted_together_or_not_at_all(java: Java, submitter: Submitter) -> None:
    payloads = [{"text": f"label {number}", "copies": 1} for number in range(2_500)]
    submitted = submitter.jobs.submit_all("label.print", payloads, SubmitOptions(delay=timedelta(hours=1)))
    assert len({one.job_id for one in submitted}) == 2_500
    last = submitter.jobs.find(submitted[-1].job_id, with_payload=True)
    assert last is not None and last.payload == payloads[-1]
    with java.owner() as owner:
        before = owner.execute("SELECT count(*) FROM tenon.job_data").fetchall()
        with pytest.raises(SubmitRefused, match="Payload 501 of type 'label.print' is a JSON string"):
            submitter.jobs.submit_all("label.print", [*payloads, "text"], SubmitOptions(validate=False))
        assert owner.execute("SELECT count(*) FROM tenon.job_data").fetchall() == before
    assert submitter.jobs.submit_all("label.print", []) == []


def test_options_say_when_and_how_urgent(jobs: Jobs) -> None:
    later = datetime(2101, 2, 3, 4, 5, 6, tzinfo=timezone.utc)
    timed = jobs.find(jobs.submit("label.print", LABEL, SubmitOptions(run_at=later, priority="critical")).job_id)
    assert timed is not None and (timed.run_at, timed.priority) == (later, "critical")
    delayed = jobs.find(jobs.submit("label.print", LABEL, SubmitOptions(delay=timedelta(days=2))).job_id)
    assert delayed is not None and delayed.run_at - delayed.submitted_at == timedelta(days=2)
    with pytest.raises(ValueError, match="run_at is 2101-02-03 04:05:06, without a time zone"):
        SubmitOptions(run_at=later.replace(tzinfo=None))


def test_a_type_with_its_schemas_submits_and_returns_results(submitter: Submitter, printing: Worker) -> None:
    payload = {"type": "object", "properties": {"copies": {"type": "integer", "minimum": 1}}, "required": ["text", "copies"]}
    label_print: JobType[dict[str, Any], dict[str, Any]] = JobType("label.print", 1, payload, {"required": ["text", "pages"]})
    with psycopg.connect(submitter.role.database) as connection:
        one = label_print.submit(submitter.jobs, LABEL, SubmitOptions(item_id="item-2"), connection=connection)
    assert label_print.result(submitter.jobs, one.job_id, PATIENCE) == {"text": "Fragile", "pages": 2}
    found = submitter.jobs.find(one.job_id)
    assert found is not None and (found.item_id, found.version) == ("item-2", 1)
    assert len(label_print.submit_all(submitter.jobs, [LABEL, LABEL])) == 2
    with pytest.raises(SubmitRefused, match="copies breaks minimum 1"):
        label_print.submit(submitter.jobs, {"text": "x", "copies": 0})
    newer: JobType[dict[str, Any], None] = JobType("label.print", 7, payload)
    with pytest.raises(SubmitRefused, match="version is 7; the applications read payloads"):
        newer.submit(submitter.jobs, LABEL)


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        ({"text": "x", "copies": 0}, "copies breaks minimum 1"),
        ({"text": "x"}, "it lacks copies"),
        ({"text": "\ud800", "copies": 1}, "cannot be written as JSON: a surrogate without its partner"),
        ({"text": uuid, "copies": 1}, "cannot be written as JSON: Object of type module is not JSON serializable"),
        ({"text": "x", "copies": float("nan")}, "cannot be written as JSON: Out of range float values"),
    ],
)
def test_a_payload_is_checked_before_it_is_sent(jobs: Jobs, payload: Any, message: str) -> None:
    with pytest.raises(SubmitRefused, match=message):
        jobs.submit("label.print", payload)


def test_a_refusal_has_the_message_of_the_function(
    jobs: Jobs, submitter: Submitter, make_role: Callable[..., Role]
) -> None:
    with pytest.raises(SubmitRefused) as refused:
        jobs.submit("label.unknown", {})
    assert refused.value.sqlstate == CallRefused.RIGHT_MISSING
    assert str(refused.value) == (
        f"Role '{submitter.role.name}' may not submit jobs of type 'label.unknown'. The owner of the schema can allow it"
        " with grant_submitter."
    )
    with pytest.raises(SubmitRefused, match="priority is 'urgent'; it must be low, normal, high or critical"):
        jobs.submit("label.print", LABEL, SubmitOptions(priority="urgent"))
    with psycopg.connect(submitter.role.database) as connection:
        with pytest.raises(SubmitRefused, match="item_id is blank"):
            jobs.submit("label.print", LABEL, SubmitOptions(item_id=" "), connection=connection)
        connection.rollback()
    # A role without any grant
    with pytest.raises(SubmitRefused, match="permission denied for"):
        Jobs(make_role().database).wait(uuid.uuid4(), PATIENCE)
    with pytest.raises(SubmitRefused, match="Nobody is named who submits jobs of type 'label.print'"):
        Jobs(submitter.role.database).submit("label.print", LABEL)


def test_a_job_is_cancelled(java: Java, jobs: Jobs, make_worker: Callable[..., Worker]) -> None:
    waiting = jobs.submit("label.print", LABEL, SubmitOptions(delay=timedelta(hours=1))).job_id
    assert jobs.cancel(waiting, "ann", "no paper") == "cancelled"
    assert java.job(str(waiting))["status"] == "cancelled"

    worker = make_worker(rabbitmq=True)
    started = threading.Event()

    @worker.job("label.print")
    def print_label(payload: Any, context: JobContext) -> None:
        started.set()
        context.sleep(PATIENCE)

    worker.start()
    running = jobs.submit("label.print", LABEL).job_id
    assert started.wait(PATIENCE)
    assert jobs.cancel(running, "ann") == "running"
    assert jobs.wait(running, PATIENCE).status == "cancelled"
    unknown = uuid.uuid4()
    with pytest.raises(SubmitRefused, match=f"There is no job {unknown} of a type that role"):
        jobs.cancel(unknown, "ann")


def test_a_signal_wakes_the_job_that_waits_for_it(jobs: Jobs, make_worker: Callable[..., Worker]) -> None:
    worker = make_worker(rabbitmq=True)

    @worker.job("label.print")
    def print_label(payload: Any, context: JobContext) -> dict[str, Any]:
        approved = context.wait_for_signal("label.approved")
        assert isinstance(approved, Signal)
        return {"text": approved.payload["by"], "pages": 1}

    worker.start()
    job_id = jobs.submit("label.print", LABEL).job_id
    assert jobs.send_signal(job_id, "label.approved", {"by": "ann"}, sent_by="office", id="event-1")
    assert not jobs.send_signal(job_id, "label.approved", {"by": "ann"}, sent_by="office", id="event-1")
    assert jobs.result(job_id, PATIENCE) == {"text": "ann", "pages": 1}
    with pytest.raises(SignalRefused, match="the job has ended"):
        jobs.send_signal(job_id, "label.approved", {"by": "ann"}, sent_by="office")


def test_a_wait_ends_when_the_time_is_up(jobs: Jobs) -> None:
    job_id = jobs.submit("label.print", LABEL, SubmitOptions(delay=timedelta(hours=1))).job_id
    with pytest.raises(TimeoutError, match="1 job\\(s\\) have not ended in time. They continue."):
        jobs.wait(job_id, 0.2)
    with pytest.raises(SubmitRefused, match="There is no job"):
        jobs.wait(uuid.uuid4(), PATIENCE)


def test_a_wait_survives_the_loss_of_its_connection(java: Java, submitter: Submitter) -> None:
    job_id = submitter.jobs.submit("label.print", LABEL, SubmitOptions(delay=timedelta(hours=1))).job_id
    ended: list[str] = []
    waiter = threading.Thread(target=lambda: ended.append(submitter.jobs.wait(job_id, PATIENCE).status))
    waiter.start()
    with java.owner() as owner:
        # The connection of the wait, and the one that has submitted
        cut: list[int] = wait_until(
            "both are cut off",
            lambda: owner.execute(
                "SELECT array_agg(a.pid) FILTER (WHERE pg_terminate_backend(a.pid)) FROM pg_stat_activity a"
                " WHERE a.usename = %s AND EXISTS (SELECT FROM tenon.awaited_jobs)",
                (submitter.role.name,),
            ).fetchall()[0][0],
        )
        wait_until(
            "the server has ended them",
            lambda: not owner.execute("SELECT FROM pg_stat_activity WHERE pid = ANY (%s)", (cut,)).fetchall(),
        )
    submitter.jobs.cancel(job_id, "ann")
    waiter.join(PATIENCE)
    assert ended == ["cancelled"]


def test_all_of_several_jobs_are_awaited(jobs: Jobs, printing: Worker) -> None:
    ids = [jobs.submit("label.print", {"text": f"{number}", "copies": 1}).job_id for number in range(20)]
    assert [job.result["text"] for job in jobs.wait_all(ids, PATIENCE)] == [f"{number}" for number in range(20)]


def test_an_unreachable_server_is_not_a_refusal() -> None:
    with pytest.raises(DatabaseUnavailable):
        Jobs("postgresql://nobody@127.0.0.1:1/x", submitted_by="python").submit("label.print", LABEL)


def test_the_server_ends_statements_that_take_too_long(
    java: Java, submitter: Submitter, monkeypatch: pytest.MonkeyPatch
) -> None:
    conninfo = submitter.role.database
    limited = psycopg.conninfo.make_conninfo(conninfo, options="-c statement_timeout=500")
    for given, limit in ((conninfo, "27s"), (limited, "500ms")):
        session = Session(given)
        assert session.rows("SHOW statement_timeout") == [(limit,)]
        session.close()
    monkeypatch.setattr(database, "STATEMENT_LIMIT", timedelta(milliseconds=300))
    jobs = submitter.jobs
    job_id = jobs.submit("label.print", LABEL, SubmitOptions(delay=timedelta(hours=1))).job_id
    calls: list[Callable[[], object]] = [
        lambda: jobs.submit("label.print", LABEL),
        # So many that they take two calls, and so a transaction
        lambda: jobs.submit_all("label.print", [LABEL] * 1001),
        lambda: jobs.wait(job_id, 0),
    ]
    for call in calls:
        with java.owner() as owner, owner.transaction():
            owner.execute("LOCK TABLE tenon.job_data, tenon.awaited_jobs")
            with pytest.raises(DatabaseUnavailable, match="statement timeout"):
                call()


def test_a_full_backlog_is_not_a_refusal(java: Java, jobs: Jobs) -> None:
    with java.owner() as owner:
        owner.execute(
            "UPDATE tenon.job_types SET max_waiting = 1, submission = submission || '{\"backlogBy\": \"\"}'"
            " WHERE type = 'label.print'"
        )
        try:
            jobs.submit("label.print", LABEL, SubmitOptions(delay=timedelta(hours=1)))
            with pytest.raises(BacklogFull, match="1 jobs wait, and the bound is 1"):
                jobs.submit("label.print", LABEL)
        finally:
            owner.execute(
                "UPDATE tenon.job_types SET max_waiting = 0, submission = submission - 'backlogBy'"
                " WHERE type = 'label.print'"
            )


def test_a_schema_of_any_name_is_quoted(submitter: Submitter) -> None:
    with pytest.raises(SubmitRefused) as refused:
        Jobs(submitter.role.database, submitted_by="python", schema='no"such').submit("label.print", LABEL)
    assert refused.value.sqlstate == "3F000"
    assert sql.Identifier('no"such').as_string(None) == '"no""such"'
