"""The SQL functions that submitters call. docs/wire-contract.md describes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import sql

# PostgreSQL infers the types of most parameters from the functions; the others have casts
_CALLS = {
    "submit_all": (
        "SELECT job_id, is_new FROM {}.submit_all(%s, %s::json[], %s, %s, %s, %s, %s::interval, %s::timestamptz,"
        " %s::interval, %s::timestamptz, %s::jsonb, %s, %s)"
    ),
    "read_jobs": (
        "SELECT job_id, type, version, status, priority, item_id, submitted_by, submitted_at, run_at, started_at,"
        " finished_at, attempts, max_attempts, progress, progress_message, cancel_requested, payload::text,"
        " result::text, result_version, error_reason, error_class, error_message, headers"
        " FROM {}.read_jobs(%s::uuid[], %s)"
    ),
    "watch_jobs": "SELECT {}.watch_jobs(%s, %s::uuid[])",
    "cancel_job": "SELECT {}.cancel_job(%s, %s, %s)",
}


@dataclass(frozen=True, slots=True)
class Submitted:
    """The job that stands for a payload.

    :param is_new: False if another job with the same unique key was there before
    """

    job_id: UUID
    is_new: bool


@dataclass(frozen=True, slots=True)
class SubmitOptions:
    """What may be said about jobs when they are submitted; everything has a default.

    :param version: the version of the type whose shape the payloads have; needed once the type has another than 1
    :param item_id: what the jobs belong to
    :param priority: ``low``, ``normal``, ``high`` or ``critical``; by default that of the type
    :param delay: the time until the jobs are due, by the clock of the database
    :param run_at: the time when they are due, with a time zone
    :param start_within: the time that they must start within, from when they are due, or they are cancelled
    :param start_before: the time that they must start before, with a time zone
    :param headers: travel with the jobs
    :param trace_context: a traceparent, and after a space the tracestate if there is one
    :param validate: whether payloads are checked, where the submitter has schemas: those are of the newest version
    :param notify: whether the commit notifies the processes that start jobs. Commits that notify go one after the other
        in the whole server: switch it off for very many small transactions, and the jobs start up to two seconds later
    """

    version: int | None = None
    item_id: str | None = None
    priority: str | None = None
    delay: timedelta | None = None
    run_at: datetime | None = None
    start_within: timedelta | None = None
    start_before: datetime | None = None
    headers: Mapping[str, str] | None = None
    trace_context: str | None = None
    validate: bool = True
    notify: bool = True

    def __post_init__(self) -> None:
        for name in ("run_at", "start_before"):
            time: datetime | None = getattr(self, name)
            if time is not None and time.tzinfo is None:
                raise ValueError(f"{name} is {time}, without a time zone. Give it one, such as datetime.now(timezone.utc).")


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it was when it was read. Payload, result and messages never appear in its string form.

    :param run_at: when it is, or was, due
    :param payload: JSON values; None unless it was asked for
    :param result: JSON values; None if there is none
    :param error_reason: why it failed, such as ``exception`` or ``timed_out``; None if it did not
    """

    job_id: UUID
    type: str
    version: int
    status: str
    priority: str
    item_id: str | None
    submitted_by: str
    submitted_at: datetime
    run_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    attempts: int
    max_attempts: int
    progress: int
    progress_message: str | None = field(repr=False)
    cancel_requested: bool
    payload: Any = field(repr=False)
    result: Any = field(repr=False)
    result_version: int | None
    error_reason: str | None
    error_class: str | None
    error_message: str | None = field(repr=False)
    headers: Mapping[str, str]

    @property
    def ended(self) -> bool:
        """True if the job has completed, failed or been cancelled."""
        return self.status in ("completed", "failed", "cancelled")


class Submissions:
    """The statements that call the functions of one schema. Immutable."""

    def __init__(self, schema: str) -> None:
        self._sql = {
            name: sql.SQL(call).format(sql.Identifier(schema)).as_string(None) for name, call in _CALLS.items()
        }

    def submit_all(
        self, job_type: str, payloads_json: Sequence[str], submitted_by: str, headers_json: str | None, options: SubmitOptions
    ) -> tuple[str, tuple[object, ...]]:
        """The statement that submits jobs; its rows are the id of each job, and whether it is new."""
        return self._sql["submit_all"], (
            job_type,
            list(payloads_json),
            submitted_by,
            options.version,
            options.item_id,
            options.priority,
            options.delay,
            options.run_at,
            options.start_within,
            options.start_before,
            headers_json,
            options.trace_context,
            options.notify,
        )

    def read_jobs(self, job_ids: Sequence[UUID], with_payload: bool) -> tuple[str, tuple[object, ...]]:
        """The statement that reads jobs; its rows have the fields of a job, with JSON as strings."""
        return self._sql["read_jobs"], (list(job_ids), with_payload)

    def watch_jobs(self, watcher: UUID, job_ids: Sequence[UUID]) -> tuple[str, tuple[object, ...]]:
        """The statement that has the ends of jobs announced for a while."""
        return self._sql["watch_jobs"], (watcher, list(job_ids))

    def cancel_job(self, job_id: UUID, cancelled_by: str, reason: str | None) -> tuple[str, tuple[object, ...]]:
        """The statement that cancels a job; its result is the status of the job after that."""
        return self._sql["cancel_job"], (job_id, cancelled_by, reason)
