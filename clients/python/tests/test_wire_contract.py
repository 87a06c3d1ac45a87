"""The client against the golden files of docs/wire-contract, which tests in Java read, too."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pika
import psycopg
import pytest
from conftest import Java, Role, wait_until
from psycopg import sql

from tenon_jobs import Job, Jobs, Submitted, SubmitOptions, SubmitRefused, pointer
from tenon_jobs.contract import Contract, Lease, Record, StepRecord
from tenon_jobs.database import Session
from tenon_jobs.errors import CallRefused
from tenon_jobs.submissions import Submissions

GOLDEN = Path(__file__).parents[3] / "docs" / "wire-contract"
MESSAGES = json.loads((GOLDEN / "messages.json").read_text("utf-8"))
SESSION = json.loads((GOLDEN / "session.json").read_text("utf-8"))
SUBMITS = json.loads((GOLDEN / "submits.json").read_text("utf-8"))

UNITS = {"seconds": 1, "minutes": 60, "hour": 3600, "hours": 3600}


@pytest.mark.parametrize("golden", MESSAGES["bodies"], ids=lambda golden: golden["why"])
def test_bodies_are_read_as_java_reads_them(golden: dict[str, Any]) -> None:
    found = pointer.parse(golden["body"].encode())
    expected = golden["pointer"]
    assert found == (expected and pointer.Pointer(tuple(map(UUID, expected["jobIds"])), expected["type"]))


def test_a_body_that_is_too_large_is_no_pointer() -> None:
    body: str = MESSAGES["published"]["body"]
    assert pointer.parse(body.ljust(MESSAGES["maxBytes"]).encode()) is not None
    assert pointer.parse(body.ljust(MESSAGES["maxBytes"] + 1).encode()) is None


@pytest.mark.parametrize("golden", MESSAGES["headers"], ids=lambda golden: golden["why"])
def test_foreign_messages_are_told_apart_as_java_does(golden: dict[str, Any]) -> None:
    assert pointer.is_foreign(golden["headers"], UUID(golden["installation"])) is golden["foreign"]
    assert not pointer.is_foreign(golden["headers"], None)


def test_java_publishes_what_the_golden_file_says(java: Java) -> None:
    golden = MESSAGES["published"]
    connection = pika.BlockingConnection(pika.URLParameters(java.rabbitmq))
    try:
        channel = connection.channel()
        channel.queue_purge(golden["routingKey"])
        job_id = java.submit()
        with java.owner() as owner:
            installation = str(owner.execute("SELECT id FROM tenon.installation").fetchall()[0][0])
        method, properties, body = wait_until(
            "the message comes", lambda: (got := channel.basic_get(golden["routingKey"], auto_ack=True))[0] and got
        )
        assert (method.exchange, method.routing_key) == (golden["exchange"], golden["routingKey"])
        golden_id = json.loads(golden["body"])["jobId"]
        assert body == golden["body"].replace(golden_id, job_id).encode()
        assert properties.content_type == golden["contentType"]
        assert properties.delivery_mode == golden["deliveryMode"]
        assert properties.priority == golden["priority"]
        assert properties.type == golden["type"]
        assert UUID(properties.message_id)
        assert properties.headers == {name: installation for name in golden["headers"]}
    finally:
        connection.close()


class GoldenSession:
    """Makes the calls of the golden session by the client."""

    def __init__(self, java: Java, session: Session) -> None:
        self._java = java
        self._session = session
        self._real: dict[str, str] = {}

    def prepare(self, step: dict[str, Any]) -> None:
        if "submit" in step:
            submit = dict(step["submit"])
            golden_id = submit.pop("job")
            self._real[golden_id] = self._java.submit(submit.pop("type"), submit.pop("text"), **submit)
        if "cancel" in step:
            self._java.call("cancel", jobId=self._real[step["cancel"]["job"]])

    def call(self, name: str, golden_arguments: dict[str, Any]) -> list[dict[str, Any]]:
        arguments = dict(golden_arguments)
        contract = Contract("tenon", arguments.pop("worker", "printing-1"))
        method: Callable[..., Any] = getattr(contract, name, self._no_method)
        if name == "claim":
            versions = dict(zip(arguments.pop("types"), arguments.pop("versions"), strict=True))
            job_ids = arguments.pop("job_ids", None)
            ids = job_ids and [UUID(self._real[job_id]) for job_id in job_ids]
            return [self._row(job) for job in method(self._session, versions, arguments.pop("max_jobs"), ids)]
        if name == "heartbeat":
            listed = method(self._session, **arguments)
            return [
                {**self._lease(item.lease), "cancel_requested": item.cancel_requested} for item in listed
            ]
        if name == "send_signal":
            payload, job_id = json.dumps(arguments["payload"]), UUID(self._real[arguments["job_id"]])
            statement, parameters = contract.send_signal_call(
                job_id, arguments["name"], payload, arguments["sent_by"], arguments["id"], "", 1
            )
            return [{name: self._session.rows(statement, parameters)[0][0]}]
        if "job_id" in arguments:
            arguments["lease"] = Lease(UUID(self._real[arguments.pop("job_id")]), arguments["lease"])
        for interval in ("delay", "retry_after"):
            if interval in arguments:
                number, unit = arguments[interval].split()
                arguments[interval] = timedelta(seconds=int(number) * UNITS[unit])
        if name == "record_step":
            return [{name: method(self._session, arguments.pop("lease"), _step_record(arguments))}]
        if name == "step_records":
            return [_shown(record) for record in method(self._session, arguments["lease"])]
        for value in ("data", "result", "value"):
            if value in arguments:
                arguments[f"{value}_json"] = json.dumps(arguments.pop(value))
        if name in ("complete", "emit"):
            arguments.setdefault("version", None)
        if name in ("save_cursor", "signal_token", "wait_for_signal", "reject_signal"):
            arguments.setdefault("version", 1)
        if name in ("signal_token", "wait_for_signal", "reject_signal"):
            arguments.setdefault("key", "")
        if name == "wait_for_signal":
            awaited = method(self._session, timeout=None, **arguments)
            return [
                {
                    "state": awaited.state,
                    "signal_name": awaited.signal_name,
                    "payload": awaited.payload_json and json.loads(awaited.payload_json),
                }
            ]
        if name == "signal_token":
            return [{"characters": len(method(self._session, **arguments))}]
        if name == "retry_later":
            arguments.setdefault("stack", None)
        if name == "progress":
            arguments.setdefault("message", None)
        return [{name: method(self._session, **arguments)}]

    def _no_method(self) -> None:
        raise AssertionError("The client has no such method.")

    def _row(self, job: Any) -> dict[str, Any]:
        return {
            **self._lease(job.lease),
            "type": job.type,
            "version": job.version,
            "attempt": job.attempt,
            "max_attempts": job.max_attempts,
            "timeout_millis": job.timeout / timedelta(milliseconds=1),
            "payload": json.loads(job.payload_json),
            "item_id": job.item_id,
            "submitted_by": job.submitted_by,
            "headers": dict(job.headers) or None,
        }

    def _lease(self, lease: Lease) -> dict[str, Any]:
        golden = {real: golden_id for golden_id, real in self._real.items()}
        return {"job_id": golden[str(lease.job_id)], "lease": lease.number}


def _step_record(arguments: dict[str, Any]) -> StepRecord:
    result = arguments.get("result")
    return StepRecord(
        arguments["name"],
        "",
        arguments["state"],
        version=1,
        attempts=arguments.get("attempts", 0),
        result_json=None if result is None else json.dumps(result),
        message=arguments.get("message"),
    )


def _shown(record: Record) -> dict[str, Any]:
    value = record.value_json
    return {
        "name": record.name,
        "kind": record.kind,
        "state": record.state,
        "result": None if value is None else json.loads(value),
    }


@pytest.fixture
def golden_role(java: Java) -> Iterator[Role]:
    """The role of the golden session, whose name is in its errors."""
    role = Role(java, SESSION["grants"], SESSION["role"])
    yield role
    role.drop()


def test_the_session_runs_as_the_golden_file_says(java: Java, golden_role: Role) -> None:
    session = Session(golden_role.database)
    golden = GoldenSession(java, session)
    calls = 0
    for step in SESSION["steps"]:
        golden.prepare(step)
        if "function" not in step:
            continue
        calls += 1
        if "error" in step:
            with pytest.raises(CallRefused) as refused:
                golden.call(step["function"], step["arguments"])
            assert refused.value.sqlstate == step["error"]["sqlstate"], step
            assert str(refused.value) == f"{step['error']['message']} ({step['error']['sqlstate']})"
        elif step["function"] == "claim" and step["rows"]:
            # A claim passes over a job whose row somebody holds at that moment, as maintenance may
            found = wait_until("a job is found", lambda step=step: golden.call("claim", step["arguments"]))
            assert found == step["rows"], step
        else:
            assert golden.call(step["function"], step["arguments"]) == step["rows"], step
    session.close()
    assert calls > 25


class GoldenSubmits:
    """Makes the calls of the golden submits by the client."""

    def __init__(self, jobs: Jobs, session: Session) -> None:
        self._jobs = jobs
        self._session = session
        self._real: dict[str, UUID] = {}

    def call(self, step: dict[str, Any]) -> list[dict[str, Any]]:
        arguments = dict(step["arguments"])
        match step["function"]:
            case "submit":
                submitted = [self._jobs.submit(arguments["type"], arguments["payload"], **self._options(arguments))]
                return self._submitted(step, submitted)
            case "submit_all":
                return [
                    {"number": number, **row}
                    for number, row in enumerate(
                        self._submitted(
                            step,
                            self._jobs.submit_all(arguments["type"], arguments["payloads"], **self._options(arguments)),
                        ),
                        1,
                    )
                ]
            case "read_jobs":
                found = self._jobs.find_all(self._ids(arguments), with_payload=True)
                return [self._row(job) for job in found]
            case "watch_jobs":
                statement = Submissions("tenon").watch_jobs(UUID(arguments["watcher"]), self._ids(arguments))
                return [{"watch_jobs": self._session.rows(*statement)[0][0]}]
            case "send_signal":
                is_new = self._jobs.send_signal(
                    self._id(arguments), arguments["name"], arguments["payload"], sent_by=arguments["sent_by"], id=arguments["id"]
                )
                return [{"send_signal": is_new}]
            case "cancel_job":
                status = self._jobs.cancel(self._id(arguments), arguments["cancelled_by"], arguments["reason"])
                return [{"cancel_job": status}]
        raise AssertionError("The client has no such method.")

    def _options(self, arguments: dict[str, Any]) -> dict[str, Any]:
        number, unit = arguments.get("delay", "0 hours").split()
        options = SubmitOptions(
            version=arguments.get("version"),
            item_id=arguments.get("item_id"),
            priority=arguments.get("priority"),
            delay=timedelta(seconds=int(number) * UNITS[unit]) if "delay" in arguments else None,
            headers=arguments.get("headers"),
        )
        return {"options": options, "submitted_by": arguments["submitted_by"]}

    def _submitted(self, step: dict[str, Any], submitted: list[Submitted]) -> list[dict[str, Any]]:
        self._real.update(zip(step["jobs"], (one.job_id for one in submitted), strict=True))
        return [{"job_id": golden, "is_new": one.is_new} for golden, one in zip(step["jobs"], submitted, strict=True)]

    def _id(self, arguments: dict[str, Any]) -> UUID:
        return self._real.get(arguments["job_id"], UUID(arguments["job_id"]))

    def _ids(self, arguments: dict[str, Any]) -> list[UUID]:
        return [self._real[job_id] for job_id in arguments["job_ids"]]

    def _row(self, job: Job) -> dict[str, Any]:
        golden = {real: golden_id for golden_id, real in self._real.items()}
        names = (
            "type version priority item_id submitted_by attempts max_attempts payload result error_reason".split()
        )
        return {
            "job_id": golden[job.job_id],
            # A pointer may have been published by now
            "status": "pending" if job.status == "queued" else job.status,
            **{name: getattr(job, name) for name in names},
            "headers": dict(job.headers) or None,
        }


@pytest.fixture
def golden_submitter(java: Java) -> Iterator[Role]:
    role = Role(java, [], SUBMITS["role"])
    with java.owner() as owner:
        owner.execute("SELECT tenon.grant_submitter(%s, %s)", (role.name, SUBMITS["grants"]))
    yield role
    with java.owner() as owner:
        owner.execute("SELECT tenon.revoke_submitter(%s)", (role.name,))
    role.drop()


def test_the_submits_run_as_the_golden_file_says(golden_submitter: Role) -> None:
    session = Session(golden_submitter.database)
    golden = GoldenSubmits(Jobs(golden_submitter.database), session)
    for step in SUBMITS["steps"]:
        if "function" not in step:
            continue
        if "error" in step:
            with pytest.raises(SubmitRefused) as refused:
                golden.call(step)
            assert (refused.value.sqlstate, str(refused.value)) == (step["error"]["sqlstate"], step["error"]["message"])
        else:
            assert golden.call(step) == step["rows"], step
    session.close()


@pytest.mark.parametrize(("functions", "golden"), [("worker_functions", SESSION), ("submitter_functions", SUBMITS)])
def test_every_function_is_in_a_golden_session(java: Java, functions: str, golden: dict[str, Any]) -> None:
    with java.owner() as owner:
        rows = owner.execute(
            sql.SQL("SELECT split_part(f::text, '(', 1) FROM tenon.{}() AS f").format(sql.Identifier(functions))
        ).fetchall()
    named = {step["function"] for step in golden["steps"] if "function" in step}
    assert {row[0].removeprefix("tenon.") for row in rows} == named


def test_a_schema_of_any_name_is_quoted(java: Java, role: Role) -> None:
    contract = Contract('no"such', "python-1")
    session = Session(role.database)
    with pytest.raises(CallRefused) as refused:
        contract.heartbeat(session, "host", 1, 1)
    session.close()
    with pytest.raises(psycopg.errors.InvalidSchemaName), java.owner() as owner:
        owner.execute(sql.SQL("SELECT {}.heartbeat('x')").format(sql.Identifier('no"such')))
    assert refused.value.sqlstate == "3F000"
