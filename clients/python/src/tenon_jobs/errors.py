"""The exceptions that handlers and the client raise."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .submissions import Job

_MAX_DELAY = timedelta(days=366)


class TenonError(Exception):
    """The root of the exceptions of this package."""


class PermanentError(TenonError):
    """Raised by a handler if no other attempt can succeed: the job fails permanently."""


class Snooze(TenonError):
    """Raised by a handler to run the job again later; this attempt does not count.

    :param delay: from 0 to 366 days
    """

    def __init__(self, delay: timedelta) -> None:
        if not timedelta(0) <= delay <= _MAX_DELAY:
            raise ValueError(f"The delay is {delay}; it must be from 0 to 366 days.")
        super().__init__(f"snoozed for {delay}")
        self.delay = delay


class StopReason(Enum):
    """A reason for stopping a handler."""

    CANCELLED = "the job was cancelled"
    TIMED_OUT = "the attempt has reached its timeout"
    LEASE_LOST = "the job was given to another worker or has ended"
    WORKER_STOPS = "the worker stops"


class JobCancelled(TenonError):
    """Raised in a handler that was asked to stop, by ``check_cancelled`` and ``sleep``.

    Clean up and let it propagate: the client knows what to report for each reason.
    """

    def __init__(self, reason: StopReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class JobSuspended(BaseException):
    """Ends an attempt whose job waits: for a signal, a time or a person, or for another worker because this one stops.

    The client raises and catches it. It is not an ``Exception``, so that a handler that catches exceptions does not catch
    it; ``finally`` blocks run as usual. A handler that catches it all the same cannot keep the attempt from ending: steps
    and waits raise it again, and a result is dropped.
    """


class SignalRefused(TenonError):
    """The signal was not sent: it is not valid, or no handler will take it. The message says why."""


class SubmitRefused(TenonError):
    """A call was refused, and would be refused again: nothing was submitted, cancelled or found. The message says why.

    :param sqlstate: the error code of PostgreSQL, such as ``42501`` if the role was not granted the type; None if the
        call was not sent
    """

    def __init__(self, message: str, sqlstate: str | None = None) -> None:
        super().__init__(message)
        self.sqlstate = sqlstate


class BacklogFull(TenonError):
    """Nothing was submitted, because too many jobs of the type wait. The same call may succeed later."""


class JobNotCompleted(TenonError):
    """The job whose result is awaited has failed or was cancelled.

    :param job: the job, with its error
    """

    def __init__(self, job: Job) -> None:
        super().__init__(f"Job {job.job_id} of type {job.type!r} has ended as {job.status}.")
        self.job = job


class DatabaseUnavailable(TenonError):
    """PostgreSQL could not be reached, or the connection broke during a call. Trying again may help."""


class CallRefused(TenonError):
    """PostgreSQL has refused a call, and would refuse it again.

    :param sqlstate: the error code, such as ``42501`` if the role lacks a privilege
    """

    RIGHT_MISSING = "42501"
    TOO_LARGE = "54000"

    def __init__(self, sqlstate: str, message: str) -> None:
        super().__init__(f"{message} ({sqlstate})")
        self.sqlstate = sqlstate
