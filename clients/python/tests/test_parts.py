"""The parts of the client that need no server."""

from __future__ import annotations

import json
import logging
import time
import zipfile
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from conftest import PATIENCE, wait_until

from tenon_jobs import JobContext, RabbitMQ
from tenon_jobs.attempts import Attempt, Attempts
from tenon_jobs.contract import Claimed, Contract, Lease
from tenon_jobs.database import Sessions, complete_conninfo
from tenon_jobs.execution import Execution, JobType
from tenon_jobs.pacing import Backoff, Outage, RareLines, one_line
from tenon_jobs.reporting import MAX_LINES, Line, Reporter, Reports
from tenon_jobs.schemas import Schemas, SchemaViolation
from tenon_jobs.text import clean, to_json

DOCUMENT = json.dumps(
    {
        "$defs": {
            "a.payload": {"type": "object", "properties": {"n": {"enum": ["x" * 200]}}, "required": ["n", "m"]},
            "a.result": {"type": "array", "items": {"maxLength": 2}},
        }
    }
)


def context_of(attempt: Attempt) -> JobContext:
    # Progress needs no steps
    return JobContext(attempt, None)  # type: ignore[arg-type]


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_one_line_a_minute_and_subject() -> None:
    clock = Clock()
    lines = RareLines(clock)
    assert [lines.admit("a"), lines.admit("b"), lines.admit("a"), lines.admit("a")] == [1, 1, 0, 0]
    clock.now = 59.9
    assert lines.admit("a") == 0
    clock.now = 60
    assert [lines.admit("a"), lines.admit("b"), lines.admit("a")] == [4, 1, 0]


def test_forged_subjects_do_not_fill_the_memory() -> None:
    lines = RareLines(Clock())
    for number in range(5000):
        lines.admit(str(number))
    assert len(lines._seen) <= 1000


def test_waits_grow_to_a_bound() -> None:
    backoff = Backoff()
    waits = [backoff.failed() for _ in range(20)]
    assert 0.1 <= waits[0] <= 0.2
    assert all(5 <= wait <= 10 for wait in waits[-5:])
    backoff.reset()
    assert backoff.failed() <= 0.2


def test_an_outage_is_said_once_and_its_end_too(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    outage = Outage("PostgreSQL", "Handlers continue.", clock)
    with caplog.at_level(logging.INFO):
        outage.over()
        for clock.now in range(50):
            outage.failed(ConnectionError("refused,\nby peer"))
        outage.over()
        outage.over()
    assert [record.getMessage() for record in caplog.records] == [
        "PostgreSQL cannot be reached: ConnectionError: refused, by peer. Handlers continue.",
        "PostgreSQL is reachable again after 49.0 s.",
    ]


# Nothing listens there
UNREACHABLE = "postgresql://127.0.0.1:1/nowhere"


def a_claim() -> Claimed:
    return Claimed(Lease(uuid4(), 1), "a", 1, 1, 1, timedelta(1), "{}", None, "somebody")


def test_an_outage_ends_only_when_a_statement_is_answered(caplog: pytest.LogCaptureFixture) -> None:
    class Recorder:
        def emit(self, *_arguments: Any) -> bool:
            return True

    outage = Outage("PostgreSQL", "Handlers continue.")
    outage.failed(ConnectionError("refused"))
    contract, sessions, attempts = Contract("tenon", "python-1"), Sessions(UNREACHABLE), Attempts(1)
    reporter = Reporter(contract, sessions, attempts.running, outage)
    execution = Execution(
        contract, sessions, attempts, reporter, outage, None, None, lambda: None  # type: ignore[arg-type]
    )
    attempt = Attempt(a_claim(), 0)
    attempts.add(attempt)
    attempt.reports.emit("1", 1, lambda: False)
    # The value was sent before the outage
    assert attempt.reports.send(Recorder(), None)  # type: ignore[arg-type]
    with caplog.at_level(logging.INFO):
        reporter.send(attempt)
        execution.give_up()
        execution.start(JobType("a", "a", 1, "jobs.a", lambda _payload, _context: None), attempt)
        wait_until("the outcome was tried", lambda: attempts.free_slots() == 1)
    assert "was not recorded before the worker stopped" in caplog.text
    assert "reachable again" not in caplog.text


def test_reports_are_sent_again_with_growing_pauses() -> None:
    tries: list[float] = []

    class Watched(Outage):
        def failed(self, error: BaseException) -> None:
            tries.append(time.monotonic())

    attempt = Attempt(a_claim(), 0)
    attempt.reports.log(Line("info", "kept", None))
    other = Attempt(a_claim(), 0)
    other.reports.log(Line("info", "kept", None))
    reporter = Reporter(
        Contract("tenon", "python-1"), Sessions(UNREACHABLE), lambda: [attempt, other], Watched("PostgreSQL", "")
    )
    reporter.wake()
    reporter.start()
    # Without a backoff, there are five tries a second
    wait_until("a pause is longer", lambda: any(after - before > 1 for before, after in pairwise(tries)))
    reporter.stop()
    reporter.join(PATIENCE)
    assert not reporter.is_alive()


def test_errors_are_one_line() -> None:
    assert one_line(ValueError()) == "ValueError"
    assert one_line(ValueError("a\r\n ERROR  b")) == "ValueError: a ERROR b"


def test_what_cannot_be_stored_is_replaced() -> None:
    assert clean(None) is None
    assert clean("a\x00\ud800\udfffb🏷") == "a\ufffd\ufffd\ufffdb🏷"
    assert to_json({"k\x00": ["\ud800", (1, 2.5, None, True)]}) == '{"k\ufffd":["\ufffd",[1,2.5,null,true]]}'
    cycle: list[Any] = []
    cycle.append(cycle)
    for value, error in ((float("nan"), ValueError), (object(), TypeError), (cycle, RecursionError)):
        with pytest.raises(error):
            to_json(value)


@pytest.mark.parametrize("worker_id", ["", "-a", "a b", "ä", "a" * 129, "a\n"])
def test_worker_ids_that_are_not_valid_are_refused(worker_id: str) -> None:
    with pytest.raises(ValueError, match="worker id"):
        Contract("tenon", worker_id)


def test_the_callers_settings_of_a_connection_go_first() -> None:
    conninfo = complete_conninfo("postgresql://cad:secret@h:5433/plm?connect_timeout=60", "tenon cad-1")
    assert "connect_timeout=60" in conninfo
    assert "application_name='tenon cad-1'" in conninfo
    assert "tcp_user_timeout" in conninfo


def test_passwords_are_not_shown() -> None:
    assert "secret" not in repr(RabbitMQ("amqp://guest:secret@localhost"))
    parameters = RabbitMQ("amqp://guest:secret@localhost/v?heartbeat=60").parameters()
    assert (parameters.heartbeat, parameters.virtual_host) == (60, "v")
    assert RabbitMQ("amqp://localhost").parameters().heartbeat == 15


def test_the_newest_lines_are_kept_and_the_missing_ones_counted() -> None:
    class Recorder:
        def __init__(self) -> None:
            self.lines: list[str] = []

        def log(self, _session: Any, _lease: Any, _level: str, message: str, _data: str | None) -> bool:
            self.lines.append(message)
            return True

        def progress(self, *_arguments: Any) -> bool:
            return True

    reports, recorder = Reports(Lease(uuid4(), 1)), Recorder()
    for number in range(MAX_LINES + 3):
        reports.log(Line("info", str(number), None))
    assert reports.send(recorder, None)  # type: ignore[arg-type]
    assert recorder.lines[:2] == ["3 lines are missing here, because they could not be recorded in time.", "3"]
    assert recorder.lines[-1] == str(MAX_LINES + 2)


def test_schemas_are_read_from_files_folders_and_jars(tmp_path: Path) -> None:
    folder = tmp_path / "classes" / "META-INF" / "tenon"
    folder.mkdir(parents=True)
    file = folder / "Jobs.schemas.json"
    file.write_text(DOCUMENT)
    jar = tmp_path / "jobs.jar"
    with zipfile.ZipFile(jar, "w") as archive:
        archive.writestr("META-INF/tenon/Jobs.schemas.json", DOCUMENT)
        archive.writestr("elsewhere/Other.schemas.json", "{")
        archive.writestr("META-INF/tenon/Jobs.asyncapi.json", "{}")
    for source in (file, tmp_path / "classes", jar):
        schemas = Schemas.load([source])
        assert schemas.has_type("a")
        assert not schemas.has_type("b")
    (tmp_path / "bad.schemas.json").write_text("{}")
    with pytest.raises(ValueError, match="is not a document of schemas"):
        Schemas.load([tmp_path / "bad.schemas.json"])


def test_a_violation_says_where_and_not_what() -> None:
    schemas = Schemas(json.loads(DOCUMENT)["$defs"])
    schemas.check_payload("a", {"n": "x" * 200, "m": 1})
    with pytest.raises(SchemaViolation) as violation:
        schemas.check_payload("a", {"n": "secret"})
    assert str(violation.value).startswith('The payload is not valid: it lacks m; n breaks enum ["xxx')
    assert "secret" not in str(violation.value)
    assert len(str(violation.value)) < 200
    with pytest.raises(SchemaViolation, match=r"\[0\] breaks maxLength 2; .*; and 2 more\."):
        schemas.check_result("a", ["secret"] * 7)


def test_a_pattern_ends_at_the_end_of_the_string() -> None:
    schemas = Schemas(
        {
            "code.payload": {"pattern": "^(?:[a-z]+)$"},
            "price.payload": {"pattern": "^(?:[0-9]+[€$]\\$)$"},
            "email.payload": {"pattern": "^$|[^@]@[^@]+$"},
            "names.payload": {"propertyNames": {"$ref": "#/$defs/Name"}, "$defs": {"Name": {"pattern": "^a$"}}},
        }
    )
    for job_type, right, wrong in (
        ("code", "abc", "abc\n"),
        ("price", "7$$", "7$$\n"),
        ("email", "", "\n"),
        ("names", {"a": 1}, {"a\n": 1}),
    ):
        schemas.check_payload(job_type, right)
        with pytest.raises(SchemaViolation, match="it breaks pattern"):
            schemas.check_payload(job_type, wrong)


def test_a_handler_that_has_ended_is_not_called_back(caplog: pytest.LogCaptureFixture) -> None:
    called: list[str] = []
    attempt = Attempt(a_claim(), 0)
    attempt.on_stop(lambda: called.append("before"))
    attempt.end_handler()
    with caplog.at_level(logging.INFO):
        attempt.lose()
    assert (called, caplog.text, attempt.lease_lost) == ([], "", True)
    attempt.on_stop(lambda: called.append("after"))
    assert called == ["after"]


def test_a_claim_says_no_payload() -> None:
    claimed = Claimed(Lease(uuid4(), 1), "a", 1, 1, 1, timedelta(1), '"secret"', None, "somebody")
    assert "secret" not in repr(claimed)


@pytest.mark.parametrize(
    ("percent", "reported"), [(12.6, 13), (-0.1, 0), (100.4, 100), (float("inf"), 100), (float("-inf"), 0)]
)
def test_progress_out_of_range_counts_as_the_nearest_end(percent: float, reported: int) -> None:
    attempt = Attempt(a_claim(), 0)
    context_of(attempt).progress(percent)
    assert attempt.reports._progress == (reported, None)


def test_progress_that_is_not_a_number_is_refused_in_words() -> None:
    attempt = Attempt(a_claim(), 0)
    with pytest.raises(ValueError, match="The progress is nan; it must be a number from 0 to 100"):
        context_of(attempt).progress(float("nan"), "halfway")
    assert attempt.reports._progress is None
