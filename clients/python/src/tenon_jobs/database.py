"""Connections to PostgreSQL that reconnect after they break."""

from __future__ import annotations

import selectors
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
from psycopg import conninfo

from .errors import CallRefused, DatabaseUnavailable

# Server errors that are not about the call itself: lost connections, a standby or a server that shuts down,
# missing resources, locks, internal errors. Retrying helps with no other error.
_TRANSIENT_CLASSES = ("08", "25006", "40", "53", "55", "57", "58", "XX")

# These settings detect a connection that died silently: keep-alives while it waits for an answer,
# unacknowledged data while it sends. The caller's settings take precedence.
_DEFAULTS: dict[str, str | int] = {
    "connect_timeout": 5,
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


# As in the client for TypeScript. It lets no locks, threads or connections pile up while a statement waits for another one.
STATEMENT_LIMIT = timedelta(seconds=27)

# Limits the statements of a connection, unless a shorter limit is set. It does nothing behind a pooler such as PgBouncer,
# where others would get the same connection to the server next; a pooler reports an invented process id to its clients.
_LIMIT_STATEMENTS = (
    "SELECT set_config('statement_timeout', %s::text, false)"
    " WHERE pg_backend_pid() = %s"
    " AND current_setting('statement_timeout')::interval NOT BETWEEN interval '1 millisecond' AND %s"
)


def complete_conninfo(database: str, application_name: str) -> str:
    """The caller's conninfo or URL, with defaults for what it leaves out."""
    given = conninfo.conninfo_to_dict(database)
    settings: dict[str, Any] = {"application_name": application_name, **_DEFAULTS}
    settings.update({key: value for key, value in given.items() if value is not None})
    return conninfo.make_conninfo(**settings)


def failure_of(error: psycopg.Error) -> DatabaseUnavailable | CallRefused:
    """What an error means for the call that got it."""
    state = error.sqlstate
    if state is not None and not state.startswith(_TRANSIENT_CLASSES):
        return CallRefused(state, error.diag.message_primary or type(error).__name__)
    if state is None and not isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        # The client library rejects the parameters
        return CallRefused("22000", str(error))
    return DatabaseUnavailable(str(error).strip() or type(error).__name__)


def connect(database: str, *, autocommit: bool) -> psycopg.Connection[tuple[Any, ...]]:
    """Opens a connection whose statements the server ends if they take too long.

    :raises psycopg.Error: it cannot be opened
    """
    # Statements are not prepared on the server: a pooler may run the next one on another connection
    connection = psycopg.connect(database, autocommit=True, prepare_threshold=None)
    try:
        millis = round(STATEMENT_LIMIT / timedelta(milliseconds=1))
        connection.execute(_LIMIT_STATEMENTS, (millis, connection.info.backend_pid, STATEMENT_LIMIT))
        connection.autocommit = autocommit
    except psycopg.Error:
        connection.close()
        raise
    return connection


def await_input(connection: psycopg.Connection[Any], seconds: float) -> bool:
    """Waits until the server has sent something without being asked, and reads it. False if nothing came in that time.

    :raises psycopg.OperationalError: the connection is lost
    """
    # Unlike select.select, this works in a process with very many open files
    with selectors.DefaultSelector() as selector:
        selector.register(connection.pgconn.socket, selectors.EVENT_READ)
        if not selector.select(seconds):
            return False
    connection.pgconn.consume_input()
    return True


class Session:
    """One connection, opened when it is needed and reopened after it breaks. For one thread at a time.

    Each statement is a separate transaction, so that no rows stay locked between statements.
    """

    def __init__(self, database: str) -> None:
        self._database = database
        self._connection: psycopg.Connection[tuple[Any, ...]] | None = None

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Runs one statement.

        :raises DatabaseUnavailable: the statement may or may not have taken effect
        :raises CallRefused: the statement has had no effect
        """
        try:
            if self._connection is None or self._is_lost(self._connection):
                self._connection = connect(self._database, autocommit=True)
            return self._connection.execute(sql, parameters).fetchall()
        except psycopg.Error as error:
            failure = failure_of(error)
            if isinstance(failure, DatabaseUnavailable):
                self.close()
            raise failure from error

    @staticmethod
    def _is_lost(connection: psycopg.Connection[Any]) -> bool:
        """Whether the server seems to have closed the connection, as it does when it stops. Then it is closed here, too.

        The first statement after that would fail, and its caller would not know whether it had an effect. A server sends
        nothing else on its own to somebody who does not listen, except when its configuration changes.
        """
        try:
            if not connection.closed and await_input(connection, 0):
                connection.close()
        except psycopg.Error:
            connection.close()
        return connection.closed

    def close(self) -> None:
        """Closes the connection; the next statement opens another one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


class Sessions:
    """A pool of sessions. It grows to the number in use at the same time. Thread-safe."""

    def __init__(self, database: str) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._idle: list[Session] = []

    @contextmanager
    def one(self) -> Iterator[Session]:
        """A session that nobody else uses until it is returned."""
        with self._lock:
            session = self._idle.pop() if self._idle else Session(self._database)
        try:
            yield session
        finally:
            with self._lock:
                self._idle.append(session)

    def close(self) -> None:
        """Closes all idle connections."""
        with self._lock:
            idle, self._idle = self._idle, []
        for session in idle:
            session.close()
