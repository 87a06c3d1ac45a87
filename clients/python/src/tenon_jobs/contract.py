"""The SQL functions that workers call, one method each. docs/wire-contract.md describes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from psycopg import sql

from .database import Session
from .text import clean

# PostgreSQL infers the types of most parameters from the functions; the others have casts
_CALLS = {
    "heartbeat": "SELECT job_id, lease, cancel_requested FROM {}.heartbeat(%s, %s, %s, %s)",
    "claim": (
        "SELECT job_id, type, version, lease, attempt, max_attempts, timeout_millis, payload::text, item_id,"
        " submitted_by, headers FROM {}.claim(%s, %s::text[], %s::integer[], %s, %s::uuid[])"
    ),
    "progress": "SELECT {}.progress(%s, %s, %s, %s, %s)",
    "log": "SELECT {}.log(%s, %s, %s, %s, %s, %s::json)",
    "emit": "SELECT {}.emit(%s, %s, %s, %s, %s::json, %s)",
    "complete": "SELECT {}.complete(%s, %s, %s, %s::json, %s)",
    "fail": "SELECT {}.fail(%s, %s, %s, %s, %s, %s, %s, %s::interval)",
    "snooze": "SELECT {}.snooze(%s, %s, %s, %s::interval)",
    "release": "SELECT {}.release(%s, %s, %s)",
    "cancelled": "SELECT {}.cancelled(%s, %s, %s)",
    "deregister": "SELECT {}.deregister(%s)",
    "step_records": (
        "SELECT name, step_key, kind, state, version, attempts, signal_id, signal_name, signal_version, result::text, message"
        " FROM {}.step_records(%s, %s, %s)"
    ),
    "record_step": "SELECT {}.record_step(%s, %s, %s, %s, %s, %s, %s::json, %s, %s, %s)",
    "wait_for_signal": (
        "SELECT state, signal_id, signal_name, signal_version, payload::text"
        " FROM {}.wait_for_signal(%s, %s, %s, %s, %s::text[], %s, %s::interval, %s)"
    ),
    "suspend": "SELECT {}.suspend(%s, %s, %s)",
    "reject_signal": "SELECT {}.reject_signal(%s, %s, %s, %s, %s, %s, %s, %s)",
    "signal_token": "SELECT {}.signal_token(%s, %s, %s, %s, %s, %s)",
    "retry_later": "SELECT {}.retry_later(%s, %s, %s, %s::interval, %s, %s, %s)",
    "save_cursor": "SELECT {}.save_cursor(%s, %s, %s, %s::json, %s)",
    "send_signal": "SELECT {}.send_signal(%s, %s, %s::json, %s, %s, %s, %s)",
}

# The parameters of a signal: the job, the name, the payload as JSON, the sender, the id, the key and the version
SignalCall = Callable[[UUID, str, str, str, str | None, str, int], tuple[str, tuple[object, ...]]]

_WORKER_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@/-]{0,127}")


@dataclass(frozen=True, slots=True)
class Lease:
    """Identifies one attempt at a job in every call about it."""

    job_id: UUID
    number: int


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job that was claimed. The payload is JSON, and never appears in the string form of this object."""

    lease: Lease
    type: str
    version: int
    attempt: int
    max_attempts: int
    timeout: timedelta
    payload_json: str
    item_id: str | None
    submitted_by: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Claimed(job_id={self.lease.job_id}, type={self.type!r}, lease={self.lease.number})"


@dataclass(frozen=True, slots=True)
class Listed:
    """A job that the worker runs according to the table."""

    lease: Lease
    cancel_requested: bool


@dataclass(frozen=True, slots=True)
class Record:
    """What a job has kept: a step, a wait, a sleep or the cursor. Values never appear in its string form.

    :param value_json: the result of a step, the payload of the signal that ended a wait, or the cursor
    """

    name: str
    key: str
    kind: str
    state: str
    version: int
    attempts: int
    signal_id: str | None
    signal_name: str | None
    signal_version: int | None
    value_json: str | None = field(repr=False)
    message: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class StepRecord:
    """A record of a step, to be written."""

    name: str
    key: str
    state: str
    version: int
    attempts: int = 0
    result_json: str | None = field(default=None, repr=False)
    message: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Awaited:
    """The state of a wait: waiting, done or timed_out; with the signal that ended it, if one did."""

    state: str
    signal_id: str | None
    signal_name: str | None
    signal_version: int | None
    payload_json: str | None = field(repr=False)


class Contract:
    """The functions of one schema, called for one worker. Immutable; callers pass the sessions.

    Every method may raise ``DatabaseUnavailable`` and ``CallRefused``.
    """

    def __init__(self, schema: str, worker_id: str) -> None:
        if not _WORKER_ID.fullmatch(worker_id):
            raise ValueError(
                f"The worker id {worker_id!r} is not valid. It must have 1 to 128 characters of A-Z, a-z, 0-9,"
                " '.', '_', ':', '@', '/' and '-', and begin with a letter or a digit."
            )
        self.worker_id = worker_id
        self._sql = {name: _qualified(call, schema) for name, call in _CALLS.items()}
        self.send_signal_call = signal_call(schema)

    def heartbeat(self, session: Session, host: str, process_id: int, concurrency: int) -> list[Listed]:
        """Reports that the worker is alive, and registers it the first time. Returns the jobs that it runs."""
        rows = session.rows(self._sql["heartbeat"], (self.worker_id, host, process_id, concurrency))
        return [Listed(Lease(job_id, number), cancel) for job_id, number, cancel in rows]

    def claim(
        self,
        session: Session,
        versions: Mapping[str, int],
        max_jobs: int,
        job_ids: Sequence[UUID] | None = None,
    ) -> list[Claimed]:
        """Claims due jobs of these types, up to the given version of each; only the given ids if there are any."""
        rows = session.rows(
            self._sql["claim"],
            (
                self.worker_id,
                list(versions.keys()),
                list(versions.values()),
                max_jobs,
                None if job_ids is None else list(job_ids),
            ),
        )
        return [
            Claimed(
                Lease(row[0], row[3]),
                row[1],
                row[2],
                row[4],
                row[5],
                timedelta(milliseconds=row[6]),
                *row[7:10],
                headers=row[10] or {},
            )
            for row in rows
        ]

    def progress(self, session: Session, lease: Lease, percent: int, message: str | None) -> bool:
        """Reports progress. Returns False if the lease is lost."""
        return self._is_true(session, "progress", lease, percent, clean(message))

    def log(self, session: Session, lease: Lease, level: str, message: str, data_json: str | None) -> bool:
        """Adds a line to the job's log. Returns False if the lease is lost."""
        return self._is_true(session, "log", lease, level, clean(message), data_json)

    def emit(self, session: Session, lease: Lease, number: int, value_json: str, version: int | None) -> bool:
        """Emits a value. One whose number was recorded before is left out. Returns False if the lease is lost."""
        return self._is_true(session, "emit", lease, number, value_json, version)

    def complete(self, session: Session, lease: Lease, result_json: str | None, version: int | None) -> bool:
        """Completes the job. Returns False if the lease is lost."""
        return self._is_true(session, "complete", lease, result_json, version)

    def fail(
        self,
        session: Session,
        lease: Lease,
        error_class: str,
        error_message: str,
        stack: str | None = None,
        permanent: bool = False,
        retry_after: timedelta | None = None,
    ) -> str | None:
        """Fails the attempt. Returns the new status of the job, or None if the lease is lost."""
        arguments = (clean(error_class), clean(error_message), clean(stack), permanent, retry_after)
        status = self._value(session, "fail", lease, *arguments)
        assert status is None or isinstance(status, str)
        return status

    def snooze(self, session: Session, lease: Lease, delay: timedelta) -> bool:
        """Snoozes the job. Returns False if the lease is lost."""
        return self._is_true(session, "snooze", lease, delay)

    def release(self, session: Session, lease: Lease) -> bool:
        """Releases the job immediately. Returns False if the lease is lost."""
        return self._is_true(session, "release", lease)

    def cancelled(self, session: Session, lease: Lease) -> bool:
        """Ends a job whose cancellation was requested. Returns False if it was not, or if the lease is lost."""
        return self._is_true(session, "cancelled", lease)

    def deregister(self, session: Session) -> int:
        """Releases all jobs and removes the worker. Returns the number of jobs."""
        return int(session.rows(self._sql["deregister"], (self.worker_id,))[0][0])

    # ---------------------------------------------------------------- Steps, waits and signals

    def step_records(self, session: Session, lease: Lease) -> list[Record]:
        """Everything that the job has kept. Empty, too, if the lease is lost."""
        rows = session.rows(self._sql["step_records"], (self.worker_id, lease.job_id, lease.number))
        return [Record(*row) for row in rows]

    def record_step(self, session: Session, lease: Lease, step: StepRecord) -> bool:
        """Records a step. Returns False if the lease is lost."""
        statement, parameters = self.record_step_call(lease, step)
        return session.rows(statement, parameters)[0][0] is True

    def record_step_call(self, lease: Lease, step: StepRecord) -> tuple[str, tuple[object, ...]]:
        """The statement that records a step, for the caller's transaction; its result is False if the lease is lost."""
        return self._sql["record_step"], (
            self.worker_id,
            lease.job_id,
            lease.number,
            step.name,
            step.state,
            step.key,
            step.result_json,
            step.attempts,
            clean(step.message),
            step.version,
        )

    def wait_for_signal(
        self,
        session: Session,
        lease: Lease,
        name: str,
        signals: Sequence[str],
        key: str,
        timeout: timedelta | None,
        version: int,
    ) -> Awaited | None:
        """Waits for the first of these signals, or sleeps if there are none. Returns None if the lease is lost."""
        parameters = (self.worker_id, lease.job_id, lease.number, name, list(signals), key, timeout, version)
        rows = session.rows(self._sql["wait_for_signal"], parameters)
        return Awaited(*rows[0]) if rows else None

    def suspend(self, session: Session, lease: Lease) -> bool:
        """Ends an attempt whose job waits. Returns False if the lease is lost."""
        return self._is_true(session, "suspend", lease)

    def reject_signal(
        self, session: Session, lease: Lease, name: str, signal_id: str, error: str, key: str, version: int
    ) -> bool:
        """Takes back that a wait has got a signal. Returns False if the lease is lost."""
        return self._is_true(session, "reject_signal", lease, name, signal_id, clean(error), key, version)

    def signal_token(self, session: Session, lease: Lease, signal: str, key: str, version: int) -> str | None:
        """A token that allows one signal to be sent to this job once. Returns None if the lease is lost."""
        token = self._value(session, "signal_token", lease, signal, key, version)
        assert token is None or isinstance(token, str)
        return token

    def retry_later(
        self, session: Session, lease: Lease, delay: timedelta, error_class: str, error_message: str, stack: str | None
    ) -> bool:
        """Ends an attempt that failed without counting it. Returns False if the lease is lost."""
        return self._is_true(
            session, "retry_later", lease, delay, clean(error_class), clean(error_message), clean(stack)
        )

    def save_cursor(self, session: Session, lease: Lease, value_json: str, version: int) -> bool:
        """Saves the cursor of the job. Returns False if the lease is lost."""
        return self._is_true(session, "save_cursor", lease, value_json, version)

    def _is_true(self, session: Session, name: str, lease: Lease, *arguments: object) -> bool:
        return self._value(session, name, lease, *arguments) is True

    def _value(self, session: Session, name: str, lease: Lease, *arguments: object) -> object:
        parameters = (self.worker_id, lease.job_id, lease.number, *arguments)
        return session.rows(self._sql[name], parameters)[0][0]


def signal_call(schema: str) -> SignalCall:
    """Makes statements that send a signal to a job; their result is False if there was one with its id before."""
    statement = _qualified(_CALLS["send_signal"], schema)

    def call(
        job_id: UUID, name: str, payload_json: str, sent_by: str, signal_id: str | None, key: str, version: int
    ) -> tuple[str, tuple[object, ...]]:
        return statement, (job_id, name, payload_json, sent_by, signal_id, key, version)

    return call


def _qualified(call: str, schema: str) -> str:
    return sql.SQL(call).format(sql.Identifier(schema)).as_string(None)
