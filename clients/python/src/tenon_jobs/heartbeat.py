"""Reports that the worker is alive, and learns which jobs must stop."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable

from .attempts import Attempt, Attempts
from .contract import Contract, Lease, Listed
from .database import Session
from .errors import CallRefused, DatabaseUnavailable, StopReason
from .pacing import LOG, Outage, RareLines, one_line


class Claims:
    """Counts claims, to tell a job whose claim lost its answer from one that is being claimed. Thread-safe.

    Because only one thread claims, claims end in the order that they began in.
    """

    def __init__(self) -> None:
        self.begun = 0
        self.ended = 0

    def begin(self) -> None:
        """Notes that a claim is about to be called."""
        self.begun += 1

    def end(self) -> None:
        """Notes that a claim has failed, or that it was answered and its jobs are listed as attempts."""
        self.ended = self.begun


class Heartbeat(threading.Thread):
    """Sends heartbeats on a separate connection, so that handlers cannot delay them."""

    # Anybody may send hints, and as many as they like
    SHORTEST_PAUSE = 0.2
    AFTER_FAILURE = 1.0

    def __init__(
        self,
        contract: Contract,
        session: Session,
        attempts: Attempts,
        claims: Claims,
        outage: Outage,
        interval: float,
    ) -> None:
        super().__init__(name="tenon-heartbeat", daemon=True)
        self._contract = contract
        self._session = session
        self._attempts = attempts
        self._claims = claims
        self._outage = outage
        self._interval = interval
        self._host = "".join(c for c in socket.gethostname()[:255] if c.isprintable())
        self._beat_now = threading.Event()
        self._stopping = threading.Event()
        self._registered = threading.Event()
        self._refusals = RareLines()
        # Jobs that the server lists but that do not run here, with the number of claims begun when they were
        # first seen
        self._unknown: dict[Lease, int] = {}

    def beat_now(self) -> None:
        """Sends the next heartbeat soon, because there may be news."""
        self._beat_now.set()

    def wait_until_registered(self, seconds: float) -> bool:
        """Waits for the first successful heartbeat."""
        return self._registered.wait(seconds)

    def stop(self) -> None:
        """Ends the thread soon."""
        self._stopping.set()
        self._beat_now.set()

    def run(self) -> None:
        """Sends heartbeats until it is stopped."""
        while not self._stopping.is_set():
            succeeded = self._beat()
            if self._stopping.wait(self.SHORTEST_PAUSE):
                break
            self._beat_now.wait(self._pause(succeeded))
            self._beat_now.clear()
        self._session.close()

    def _pause(self, succeeded: bool) -> float:
        if not succeeded or self._attempts.await_end_by_server():
            return min(self._interval, self.AFTER_FAILURE)
        return self._interval

    def _beat(self) -> bool:
        try:
            # Jobs that are claimed from here on may be missing from the answer
            known = self._attempts.listed()
            listed = self._contract.heartbeat(self._session, self._host, os.getpid(), self._attempts.slots)
            self._registered.set()
            self._outage.over()
            self._compare(known, listed)
            return True
        except DatabaseUnavailable as error:
            self._outage.failed(error)
        except CallRefused as error:
            if self._refusals.admit("heartbeat"):
                LOG.error(
                    "PostgreSQL has refused the heartbeat, so this worker gets no jobs. It keeps trying: %s",
                    one_line(error),
                )
        except Exception:
            LOG.exception("The heartbeat failed. The worker will try again.")
        return False

    def _compare(self, known: dict[Lease, Attempt], listed: list[Listed]) -> None:
        by_the_table = {item.lease for item in listed}
        attempts = self._attempts.listed()
        for lease in known.keys() - by_the_table:
            if lease in attempts:
                self._attempts.lost(attempts[lease])
        for item in listed:
            if item.cancel_requested and item.lease in attempts:
                attempts[item.lease].signal(StopReason.CANCELLED)
        self._release_unknown(by_the_table)

    def _release_unknown(self, by_the_table: set[Lease]) -> None:
        # In this order: when a claim has ended, its jobs are already listed as attempts
        ended = self._claims.ended
        unknown = by_the_table - self._attempts.listed().keys()
        seen_before, begun = self._unknown, self._claims.begun
        self._unknown = {lease: seen_before.get(lease, begun) for lease in unknown}
        for lease in unknown & seen_before.keys():
            # All claims that could have claimed it have ended
            if seen_before[lease] <= ended and self._contract.release(self._session, lease):
                LOG.warning("Released job %s: the answer to the call that claimed it was lost.", lease.job_id)


class Deadlines(threading.Thread):
    """Asks handlers to stop at their timeouts, and logs which of them do not."""

    PATIENCE = 5.0

    def __init__(self, attempts: Attempts, beat_now: Callable[[], object]) -> None:
        super().__init__(name="tenon-deadlines", daemon=True)
        self._attempts = attempts
        self._beat_now = beat_now
        self._stopping = False
        self._lines = RareLines()

    def stop(self) -> None:
        """Ends the thread soon."""
        with self._attempts.changed:
            self._stopping = True
            self._attempts.changed.notify_all()

    def run(self) -> None:
        """Watches until it is stopped."""
        while not self._stopping:
            for attempt in self._attempts.running():
                if time.monotonic() >= attempt.expires_at and attempt.stop_reason is None:
                    attempt.signal(StopReason.TIMED_OUT)
                    self._beat_now()
            self._log_unresponsive()
            with self._attempts.changed:
                if not self._stopping:
                    self._attempts.changed.wait(self._pause())

    def _pause(self) -> float:
        now = time.monotonic()
        times = [a.expires_at for a in self._attempts.running() if a.stop_reason is None]
        return min([self.PATIENCE] + [max(0.0, at - now) for at in times])

    def _log_unresponsive(self) -> None:
        for attempt in self._attempts.running():
            since = attempt.asked_to_stop_at
            if since is None or attempt.handler_ended or time.monotonic() - since < self.PATIENCE:
                continue
            job_id = attempt.lease.job_id
            if self._lines.admit(str(job_id)):
                LOG.warning(
                    "Job %s of type %r was asked to stop %.0f s ago but is still running. Its handler must call"
                    " check_cancelled. It keeps its slot until it returns.",
                    job_id,
                    attempt.claimed.type,
                    time.monotonic() - since,
                )
