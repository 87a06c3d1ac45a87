"""Submits, reads, awaits and cancels jobs, the class that applications use for that."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import tuple_row

from .contract import signal_call
from .database import Sessions, complete_conninfo, connect, failure_of
from .errors import BacklogFull, CallRefused, DatabaseUnavailable, JobNotCompleted, SubmitRefused
from .payloads import json_of, payload_json
from .schemas import Schemas
from .signals import SignalSender
from .submissions import Job, Submissions, SubmitOptions, Submitted
from .waiting import Waiting

_BACKLOG_FULL = "53400"

# A call takes up to 1,000 payloads, and up to 16 MiB of them
_MAX_PAYLOADS = 1000
_MAX_BYTES = 16 * 1024 * 1024

_DEFAULTS = SubmitOptions()


class Jobs:
    """Submits jobs of the types that its role was granted, and reads, awaits and cancels them. Thread-safe.

    With ``connection``, a call is a part of the caller's transaction: what it does is committed or rolled back with it.
    The connection leads to the database of Tenon's tables, as a role that was granted the types, or that owns the schema.
    Without it, each call has its own transaction.
    """

    def __init__(
        self,
        database: str,
        *,
        submitted_by: str | None = None,
        schema: str = "tenon",
        schemas: str | Path | Iterable[str | Path] | None = None,
    ) -> None:
        """
        :param database: libpq's conninfo or URL; used by calls without a connection, and to await jobs
        :param submitted_by: who submits jobs, where a call does not say so: a user's id, or the name of a program
        :param schema: the schema of Tenon's tables
        :param schemas: files, folders or jars with the JSON Schemas of the types; none for no validation
        """
        self._conninfo = complete_conninfo(database, "tenon submitter")
        self._submitted_by = submitted_by
        if isinstance(schemas, str | Path):
            schemas = [schemas]
        self._schemas = None if schemas is None else Schemas.load(schemas)
        self._submissions = Submissions(schema)
        self._schema = schema
        self._sessions = Sessions(self._conninfo)
        self._signals = SignalSender(signal_call(schema), self._sessions, self._schemas)

    # ---------------------------------------------------------------- Submitting

    def submit(
        self,
        job_type: str,
        payload: Any,
        options: SubmitOptions = _DEFAULTS,
        *,
        submitted_by: str | None = None,
        connection: psycopg.Connection[Any] | None = None,
    ) -> Submitted:
        """Submits a job.

        :param payload: JSON values, of the shape that the type declares
        :param submitted_by: who submits it; by default what the constructor was given
        :param connection: has the transaction that the job is a part of
        :raises SubmitRefused: the job was not submitted, and would be refused again
        :raises BacklogFull: too many jobs of the type wait; the same call may succeed later
        :raises DatabaseUnavailable: it is unknown whether the job was submitted
        """
        return self.submit_all(job_type, [payload], options, submitted_by=submitted_by, connection=connection)[0]

    def submit_all(
        self,
        job_type: str,
        payloads: Iterable[Any],
        options: SubmitOptions = _DEFAULTS,
        *,
        submitted_by: str | None = None,
        connection: psycopg.Connection[Any] | None = None,
    ) -> list[Submitted]:
        """Submits many jobs of one type, all or none; otherwise like ``submit``."""
        by = submitted_by or self._submitted_by
        if by is None:
            raise SubmitRefused(
                f"Nobody is named who submits jobs of type {job_type!r}. Pass submitted_by here, or to Jobs(…)."
            )
        schemas = self._schemas if options.validate else None
        texts = [payload_json(job_type, payload, schemas) for payload in payloads]
        headers = None if options.headers is None else json_of(dict(options.headers), "The headers")
        statements = [
            self._submissions.submit_all(job_type, chunk, by, headers, options) for chunk in _chunks(texts)
        ]
        rows = self._run_all(statements, connection)
        return [Submitted(job_id, is_new) for job_id, is_new in rows]

    def _run_all(
        self, statements: Sequence[tuple[str, tuple[object, ...]]], connection: psycopg.Connection[Any] | None
    ) -> list[tuple[Any, ...]]:
        if connection is None and len(statements) == 1:
            return self._run(*statements[0], None)
        if connection is not None:
            return [row for statement in statements for row in self._run(*statement, connection)]
        try:
            with connect(self._conninfo, autocommit=False) as own:
                return [row for statement in statements for row in self._run(*statement, own)]
        except psycopg.Error as error:
            raise _refusal(error) from error

    def _run(
        self, statement: str, parameters: tuple[object, ...], connection: psycopg.Connection[Any] | None
    ) -> list[tuple[Any, ...]]:
        try:
            if connection is None:
                with self._sessions.one() as session:
                    return session.rows(statement, parameters)
            with connection.cursor(row_factory=tuple_row) as cursor:
                return cursor.execute(statement, parameters).fetchall()
        except (CallRefused, DatabaseUnavailable) as error:
            if isinstance(error.__cause__, psycopg.Error):
                raise _refusal(error.__cause__) from error
            raise
        except psycopg.Error as error:
            raise _refusal(error) from error

    # ---------------------------------------------------------------- Reading, awaiting, cancelling

    def find(
        self,
        job_id: UUID | str,
        *,
        with_payload: bool = False,
        connection: psycopg.Connection[Any] | None = None,
    ) -> Job | None:
        """A job, or None if there is none of a type that the role was granted.

        :raises DatabaseUnavailable: PostgreSQL could not be reached
        """
        found = self.find_all([job_id], with_payload=with_payload, connection=connection)
        return found[0] if found else None

    def find_all(
        self,
        job_ids: Sequence[UUID | str],
        *,
        with_payload: bool = False,
        connection: psycopg.Connection[Any] | None = None,
    ) -> list[Job]:
        """Those of up to 1,000 jobs that there are; otherwise like ``find``."""
        statement = self._submissions.read_jobs([_id(job_id) for job_id in job_ids], with_payload)
        return [_job(row) for row in self._run(*statement, connection)]

    def wait(self, job_id: UUID | str, timeout: float) -> Job:
        """The job, once it has ended, whatever process runs it.

        It opens a connection for the time of the wait, and is notified of the end over it. The job must be committed.

        :param timeout: how long to wait, in seconds
        :raises TimeoutError: the job has not ended in time; it continues
        :raises SubmitRefused: there is no such job of a type that the role was granted
        """
        return self.wait_all([job_id], timeout)[0]

    def wait_all(self, job_ids: Sequence[UUID | str], timeout: float) -> list[Job]:
        """Up to 1,000 jobs, once all of them have ended; otherwise like ``wait``."""
        return Waiting(self._conninfo, self._schema, self._submissions).wait(
            [_id(job_id) for job_id in job_ids], timeout, self._read
        )

    def result(self, job_id: UUID | str, timeout: float) -> Any:
        """The result of a job, once it has completed; otherwise like ``wait``.

        :raises JobNotCompleted: the job has failed or was cancelled
        """
        job = self.wait(job_id, timeout)
        if job.status != "completed":
            raise JobNotCompleted(job)
        return job.result

    def cancel(
        self,
        job_id: UUID | str,
        cancelled_by: str,
        reason: str | None = None,
        *,
        connection: psycopg.Connection[Any] | None = None,
    ) -> str:
        """Cancels a job: one that waits ends, and one that runs is asked to stop.

        :param cancelled_by: a user's id, or the name of a program; kept in the audit
        :returns: its status after that: ``cancelled``, ``running``, or that of a job that had ended before
        :raises SubmitRefused: there is no such job of a type that the role was granted
        :raises DatabaseUnavailable: it is unknown whether the job was cancelled
        """
        statement = self._submissions.cancel_job(_id(job_id), cancelled_by, reason)
        status = self._run(*statement, connection)[0][0]
        assert isinstance(status, str)
        return status

    def send_signal(
        self,
        job_id: UUID | str,
        name: str,
        payload: Any,
        *,
        sent_by: str,
        id: str | None = None,
        key: str | int | UUID = "",
        version: int = 1,
        connection: psycopg.Connection[Any] | None = None,
    ) -> bool:
        """Sends a signal to a job. Returns False if an earlier one to the job has the same id.

        :param id: the id of the event, so that the same one is not stored twice
        :param key: the key of the wait that it ends
        :raises SignalRefused: it was not sent, and would be refused again
        """
        return self._signals.send(_id(job_id), name, payload, sent_by, id, key, version, connection)

    def _read(self, job_ids: Sequence[UUID], connection: psycopg.Connection[Any]) -> list[Job]:
        return self.find_all(job_ids, connection=connection)

    def close(self) -> None:
        """Closes the connections. The object can still be used, and opens others."""
        self._sessions.close()

    def __enter__(self) -> Jobs:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _chunks(texts: list[str]) -> Iterator[list[str]]:
    """The payloads of each call; at least one of each."""
    chunk: list[str] = []
    size = 0
    for text in texts:
        length = len(text.encode("utf-8"))
        if chunk and (len(chunk) == _MAX_PAYLOADS or size + length > _MAX_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(text)
        size += length
    if chunk:
        yield chunk


def _id(job_id: UUID | str) -> UUID:
    return job_id if isinstance(job_id, UUID) else UUID(job_id)


def _job(row: tuple[Any, ...]) -> Job:
    values = list(row)
    for place in (16, 17):
        values[place] = None if values[place] is None else json.loads(values[place])
    values[22] = values[22] or {}
    return Job(*values)


def _refusal(error: psycopg.Error) -> Exception:
    """The exception for a call that PostgreSQL has not carried out."""
    message = error.diag.message_primary or str(error)
    if error.sqlstate == _BACKLOG_FULL:
        return BacklogFull(message)
    failure = failure_of(error)
    return failure if isinstance(failure, DatabaseUnavailable) else SubmitRefused(message, error.sqlstate)
