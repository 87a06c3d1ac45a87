"""Claims jobs: those that pointers name and, about once a second, any that are due."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from uuid import UUID

from .attempts import Attempt, Attempts
from .contract import Claimed, Contract
from .database import Session
from .deliveries import Deliveries, Delivery
from .errors import CallRefused, DatabaseUnavailable
from .execution import Execution, JobType
from .heartbeat import Claims, Heartbeat
from .pacing import LOG, Backoff, Outage, RareLines, one_line


class Claimer(threading.Thread):
    """Claims at most as many jobs as there are free slots, and starts them. The only thread that claims."""

    # How long a type is skipped after the role was refused its jobs
    REFUSED_FOR = 30.0

    def __init__(
        self,
        contract: Contract,
        session: Session,
        job_types: Mapping[str, JobType],
        attempts: Attempts,
        deliveries: Deliveries,
        claims: Claims,
        heartbeat: Heartbeat,
        execution: Execution,
        outage: Outage,
        poll_interval: float,
    ) -> None:
        super().__init__(name="tenon-claimer", daemon=True)
        self._contract = contract
        self._session = session
        self._job_types = job_types
        self._attempts = attempts
        self._deliveries = deliveries
        self._claims = claims
        self._heartbeat = heartbeat
        self._execution = execution
        self._outage = outage
        self._poll_interval = poll_interval
        self._stopping = threading.Event()
        self._next_poll = 0.0
        self._backoff = Backoff()
        self._refused_until: dict[str, float] = {}
        self._lines = RareLines()

    def stop(self) -> None:
        """Stops claiming. A claim in progress is completed."""
        with self._attempts.changed:
            self._stopping.set()
            self._attempts.changed.notify_all()

    def run(self) -> None:
        """Claims until the claimer is stopped."""
        while not self._stopping.is_set() and not self._heartbeat.wait_until_registered(0.2):
            self._deliveries.put_back_late()
        while not self._stopping.is_set():
            try:
                self._round()
            except Exception:
                LOG.exception("A claim failed. The worker will try again.")
                self._stopping.wait(self._backoff.failed())
        self._deliveries.put_back_all()
        self._session.close()

    def _round(self) -> None:
        self._deliveries.put_back_late()
        free = self._attempts.free_slots()
        if free > 0 and time.monotonic() >= self._next_poll:
            self._poll(free)
        elif free > 0 and len(self._deliveries) > 0:
            self._follow(self._deliveries.take(free))
        else:
            self._wait()

    def _wait(self) -> None:
        with self._attempts.changed:
            if self._stopping.is_set():
                return
            free = self._attempts.free_slots() > 0
            if free and len(self._deliveries) > 0:
                return
            times = [self._next_poll] if free else []
            if (late := self._deliveries.next_late()) is not None:
                times.append(late)
            # Without a free slot, wait for a change
            self._attempts.changed.wait(max(0.001, min(times) - time.monotonic()) if times else None)

    def _poll(self, free: int) -> None:
        claimed = self._claim(free, None)
        # If more jobs were due than there were free slots, claim again immediately
        full = claimed is not None and len(claimed) == free
        self._next_poll = time.monotonic() + (0.0 if full else self._poll_interval)

    def _follow(self, deliveries: Sequence[Delivery]) -> None:
        permitted = self._permitted()
        followed = []
        for delivery in deliveries:
            if delivery.pointer.type in permitted:
                followed.append(delivery)
            else:
                self._deliveries.hold(delivery)
        if not followed:
            return
        # Tenon sends no message with more pointers than were free; the rest of its jobs are found in the
        # table
        job_ids = [job_id for delivery in followed for job_id in delivery.pointer.job_ids][: self._attempts.free_slots()]
        claimed = self._claim(len(job_ids), job_ids)
        for delivery in followed:
            delivery.settle(claimed is not None)

    def _claim(self, max_jobs: int, job_ids: Sequence[UUID] | None) -> list[Claimed] | None:
        """Claims jobs and starts them. Returns None if the call failed."""
        versions = self._permitted()
        if not versions:
            self._stopping.wait(self._poll_interval)
            return None
        began = time.monotonic()
        self._claims.begin()
        try:
            claimed = self._contract.claim(self._session, versions, max_jobs, job_ids)
            self._outage.over()
            self._backoff.reset()
            if self._stopping.is_set():
                self._release(claimed)
            else:
                for job in claimed:
                    self._start(job, began)
            return claimed
        except DatabaseUnavailable as error:
            self._outage.failed(error)
            self._stopping.wait(self._backoff.failed())
        except CallRefused as error:
            self._refused(error, versions)
        finally:
            self._claims.end()
        return None

    def _start(self, job: Claimed, began: float) -> None:
        attempt = Attempt(job, began)
        self._attempts.add(attempt)
        LOG.debug("Starting job %s of type %r, attempt %d.", job.lease.job_id, job.type, job.attempt)
        self._execution.start(self._job_types[job.type], attempt)

    def _release(self, claimed: Sequence[Claimed]) -> None:
        """Releases jobs that were claimed while the worker was asked to stop. Deregistering releases the rest."""
        for job in claimed:
            self._contract.release(self._session, job.lease)

    # ---------------------------------------------------------------- Refusals

    def _permitted(self) -> dict[str, int]:
        now = time.monotonic()
        return {
            name: job_type.version
            for name, job_type in self._job_types.items()
            if self._refused_until.get(name, 0.0) <= now
        }

    def _refused(self, error: CallRefused, versions: Mapping[str, int]) -> None:
        if error.sqlstate == CallRefused.RIGHT_MISSING and len(versions) > 1:
            self._leave_out_refused(versions)
            return
        if error.sqlstate == CallRefused.RIGHT_MISSING:
            self._leave_out(next(iter(versions)), error)
            return
        # The worker may have been considered dead and forgotten; the heartbeat registers it again
        self._heartbeat.beat_now()
        if self._lines.admit("claim"):
            LOG.warning("PostgreSQL has refused to give this worker jobs. The worker keeps trying: %s", one_line(error))
        self._stopping.wait(self._backoff.failed())

    def _leave_out_refused(self, versions: Mapping[str, int]) -> None:
        # Try each type separately, with the id of a job that does not exist, so that nothing is claimed
        nothing: list[UUID] = []
        for name, version in versions.items():
            try:
                self._contract.claim(self._session, {name: version}, 1, nothing)
            except CallRefused as error:
                if error.sqlstate == CallRefused.RIGHT_MISSING:
                    self._leave_out(name, error)
            except DatabaseUnavailable as error:
                self._outage.failed(error)
                return

    def _leave_out(self, name: str, error: CallRefused) -> None:
        self._refused_until[name] = time.monotonic() + self.REFUSED_FOR
        if self._lines.admit(name):
            LOG.error("This worker gets no jobs of type %r. It tries again every 30 seconds: %s", name, one_line(error))
