"""Connections to PostgreSQL that are made again when they break."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import conninfo

from .errors import CallRefused, DatabaseUnavailable

# Errors of the server that say nothing about the call: lost connections, a server that is a standby or shuts down,
# missing resources, locks, internal errors. Everything else is refused again, however often it is tried.
_TRANSIENT_CLASSES = ("08", "25006", "40", "53", "55", "57", "58", "XX")

# A connection that is silently dead is noticed: by keep-alives while it waits for an answer, and by unacknowledged
# data while it sends. Settings of the caller go first.
_DEFAULTS: dict[str, str | int] = {
    "connect_timeout": 5,
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


def complete_conninfo(database: str, application_name: str) -> str:
    """The caller's conninfo or URL, with what it leaves open."""
    given = conninfo.conninfo_to_dict(database)
    settings: dict[str, Any] = {"application_name": application_name, **_DEFAULTS}
    settings.update({key: value for key, value in given.items() if value is not None})
    return conninfo.make_conninfo(**settings)


class Session:
    """One connection, opened when it is needed and again after it broke. One thread uses it at a time.

    Each statement is a separate transaction: nothing counts until it is committed, and until then rows are locked.
    """

    def __init__(self, database: str) -> None:
        self._database = database
        self._connection: psycopg.Connection[tuple[Any, ...]] | None = None

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Runs one statement.

        :raises DatabaseUnavailable: the statement may have taken effect or not
        :raises CallRefused: it has taken no effect
        """
        try:
            if self._connection is None or self._connection.closed:
                # Statements are not prepared on the server: a pooler may give the next one another connection
                self._connection = psycopg.connect(self._database, autocommit=True, prepare_threshold=None)
            return self._connection.execute(sql, parameters).fetchall()
        except psycopg.Error as error:
            state = error.sqlstate
            if state is not None and not state.startswith(_TRANSIENT_CLASSES):
                raise CallRefused(state, error.diag.message_primary or type(error).__name__) from error
            if state is None and not isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
                # The client itself refuses the parameters
                raise CallRefused("22000", str(error)) from error
            self.close()
            raise DatabaseUnavailable(str(error).strip() or type(error).__name__) from error

    def close(self) -> None:
        """Closes the connection; the next statement opens another one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


class Sessions:
    """As many sessions as are in use at the same time, kept for the next user. Thread-safe."""

    def __init__(self, database: str) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._idle: list[Session] = []

    @contextmanager
    def one(self) -> Iterator[Session]:
        """A session that nobody else uses meanwhile."""
        with self._lock:
            session = self._idle.pop() if self._idle else Session(self._database)
        try:
            yield session
        finally:
            with self._lock:
                self._idle.append(session)

    def close(self) -> None:
        """Closes all connections that are idle."""
        with self._lock:
            idle, self._idle = self._idle, []
        for session in idle:
            session.close()
