"""Waits for jobs to end."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID, uuid4

import psycopg

from .database import await_input, connect, failure_of
from .errors import DatabaseUnavailable, SubmitRefused
from .pacing import Backoff
from .submissions import Job, Submissions

Read = Callable[[Sequence[UUID], psycopg.Connection[Any]], list[Job]]


class Waiting:
    """One wait, with its own connection, which listens for notifications. For one thread."""

    # A notification may be lost, so the jobs are read now and then: soon at first, later every second
    _FIRST_PAUSE = 0.05
    _MAX_PAUSE = 1.0
    _GROWTH = 2.0

    # The server notes for 90 seconds that somebody waits
    _NOTE_AGAIN = 30.0

    def __init__(self, conninfo: str, schema: str, submissions: Submissions) -> None:
        self._conninfo = conninfo
        self._schema = schema
        self._submissions = submissions
        self._watcher = uuid4()

    def wait(self, job_ids: Sequence[UUID], timeout: float, read: Read) -> list[Job]:
        """The jobs, in their order, once all of them have ended.

        :raises TimeoutError: some have not ended in time
        :raises SubmitRefused: one does not exist, or is of a type that the role was not granted
        """
        give_up_at = time.monotonic() + timeout
        ended: dict[UUID, Job] = {}
        backoff = Backoff()
        while True:
            try:
                with connect(self._conninfo, autocommit=True) as connection:
                    self._follow(job_ids, ended, give_up_at, read, connection)
                return [ended[job_id] for job_id in job_ids]
            except DatabaseUnavailable as error:
                self._try_again(error, backoff, give_up_at)
            except psycopg.Error as error:
                failure = failure_of(error)
                if not isinstance(failure, DatabaseUnavailable):
                    raise SubmitRefused(error.diag.message_primary or str(error), failure.sqlstate) from error
                self._try_again(failure, backoff, give_up_at)

    def _try_again(self, failure: DatabaseUnavailable, backoff: Backoff, give_up_at: float) -> None:
        pause = backoff.failed()
        if time.monotonic() + pause >= give_up_at:
            raise failure
        time.sleep(pause)

    def _follow(
        self,
        job_ids: Sequence[UUID],
        ended: dict[UUID, Job],
        give_up_at: float,
        read: Read,
        connection: psycopg.Connection[Any],
    ) -> None:
        connection.execute("LISTEN tenon_jobs")
        note_at = time.monotonic()
        pause = self._FIRST_PAUSE
        while True:
            open_ids = [job_id for job_id in dict.fromkeys(job_ids) if job_id not in ended]
            if time.monotonic() >= note_at:
                connection.execute(*self._submissions.watch_jobs(self._watcher, open_ids))
                note_at = time.monotonic() + self._NOTE_AGAIN
            found = {job.job_id: job for job in read(open_ids, connection)}
            for job_id in open_ids:
                if job_id not in found:
                    raise SubmitRefused(f"There is no job {job_id} of a type that the role was granted.")
            ended.update({job_id: job for job_id, job in found.items() if job.ended})
            if len(ended) == len(set(job_ids)):
                return
            left = give_up_at - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"{len(open_ids)} job(s) have not ended in time. They continue.")
            if self._heard(connection, open_ids, min(pause, left)):
                pause = self._FIRST_PAUSE
            else:
                pause = min(self._MAX_PAUSE, pause * self._GROWTH)

    def _heard(self, connection: psycopg.Connection[Any], job_ids: Sequence[UUID], seconds: float) -> bool:
        """Waits for a notification that one of the jobs has ended; False if none came in that time."""
        give_up_at = time.monotonic() + seconds
        while True:
            while (notification := connection.pgconn.notifies()) is not None:
                if self._is_about(notification.extra.decode("utf-8", "replace"), job_ids):
                    return True
            left = give_up_at - time.monotonic()
            if left <= 0:
                return False
            await_input(connection, left)

    def _is_about(self, message: str, job_ids: Sequence[UUID]) -> bool:
        schema, _, notice = message.partition("\n")
        return (
            schema == self._schema
            and notice.startswith("changed ")
            and not {str(job_id) for job_id in job_ids}.isdisjoint(notice.split(" ")[1:])
        )
