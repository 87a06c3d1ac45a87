"""What a handler can read and report about its attempt."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from .attempts import Attempt
from .errors import JobCancelled, StopReason
from .reporting import Line
from .text import to_json


class JobLog:
    """The log of a job, which is kept with it. Thread-safe.

    Keyword arguments become the data of the line: JSON values unchanged, anything else as a string.
    """

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt

    def debug(self, message: str, /, **data: Any) -> None:
        """Adds a line of level debug."""
        self._add("debug", message, data)

    def info(self, message: str, /, **data: Any) -> None:
        """Adds a line of level info."""
        self._add("info", message, data)

    def warn(self, message: str, /, **data: Any) -> None:
        """Adds a line of level warn."""
        self._add("warn", message, data)

    def error(self, message: str, /, **data: Any) -> None:
        """Adds a line of level error."""
        self._add("error", message, data)

    def _add(self, level: str, message: str, data: dict[str, Any]) -> None:
        self._attempt.reports.log(Line(level, str(message), _data_json(data) if data else None))


class JobContext:
    """One attempt at a job, as its handler sees it. Thread-safe."""

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt
        self._claimed = attempt.claimed
        self.log = JobLog(attempt)

    @property
    def job_id(self) -> UUID:
        """The id of the job, the same for all attempts: a key to make effects idempotent."""
        return self._claimed.lease.job_id

    @property
    def type(self) -> str:
        """The type that the job was submitted under."""
        return self._claimed.type

    @property
    def version(self) -> int:
        """The version of the payload, which may be older than the version that the handler was declared with."""
        return self._claimed.version

    @property
    def attempt(self) -> int:
        """The number of this attempt, starting at 1."""
        return self._claimed.attempt

    @property
    def max_attempts(self) -> int:
        """The maximum number of attempts."""
        return self._claimed.max_attempts

    @property
    def item_id(self) -> str | None:
        """The id of the item that the job belongs to, if the submitter has given one."""
        return self._claimed.item_id

    @property
    def submitted_by(self) -> str:
        """The user or program that submitted the job."""
        return self._claimed.submitted_by

    @property
    def deadline(self) -> datetime:
        """The time when the attempt times out."""
        return self._attempt.deadline

    @property
    def cancelled(self) -> bool:
        """True if the handler must stop, for any reason."""
        return self._attempt.stop_reason is not None

    @property
    def stop_reason(self) -> StopReason | None:
        """The reason why the handler must stop, or None if it may continue."""
        return self._attempt.stop_reason

    def check_cancelled(self) -> None:
        """Returns if the handler may continue. Call it often.

        :raises JobCancelled: the handler must stop
        """
        reason = self._attempt.stop_reason
        if reason is not None:
            raise JobCancelled(reason)

    def sleep(self, seconds: float) -> None:
        """Sleeps, but wakes immediately when the handler must stop.

        :raises JobCancelled: the handler must stop
        """
        self._attempt.wait_for_stop(seconds)
        self.check_cancelled()

    def on_stop(self, callback: Callable[[], object]) -> None:
        """Registers a callback, such as ``process.terminate``, to call in another thread when the handler must stop."""
        self._attempt.on_stop(callback)

    def progress(self, percent: float, message: str | None = None) -> None:
        """Reports progress from 0 to 100. Cheap: only the latest value is sent, a few times a second.

        A number outside that range counts as the nearest end of it.

        :raises ValueError: ``percent`` is not a number (NaN)
        """
        if math.isnan(percent):
            raise ValueError(f"The progress is {percent}; it must be a number from 0 to 100.")
        self._attempt.reports.progress(round(min(max(percent, 0), 100)), message)


def _data_json(data: dict[str, Any]) -> str:
    return to_json({key: _json_value(value) for key, value in data.items()})


def _json_value(value: Any) -> Any:
    try:
        to_json(value)
    except (TypeError, ValueError, RecursionError):
        return str(value)
    return value
