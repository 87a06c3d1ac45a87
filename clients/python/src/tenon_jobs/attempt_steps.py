"""The steps and waits of one attempt: what they share."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from .attempts import Attempt
from .contract import Contract, Record, StepRecord
from .database import Session, Sessions
from .ends import End, LosesLease, TriesLater, uncounted_wait
from .errors import CallRefused, DatabaseUnavailable, JobCancelled, JobSuspended, PermanentError, TenonError
from .pacing import Backoff, Outage
from .schemas import Schemas
from .step_transactions import StepTransactions
from .steps import Step

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class StepServices:
    """What the steps of all attempts of a worker share."""

    contract: Contract
    sessions: Sessions
    outage: Outage
    schemas: Schemas | None
    transactions: StepTransactions
    # Whether the worker stops, even if its handlers may still finish
    is_stopping: Callable[[], bool]


class AttemptSteps:
    """The state of the steps of one attempt. Once something has decided its end, nothing else runs, and every call
    raises ``JobSuspended``. Thread-safe."""

    def __init__(self, attempt: Attempt, job_type: str, version: int, services: StepServices) -> None:
        """
        :param job_type: the current name of the type
        :param version: the version of the type in the code of this worker
        """
        self.attempt = attempt
        self.job_type = job_type
        self.version = version
        self.services = services
        self._lock = threading.Lock()
        self._reading = threading.Lock()
        self._end: End | None = None
        self._saved: dict[tuple[str, str], Record] | None = None
        self._called: set[tuple[str, str]] = set()
        self._steps: dict[str, Step[Any]] = {}
        self._running: dict[int, str] = {}

    @property
    def end(self) -> End | None:
        """The end that the attempt has come to, or None as long as it may continue."""
        return self._end

    # ---------------------------------------------------------------- Ends

    def decide(self, end: End) -> End:
        """Ends the attempt, unless something has before. Returns the first end."""
        with self._lock:
            if self._end is None:
                self._end = end
            return self._end

    def suspend(self, end: End) -> JobSuspended:
        """Ends the attempt, and returns what to raise."""
        return JobSuspended(self.decide(end).message)

    def lease_lost(self) -> JobSuspended:
        """Ends the attempt because a call was refused, and returns the exception to raise."""
        self.attempt.lose()
        return self.suspend(
            LosesLease(f"Job {self.attempt.lease.job_id} no longer belongs to this worker; it runs elsewhere.")
        )

    def check_cancelled(self) -> None:
        """Raises if the handler was asked to stop."""
        if self.attempt.lease_lost:
            raise self.lease_lost()
        reason = self.attempt.stop_reason
        if reason is not None:
            raise JobCancelled(reason)

    # ---------------------------------------------------------------- Calls

    def require_ready(self, what: str) -> None:
        """Raises unless a step or wait may begin here."""
        self.require_open(what)
        self.check_cancelled()

    def require_open(self, what: str) -> None:
        """Raises in a step, and after the end."""
        step = self._running.get(threading.get_ident())
        if step is not None:
            raise RuntimeError(
                f"Step {step!r} calls {what}. A step cannot contain other steps or waits, because it is repeated as a whole:"
                " call them from the handler, one after the other."
            )
        if self._end is not None:
            raise JobSuspended(self._end.message)
        if self.attempt.handler_ended:
            raise JobSuspended(f"The attempt at job {self.attempt.lease.job_id} has ended; this thread is left from it.")

    def begin(self, what: str, kinds: Iterable[str], name: str, aliases: Iterable[str], key: str) -> Record | None:
        """Begins a step or wait, and returns its record; None if there is none."""
        saved = self.saved()
        record = next((saved[each, key] for each in (name, *aliases) if (each, key) in saved), None)
        if record is not None and record.kind not in kinds:
            raise TenonError(
                f"Job {self.attempt.lease.job_id} has a record of a {record.kind} named {record.name!r}, which {what} cannot"
                " continue. Give it a name that was never used."
            )
        with self._lock:
            if (name, key) in self._called:
                raise RuntimeError(
                    f"The handler of job type {self.job_type!r} has called {what} twice in one attempt. Its record would be"
                    " that of both: pass a different key in each round, such as key=line['id']."
                )
            self._called.add((name, key))
        return record

    def check_same(self, step: Step[Any]) -> None:
        """Raises if another step has the name of this one."""
        with self._lock:
            other = self._steps.setdefault(step.name, step)
        if other is not step:
            raise RuntimeError(
                f"Two steps named {step.name!r} run in the handler of job type {self.job_type!r}. Jobs find what they have"
                " recorded by the names of steps. Give one of them another name."
            )

    @contextmanager
    def in_step(self, name: str) -> Iterator[None]:
        """The calling thread runs a step, and calls no other within it."""
        thread = threading.get_ident()
        self._running[thread] = name
        try:
            yield
        finally:
            del self._running[thread]

    # ---------------------------------------------------------------- Records

    def saved(self) -> dict[tuple[str, str], Record]:
        """What earlier attempts have recorded, by name and key; it is read once."""
        with self._reading:
            if self._saved is None:
                self._saved = {(each.name, each.key): each for each in self._read()}
        newest = max((each.version for each in self._saved.values()), default=0)
        if newest > self.version:
            raise self.suspend(
                TriesLater(
                    f"Job {self.attempt.lease.job_id} has records of code of version {newest}, and this worker knows versions"
                    f" up to {self.version}. A newer worker has to take it.",
                    uncounted_wait(self.attempt),
                    TenonError(
                        f"The job has records of code of version {newest}; version {self.version} cannot read them."
                    ),
                )
            )
        return self._saved

    def _read(self) -> list[Record]:
        if self.attempt.lease.number == 1:
            return []
        return self.stored(lambda session: self.services.contract.step_records(session, self.attempt.lease))

    def write(self, record: StepRecord, what: str) -> None:
        """Writes a record, and returns when it is committed."""
        contract, lease = self.services.contract, self.attempt.lease
        try:
            is_held = self.stored(lambda session: contract.record_step(session, lease, record))
        except CallRefused as refused:
            raise self.refused(what, refused) from refused
        if not is_held:
            raise self.lease_lost()

    def refused(self, what: str, refused: CallRefused) -> TenonError:
        """What a handler gets because PostgreSQL refuses a record."""
        if refused.sqlstate == CallRefused.TOO_LARGE:
            return PermanentError(f"The record of {what} of job type {self.job_type!r} was not written: {refused}")
        return refused

    def stored(self, call: Callable[[Session], T]) -> T:
        """Repeats a call until it is answered. If the handler is asked to stop while PostgreSQL cannot be reached, it
        stops."""
        backoff = Backoff()
        while True:
            try:
                with self.services.sessions.one() as session:
                    answer = call(session)
                self.services.outage.over()
                return answer
            except DatabaseUnavailable as error:
                self.services.outage.failed(error)
                if self.attempt.wait_for_stop(backoff.failed()):
                    self.check_cancelled()
