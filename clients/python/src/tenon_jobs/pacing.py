"""Delays between retries, and limits on repeated log lines."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable

from .text import text_of

LOG = logging.getLogger("tenon_jobs")


class Backoff:
    """Delays that double from 0.2 to 10 seconds, with jitter. For one thread."""

    FIRST = 0.2
    LONGEST = 10.0

    def __init__(self) -> None:
        self._next = self.FIRST

    def failed(self) -> float:
        """Returns the number of seconds to wait after another failure."""
        wait, self._next = self._next, min(self.LONGEST, self._next * 2)
        return wait * random.uniform(0.5, 1)

    def reset(self) -> None:
        """Starts again with the shortest delay, after a success."""
        self._next = self.FIRST


class RareLines:
    """Admits one log line per minute about each subject. Thread-safe."""

    INTERVAL = 60.0
    _MAX_SUBJECTS = 1000

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: dict[str, tuple[float, int]] = {}

    def admit(self, subject: str) -> int:
        """Returns the number of events since the last line if another line is due, otherwise 0."""
        now = self._clock()
        with self._lock:
            last, held_back = self._seen.get(subject, (float("-inf"), 0))
            if now - last < self.INTERVAL:
                self._seen[subject] = (last, held_back + 1)
                return 0
            if len(self._seen) >= self._MAX_SUBJECTS:
                self._seen.clear()
            self._seen[subject] = (now, 0)
            return held_back + 1


class Outage:
    """Logs that a server is unavailable, once a minute, and when it is back. Thread-safe."""

    def __init__(self, server: str, meanwhile: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._server = server
        self._meanwhile = meanwhile
        self._clock = clock
        self._lock = threading.Lock()
        self._lost_at: float | None = None
        self._lines = RareLines(clock)

    def failed(self, error: BaseException) -> None:
        """Notes that a call failed because the server cannot be reached."""
        with self._lock:
            if self._lost_at is None:
                self._lost_at = self._clock()
                self._lines = RareLines(self._clock)
            admitted = self._lines.admit(self._server)
        if admitted:
            LOG.warning("%s cannot be reached: %s. %s", self._server, one_line(error), self._meanwhile)

    def over(self) -> None:
        """Notes that a call succeeded."""
        with self._lock:
            lost_at, self._lost_at = self._lost_at, None
        if lost_at is not None:
            LOG.info("%s is reachable again after %.1f s.", self._server, self._clock() - lost_at)


def one_line(error: BaseException) -> str:
    """The error as a single line."""
    text = " ".join(text_of(error).split())
    return f"{type(error).__name__}: {text[:500]}" if text else type(error).__name__
