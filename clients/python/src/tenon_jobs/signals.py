"""Sends signals to jobs."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import tuple_row

from .contract import SignalCall
from .database import Sessions, failure_of
from .errors import CallRefused, DatabaseUnavailable, SignalRefused
from .schemas import Schemas, SchemaViolation
from .steps import key_text
from .text import to_json


class SignalSender:
    """Sends signals, which it checks before. Thread-safe."""

    def __init__(self, call: SignalCall, sessions: Sessions, schemas: Schemas | None) -> None:
        self._call = call
        self._sessions = sessions
        self._schemas = schemas

    def send(
        self,
        job_id: UUID,
        name: str,
        payload: Any,
        sent_by: str,
        signal_id: str | None,
        key: str | int | UUID,
        version: int,
        connection: psycopg.Connection[Any] | None,
    ) -> bool:
        """Sends a signal. Returns False if an earlier one to the job has the same id."""
        payload_json = self._checked(name, payload, version)
        text = key_text(f"signal {name!r}", key)
        statement, parameters = self._call(job_id, name, payload_json, sent_by, signal_id, text, version)
        try:
            if connection is None:
                with self._sessions.one() as session:
                    return session.rows(statement, parameters)[0][0] is True
            with connection.cursor(row_factory=tuple_row) as cursor:
                return cursor.execute(statement, parameters).fetchall()[0][0] is True
        except CallRefused as refused:
            raise SignalRefused(str(refused)) from refused
        except psycopg.Error as error:
            failure = failure_of(error)
            raise failure if isinstance(failure, DatabaseUnavailable) else SignalRefused(str(failure)) from error

    def _checked(self, name: str, payload: Any, version: int) -> str:
        try:
            payload_json = to_json(payload)
        except (TypeError, ValueError, RecursionError) as error:
            raise SignalRefused(f"The signal {name!r} cannot be written as JSON: {error}.") from error
        if self._schemas is not None and self._schemas.knows_signal(name, version):
            try:
                # Check what the job will get: tuples have become arrays
                self._schemas.check_signal(name, json.loads(payload_json))
            except SchemaViolation as violation:
                raise SignalRefused(f"The signal {name!r} cannot be sent: {violation}") from violation
        return payload_json
