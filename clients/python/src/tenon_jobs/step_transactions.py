"""Runs steps in a transaction of PostgreSQL, together with their records."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import tuple_row

from .database import Sessions, failure_of
from .errors import CallRefused, DatabaseUnavailable, TenonError

Connections = Callable[[], AbstractContextManager["psycopg.Connection[Any]"]]
Work = Callable[["psycopg.Connection[Any]"], tuple[str, tuple[object, ...]]]

_ADVICE = (
    "What the step writes and its record must be committed together: use the database that has Tenon's tables, or remove"
    " transaction=True."
)


class TransactionFailed(Exception):
    """The transaction did not begin, its record was refused, or it is unknown whether it was committed."""

    def __init__(self, failure: DatabaseUnavailable | CallRefused) -> None:
        super().__init__(str(failure))
        self.failure = failure


class _LeaseLost(Exception):
    """Rolls a transaction back, because the record was refused."""


class StepTransactions:
    """Connections for steps in a transaction. Thread-safe."""

    def __init__(self, sessions: Sessions, database: str, connections: Connections | None) -> None:
        """
        :param sessions: sessions of the worker
        :param database: the conninfo of the worker
        :param connections: gives connections of the application; None for new ones of the worker
        """
        self._sessions = sessions
        self._connections = connections or (
            lambda: psycopg.connect(database, autocommit=True, prepare_threshold=None)
        )
        self._checking = threading.Lock()
        # What the worker itself connects to, with its own conninfo, needs no check
        self._is_checked = connections is None

    def run(self, step: str, work: Work) -> bool:
        """Does the work in a transaction, then the call that it returns. Returns False if that has returned false; then
        the transaction was rolled back.

        :param step: the step, at the beginning of a sentence
        """
        thrown: list[BaseException] = []
        try:
            with self._connections() as connection:
                self._check(step, connection)
                with connection.transaction():
                    self._do(step, connection, work, thrown)
        except _LeaseLost:
            return False
        except psycopg.Error as error:
            if error in thrown:
                raise
            raise TransactionFailed(failure_of(error)) from error
        return True

    def _do(
        self, step: str, connection: psycopg.Connection[Any], work: Work, thrown: list[BaseException]
    ) -> None:
        try:
            statement, parameters = work(connection)
        except BaseException as error:
            # An error because the connection broke is not the step's own
            if not connection.broken:
                thrown.append(error)
            raise
        if connection.info.transaction_status != TransactionStatus.INTRANS:
            raise TenonError(
                f"{step} has ended its transaction, or continued after a statement in it had failed. Tenon commits what the"
                " step has written together with its record; raise an exception to roll it back."
            )
        with connection.cursor(row_factory=tuple_row) as cursor:
            row = cursor.execute(statement, parameters).fetchone()
        if row is None or row[0] is not True:
            raise _LeaseLost

    # ---------------------------------------------------------------- Checks

    def _check(self, step: str, connection: psycopg.Connection[Any]) -> None:
        if not isinstance(connection, psycopg.Connection):
            raise TypeError(
                f"{step} is transactional, but step_connections gives a {type(connection).__name__} and no"
                " psycopg.Connection. Pass a function like ConnectionPool.connection of psycopg_pool."
            )
        if connection.info.transaction_status != TransactionStatus.IDLE:
            raise TenonError(
                f"{step} is transactional, but step_connections gives a connection with a transaction in progress, which"
                " Tenon cannot commit. Let it give connections without one."
            )
        with self._checking:
            if not self._is_checked:
                self._check_database(step, connection)
                self._is_checked = True

    def _check_database(self, step: str, connection: psycopg.Connection[Any]) -> None:
        # Only sessions of the same database see each other's locks, whatever it is called there
        lock = secrets.randbits(63)
        with connection.transaction(), connection.cursor(row_factory=tuple_row) as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (lock,))
            role = cursor.execute("SELECT current_user::text").fetchone()
            with self._sessions.one() as own:
                is_free, worker_role = own.rows("SELECT pg_try_advisory_xact_lock(%s), current_user::text", (lock,))[0]
        if is_free:
            raise TenonError(
                f"{step} is transactional, but step_connections leads to another database than that of the jobs. {_ADVICE}"
            )
        if role != (worker_role,):
            raise TenonError(
                f"{step} is transactional, but step_connections connects as the role {role and role[0]!r}, and the worker as"
                f" {worker_role!r}. Only the role of the worker can record its steps: connect as this role, and grant it the"
                " tables that the step writes."
            )
