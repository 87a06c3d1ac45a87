"""What a handler can read and report about its attempt."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, TypeVar, overload
from uuid import UUID

from .attempt_steps import AttemptSteps
from .attempts import Attempt
from .ends import HandsBack
from .errors import CallRefused, JobCancelled, PermanentError, StopReason
from .reporting import Line
from .schemas import SchemaViolation
from .step_runs import StepRun
from .steps import Step, as_step, check_name, key_text
from .text import text_of, to_json
from .waits import Signal, WaitRun, check_duration, signal_token

R = TypeVar("R")

Key = str | int | UUID


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
        self._attempt.reports.log(Line(level, text_of(message), _data_json(data) if data else None))


class JobContext:
    """One attempt at a job, as its handler sees it. Thread-safe."""

    def __init__(self, attempt: Attempt, steps: AttemptSteps) -> None:
        self._attempt = attempt
        self._claimed = attempt.claimed
        self._steps = steps
        self._cursor_json: str | None = None
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
    def headers(self) -> Mapping[str, str]:
        """The headers of the job, with their values as they are stored. Read-only."""
        return MappingProxyType(self._claimed.headers)

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

    @overload
    def sleep(self, seconds: float, /) -> None: ...
    @overload
    def sleep(
        self, name: str, duration: timedelta, /, *, key: Key = "", aliases: Iterable[str] = ()
    ) -> None: ...
    def sleep(
        self,
        seconds_or_name: float | str,
        duration: timedelta | None = None,
        /,
        *,
        key: Key = "",
        aliases: Iterable[str] = (),
    ) -> None:
        """Sleeps.

        ``sleep(0.5)`` sleeps in the thread of the handler, and wakes immediately when the handler must stop.
        ``sleep("before-reminder", timedelta(days=12))`` ends the attempt, and the job has no slot meanwhile; the next one
        starts when the time is up, and does not sleep again. The time counts from the first attempt that gets here.

        :raises JobCancelled: the handler must stop
        :raises JobSuspended: to end the attempt
        """
        if not isinstance(seconds_or_name, str):
            if duration is not None:
                raise TypeError("A sleep with a duration has a name: sleep('before-reminder', timedelta(days=12)).")
            self._attempt.wait_for_stop(seconds_or_name)
            self.check_cancelled()
            return
        what = f"sleep {seconds_or_name!r}"
        check_name("sleep", seconds_or_name)
        check_duration(what, duration)
        self._wait(what, seconds_or_name, aliases, (), key, duration)

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
        self._attempt.reports.progress(round(min(max(percent, 0), 100)), None if message is None else text_of(message))

    def emit(self, value: Any) -> None:
        """Emits a value, which whoever follows the job sees: in order, and kept as long as the log. ``emits`` of the job type
        says what it looks like.

        Values are sent a few times a second, and all of them before the attempt ends. If they cannot be sent fast enough,
        this waits. Each run of the handler emits its own values.

        :param value: JSON values
        :raises TypeError: the value cannot be written as JSON
        :raises PermanentError: the value does not meet its schema, or an earlier one was refused, as it was too large or
            there were too many
        """
        job_type = self._steps.job_type
        if value is None:
            raise TypeError(f"The value that a job of type {job_type!r} emits is None.")
        try:
            value_json = to_json(value)
        except (TypeError, ValueError, RecursionError) as error:
            raise TypeError(
                f"The value that a job of type {job_type!r} emits cannot be written as JSON: {error}. Emit dicts, lists,"
                " strings, numbers and booleans."
            ) from error
        schemas = self._steps.services.schemas
        if schemas is not None:
            try:
                # Validate what readers will see: tuples have become arrays
                schemas.check_emitted(job_type, json.loads(value_json))
            except SchemaViolation as violation:
                raise PermanentError(str(violation)) from violation
        if self._attempt.handler_ended:
            return
        try:
            self._attempt.reports.emit(value_json, self._steps.version, lambda: self._attempt.stop_reason is not None)
        except CallRefused as refused:
            raise PermanentError(f"A value of job type {job_type!r} was not recorded: {refused}") from refused

    # ---------------------------------------------------------------- What is kept with the job

    def run(self, step: Step[R], /, *arguments: Any, key: Key = "", **named: Any) -> R:
        """Runs a step, and returns when its result is recorded. If an earlier attempt has recorded it, returns that.

        The result is what it is after it was written as JSON and read: tuples have become lists.

        :param step: a function with ``@step``
        :param arguments: its arguments, without the ``StepContext``
        :param key: tells the rounds of a loop apart: a string, a whole number or a UUID from the data
        """
        step = as_step(step)
        what = f"step {step.name!r}"
        self._steps.require_ready(what)
        text = key_text(what, key)
        self._steps.check_same(step)
        record = self._steps.begin(_with_key(what, text), ("step",), step.name, step.aliases, text)
        return StepRun(self._steps, step, text, record).run(arguments, named)

    def wait_for_signal(
        self,
        signal: str,
        /,
        *others: str,
        timeout: timedelta | None = None,
        name: str | None = None,
        aliases: Iterable[str] = (),
        key: Key = "",
    ) -> Signal | None:
        """Waits for a signal, or for the first of several. Returns None if the time is up.

        If the signal is not there yet, the attempt ends, and the job has no slot while it waits. The next attempt starts
        when the signal arrives.

        :param signal: the name of the signal, as ``@Signal`` gives it
        :param others: other signals that end the wait
        :param timeout: the maximum time to wait, from the first attempt that gets here; None for no maximum
        :param name: the name that the record of the wait is found by; by default that of the signal
        :param aliases: earlier names of the wait
        :param key: tells the rounds of a loop apart; only a signal that was sent with this key ends the wait
        :raises JobSuspended: to end the attempt
        """
        if name is None:
            if others:
                raise TypeError(
                    "A wait for several signals has a name, which its record is found by:"
                    f" wait_for_signal({', '.join(map(repr, (signal, *others)))}, name='decision')."
                )
            name = signal
        check_name("wait", name)
        what = f"wait {name!r}"
        if timeout is not None:
            check_duration(what, timeout)
        return self._wait(what, name, aliases, (signal, *others), key, timeout)

    def token(self, signal: str, *, key: Key = "") -> str:
        """A string that cannot be guessed and allows this signal to be sent to this job once, for a link in a mail. The
        application in Java takes it: ``sendByToken``. All attempts get the same.

        :param key: the key of the wait that the signal ends
        """
        what = f"the token for signal {signal!r}"
        self._steps.require_ready(what)
        return signal_token(self._steps, signal, key_text(what, key))

    @property
    def cursor(self) -> Any:
        """The cursor that was saved last, by this attempt or an earlier one; None if none was."""
        self._steps.require_ready("the cursor")
        if self._cursor_json is not None:
            return json.loads(self._cursor_json)
        stored = self._steps.saved().get(("", ""))
        return None if stored is None or stored.value_json is None else json.loads(stored.value_json)

    def save_cursor(self, value: Any) -> None:
        """Saves how far the handler got: within a fraction of a second, and always before the attempt ends. Cheap.

        If the worker is stopping, this does not return: the job continues from the cursor on another worker, and no attempt
        is counted.

        :param value: JSON values
        :raises JobSuspended: to end the attempt, if the worker is stopping
        :raises ValueError: an earlier cursor was too large
        """
        self._steps.require_open("the cursor")
        if value is None:
            raise ValueError(
                f"The cursor of job type {self._steps.job_type!r} is None. Save where the next attempt continues."
            )
        try:
            self._cursor_json = to_json(value)
        except (TypeError, ValueError, RecursionError) as error:
            raise TypeError(
                f"The cursor of job type {self._steps.job_type!r} cannot be written as JSON: {error}. Save dicts, lists,"
                " strings, numbers and booleans."
            ) from error
        try:
            self._attempt.reports.cursor(self._cursor_json, self._steps.version)
        except CallRefused as refused:
            raise ValueError(f"A cursor of job type {self._steps.job_type!r} was not saved: {refused}") from refused
        if self._steps.services.is_stopping():
            raise self._steps.suspend(
                HandsBack("The cursor is saved, and the job continues on another worker: this one is stopping.")
            )
        self._steps.check_cancelled()

    def _wait(
        self,
        what: str,
        name: str,
        aliases: Iterable[str],
        signals: tuple[str, ...],
        key: Key,
        timeout: timedelta | None,
    ) -> Signal | None:
        self._steps.require_ready(what)
        text = key_text(what, key)
        earlier = (aliases,) if isinstance(aliases, str) else tuple(aliases)
        record = self._steps.begin(_with_key(what, text), ("wait", "sleep"), name, earlier, text)
        return WaitRun(self._steps, name, signals, text, timeout, record).run()


def _with_key(what: str, key: str) -> str:
    return f"{what} with the key {key!r}" if key else what


def _data_json(data: dict[str, Any]) -> str:
    return to_json({key: _json_value(value) for key, value in data.items()})


def _json_value(value: Any) -> Any:
    try:
        to_json(value)
    except Exception:
        return text_of(value)
    return value
