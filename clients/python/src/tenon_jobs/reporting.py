"""Progress, log lines, emitted values and cursors on their way to PostgreSQL. Handlers wait only if they emit values faster
than these can be sent."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .contract import Contract, Lease
from .database import Session, Sessions
from .errors import CallRefused, DatabaseUnavailable
from .pacing import LOG, Backoff, Outage, one_line

if TYPE_CHECKING:
    from .attempts import Attempt

# The limits for the unsent lines of one attempt; the newest are kept
MAX_LINES = 5000
# The limit for its unsent values; the handler waits, because all of them are kept
MAX_VALUES = 500


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a job's log."""

    level: str
    message: str
    data_json: str | None


@dataclass(frozen=True, slots=True)
class Emitted:
    """A value that the job emits. Its number, among those of the attempt, makes it safe to send it twice."""

    number: int
    value_json: str
    version: int


class Reports:
    """The reports of one attempt that have not been sent to PostgreSQL yet. Thread-safe."""

    def __init__(self, lease: Lease) -> None:
        self._lease = lease
        self._lock = threading.Lock()
        self._sending = threading.Lock()
        self._lines: deque[Line | Emitted] = deque()
        self._missing = 0
        self._taken = threading.Condition(self._lock)
        self._values = 0
        self._unsent_values = 0
        self._emit_refusal: CallRefused | None = None
        self._progress: tuple[int, str | None] | None = None
        self._cursor: tuple[str, int] | None = None
        self._cursor_refusal: CallRefused | None = None
        self.wake: Callable[[], object] = lambda: None

    def progress(self, percent: int, message: str | None) -> None:
        """Stores the latest progress, which replaces any that has not been sent."""
        with self._lock:
            self._progress = (percent, message)
        self.wake()

    def log(self, line: Line) -> None:
        """Notes a line."""
        with self._lock:
            if len(self._lines) - self._unsent_values >= MAX_LINES:
                self._lines.remove(next(old for old in self._lines if isinstance(old, Line)))
                self._missing += 1
            self._lines.append(line)
        self.wake()

    def emit(self, value_json: str, version: int, is_over: Callable[[], bool]) -> None:
        """Notes a value, which is never dropped: waits if too many have not been sent.

        :param is_over: whether the attempt should stop; then the value is dropped in place of waiting
        :raises CallRefused: PostgreSQL has refused an earlier value
        """
        with self._taken:
            while self._unsent_values >= MAX_VALUES and self._emit_refusal is None:
                if is_over():
                    return
                self._taken.wait(0.1)
            if self._emit_refusal is not None:
                raise self._emit_refusal
            self._values += 1
            self._unsent_values += 1
            self._lines.append(Emitted(self._values, value_json, version))
        self.wake()

    @property
    def has_emitted(self) -> bool:
        """True if the handler has emitted a value."""
        return self._values > 0

    @property
    def emit_refusal(self) -> CallRefused | None:
        """Why PostgreSQL has refused a value, or None if it has not. No value is sent after that."""
        return self._emit_refusal

    def cursor(self, value_json: str, version: int) -> None:
        """Stores the latest cursor, which replaces any that has not been sent.

        :raises CallRefused: PostgreSQL has refused an earlier one
        """
        with self._lock:
            refusal, self._cursor_refusal = self._cursor_refusal, None
            self._cursor = (value_json, version)
        if refusal is not None:
            raise refusal
        self.wake()

    def send(self, contract: Contract, session: Session) -> bool | None:
        """Sends everything in order, and keeps what could not be sent.

        :returns: False if the lease is lost; None if there was nothing to send, so that no server was asked
        """
        with self._sending:
            is_held = None
            while (line := self._next_line()) is not None:
                try:
                    answer = self._send_entry(contract, session, line)
                except DatabaseUnavailable:
                    with self._lock:
                        self._lines.appendleft(line)
                    raise
                if isinstance(line, Emitted):
                    with self._taken:
                        self._unsent_values -= 1
                        self._taken.notify_all()
                if answer is False:
                    return False
                is_held = is_held or answer
            for send in (self._send_progress, self._send_cursor):
                answer = send(contract, session)
                if answer is False:
                    return False
                is_held = is_held or answer
            return is_held

    def _send_entry(self, contract: Contract, session: Session, entry: Line | Emitted) -> bool | None:
        if isinstance(entry, Line):
            return _send_line(contract, session, self._lease, entry)
        if self._emit_refusal is not None:
            return None  # without the earlier one, those who follow the job must not see this one
        try:
            return contract.emit(session, self._lease, entry.number, entry.value_json, entry.version)
        except CallRefused as refused:
            with self._taken:
                self._emit_refusal = refused
                self._taken.notify_all()
            return True

    def _send_progress(self, contract: Contract, session: Session) -> bool | None:
        with self._lock:
            progress, self._progress = self._progress, None
        if progress is None:
            return None
        try:
            return contract.progress(session, self._lease, *progress)
        except DatabaseUnavailable:
            with self._lock:
                self._progress = self._progress or progress
            raise

    def _send_cursor(self, contract: Contract, session: Session) -> bool | None:
        with self._lock:
            cursor, self._cursor = self._cursor, None
        if cursor is None:
            return None
        try:
            return contract.save_cursor(session, self._lease, *cursor)
        except DatabaseUnavailable:
            with self._lock:
                self._cursor = self._cursor or cursor
            raise
        except CallRefused as refused:
            with self._lock:
                self._cursor_refusal = refused
            raise

    def _next_line(self) -> Line | Emitted | None:
        with self._lock:
            if self._missing:
                missing, self._missing = self._missing, 0
                return Line("warn", f"{missing} lines are missing here, because they could not be recorded in time.", None)
            return self._lines.popleft() if self._lines else None


def _send_line(contract: Contract, session: Session, lease: Lease, line: Line) -> bool:
    try:
        return contract.log(session, lease, line.level, line.message, line.data_json)
    except CallRefused as refused:
        if line.data_json is None:
            raise
        # Its data is probably too large; keep the line itself
        return contract.log(session, lease, line.level, f"{line.message} (data left out: {refused})", None)


class Reporter(threading.Thread):
    """Sends the reports of attempts, at most five times a second, and less often while PostgreSQL cannot be reached."""

    PAUSE = 0.2

    def __init__(
        self, contract: Contract, sessions: Sessions, attempts: Callable[[], Iterable[Attempt]], outage: Outage
    ) -> None:
        super().__init__(name="tenon-reporter", daemon=True)
        self._contract = contract
        self._sessions = sessions
        self._attempts = attempts
        self._outage = outage
        self._wake = threading.Event()
        self._stopping = threading.Event()

    def wake(self) -> None:
        """Wakes the reporter, because there is something to send."""
        self._wake.set()

    def run(self) -> None:
        """Sends until the reporter is stopped."""
        backoff = Backoff()
        while not self._stopping.wait(self.PAUSE):
            self._wake.wait()
            self._wake.clear()
            # Those after one that fails would fail, too
            if all(self.send(attempt) for attempt in self._attempts()):
                backoff.reset()
            elif self._stopping.wait(backoff.failed()):
                break

    def send(self, attempt: Attempt) -> bool:
        """Sends the reports of one attempt. Returns False if PostgreSQL cannot be reached, so that they are kept for later."""
        try:
            with self._sessions.one() as session:
                is_held = attempt.reports.send(self._contract, session)
            if is_held is False:
                attempt.lose()
            if is_held is not None:
                self._outage.over()
        except DatabaseUnavailable as error:
            self._outage.failed(error)
            self._wake.set()
            return False
        except Exception as error:
            LOG.error("A report of job %s was not recorded: %s", attempt.lease.job_id, one_line(error))
            self._wake.set()  # the report is dropped; others may follow
        return True

    def stop(self) -> None:
        """Ends the thread soon."""
        self._stopping.set()
        self._wake.set()
