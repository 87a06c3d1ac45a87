"""The attempts that this process runs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timezone

from .contract import Claimed, Lease
from .errors import StopReason
from .pacing import LOG
from .reporting import Reports


class Attempt:
    """One attempt at a job, from its claim until its outcome is known. Thread-safe."""

    def __init__(self, claimed: Claimed, claim_began: float) -> None:
        """
        :param claim_began: the monotonic time when the claim was called; the server's timeout starts shortly afterwards
        """
        seconds = claimed.timeout.total_seconds()
        self.claimed = claimed
        self.expires_at = claim_began + seconds
        self.deadline = datetime.now(timezone.utc) + claimed.timeout
        self.reports = Reports(claimed.lease)
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._reason: StopReason | None = None
        self._asked_to_stop_at: float | None = None
        self._lease_lost = False
        self._handler_ended = False
        self._callbacks: list[Callable[[], object]] = []

    @property
    def lease(self) -> Lease:
        """The lease of the attempt."""
        return self.claimed.lease

    @property
    def stop_reason(self) -> StopReason | None:
        """The first reason why the handler was asked to stop, or None."""
        return self._reason

    @property
    def lease_lost(self) -> bool:
        """True if no report of this attempt will be accepted."""
        return self._lease_lost

    @property
    def asked_to_stop_at(self) -> float | None:
        """The monotonic time when the handler was asked to stop, or None."""
        return self._asked_to_stop_at

    def lose(self) -> None:
        """Notes that the lease is lost: the handler is asked to stop, and nothing more is reported."""
        self._lease_lost = True
        self.signal(StopReason.LEASE_LOST)

    def signal(self, reason: StopReason) -> None:
        """Asks the handler to stop."""
        with self._lock:
            if self._reason is not None:
                return
            self._reason = reason
            self._asked_to_stop_at = time.monotonic()
            self._stopped.set()
            if self._handler_ended:
                return
            callbacks, self._callbacks = self._callbacks, []
        LOG.info(
            "Asking job %s of type %r to stop: %s.", self.lease.job_id, self.claimed.type, reason.value
        )
        if callbacks:
            # They may block, and the caller may be the heartbeat
            name = f"tenon-stop-{self.lease.job_id}"
            threading.Thread(target=self._call, args=(callbacks,), name=name, daemon=True).start()

    @property
    def handler_ended(self) -> bool:
        """True if the handler has returned or raised."""
        return self._handler_ended

    def end_handler(self) -> None:
        """Notes that the handler has returned or raised, so no more callbacks are called."""
        with self._lock:
            self._handler_ended = True
            self._callbacks.clear()

    def on_stop(self, callback: Callable[[], object]) -> None:
        """Registers a callback for when the handler is asked to stop; it is called now if that has happened."""
        with self._lock:
            if self._reason is None:
                self._callbacks.append(callback)
                return
        self._call([callback])

    def wait_for_stop(self, seconds: float) -> bool:
        """Waits until the handler is asked to stop; false if it was not within that time."""
        return self._stopped.wait(seconds)

    def _call(self, callbacks: list[Callable[[], object]]) -> None:
        for callback in callbacks:
            try:
                callback()
            except Exception:
                LOG.exception("A callback of job %s failed when the job was asked to stop.", self.lease.job_id)


class Attempts:
    """All attempts of this process, and its slots. Thread-safe.

    An attempt has a slot while its handler runs and its outcome is being reported. It stays listed without a slot if it
    timed out and the server has yet to end it.
    """

    def __init__(self, slots: int) -> None:
        self.slots = slots
        self.changed = threading.Condition()
        # True once the worker stops, even while its handlers may still finish
        self.stopping = False
        self._listed: dict[Lease, Attempt] = {}
        self._with_slot: set[Lease] = set()

    def add(self, attempt: Attempt) -> None:
        """Lists an attempt, which takes a slot."""
        with self.changed:
            self._listed[attempt.lease] = attempt
            self._with_slot.add(attempt.lease)
            self.changed.notify_all()

    def end(self, attempt: Attempt, until_the_server_ends_it: bool = False) -> None:
        """Frees the slot of an attempt, and forgets it unless the server is to end it."""
        with self.changed:
            self._with_slot.discard(attempt.lease)
            if not until_the_server_ends_it or attempt.lease_lost:
                self._listed.pop(attempt.lease, None)
            self.changed.notify_all()

    def lost(self, attempt: Attempt) -> None:
        """Notes that the server no longer lists the attempt."""
        attempt.lose()
        with self.changed:
            if attempt.lease not in self._with_slot:
                self._listed.pop(attempt.lease, None)
            self.changed.notify_all()

    def listed(self) -> dict[Lease, Attempt]:
        """All current attempts, by lease."""
        with self.changed:
            return dict(self._listed)

    def running(self) -> list[Attempt]:
        """The attempts that have a slot."""
        with self.changed:
            return [self._listed[lease] for lease in self._with_slot]

    def await_end_by_server(self) -> bool:
        """True if an attempt has ended here but the server still lists it."""
        with self.changed:
            return len(self._listed) > len(self._with_slot)

    def free_slots(self) -> int:
        """The number of free slots."""
        with self.changed:
            return self.slots - len(self._with_slot)

    def runs(self, job_id: object) -> bool:
        """True if an attempt at this job is listed."""
        with self.changed:
            return any(lease.job_id == job_id for lease in self._listed)

    def wait_until_idle(self, give_up_at: float, hurried: threading.Event) -> bool:
        """Waits until no attempt has a slot. Returns False if the time runs out or the wait is cut short."""
        with self.changed:
            self.changed.wait_for(
                lambda: not self._with_slot or hurried.is_set(), max(0.0, give_up_at - time.monotonic())
            )
            return not self._with_slot
