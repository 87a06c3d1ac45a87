"""Runs a handler and records its outcome, even if connections break meanwhile."""

from __future__ import annotations

import json
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from .attempt_steps import AttemptSteps, StepServices
from .attempts import Attempt, Attempts
from .context import JobContext
from .contract import Contract
from .database import Session, Sessions
from .ends import End, GaveUp, HandsBack, LosesLease, TriesLater, Waits
from .errors import (
    CallRefused,
    DatabaseUnavailable,
    JobCancelled,
    JobSuspended,
    PermanentError,
    Snooze,
    StopReason,
)
from .pacing import LOG, Backoff, Outage, one_line
from .reporting import Reporter
from .schemas import Schemas, SchemaViolation
from .text import text_of, to_json

Handler = Callable[[Any, JobContext], Any]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class JobType:
    """A type that this worker runs.

    :param name: the name that its jobs were submitted under: the current one, or an earlier one
    :param schema_name: the current name of the type, whose schemas are stored under it
    """

    name: str
    schema_name: str
    version: int
    queue: str
    handler: Handler


@dataclass(frozen=True, slots=True)
class Completed:
    """The handler has returned."""

    result_json: str | None


@dataclass(frozen=True, slots=True)
class Failed:
    """The attempt failed."""

    error_class: str
    message: str
    stack: str | None
    permanent: bool


@dataclass(frozen=True, slots=True)
class Stopped:
    """The handler has stopped because it was asked to."""

    reason: StopReason


@dataclass(frozen=True, slots=True)
class Suspended:
    """The job waits for a signal, a time or a person."""


@dataclass(frozen=True, slots=True)
class RetriedLater:
    """The attempt failed without counting."""

    failed: Failed
    delay: timedelta


Outcome = Completed | Failed | Snooze | Stopped | Suspended | RetriedLater


class Execution:
    """Runs attempts in separate threads. Thread-safe."""

    def __init__(
        self,
        contract: Contract,
        sessions: Sessions,
        attempts: Attempts,
        reporter: Reporter,
        outage: Outage,
        schemas: Schemas | None,
        steps: StepServices,
        beat_now: Callable[[], object],
    ) -> None:
        self._contract = contract
        self._sessions = sessions
        self._attempts = attempts
        self._reporter = reporter
        self._outage = outage
        self._schemas = schemas
        self._steps = steps
        self._beat_now = beat_now
        self._given_up = threading.Event()
        self._threads = threading.local()

    def start(self, job_type: JobType, attempt: Attempt) -> None:
        """Starts an attempt that has a slot."""
        attempt.reports.wake = self._reporter.wake
        name = f"tenon-job-{attempt.lease.job_id}"
        # A handler that does not stop must not keep the process alive
        threading.Thread(target=self._run, args=(job_type, attempt), name=name, daemon=True).start()

    def is_handler_thread(self) -> bool:
        """True if the caller is a handler."""
        return getattr(self._threads, "runs_handler", False)

    def give_up(self) -> None:
        """Stops retrying to record outcomes."""
        self._given_up.set()

    def _run(self, job_type: JobType, attempt: Attempt) -> None:
        self._threads.runs_handler = True
        until_the_server_ends_it = False
        try:
            outcome = self._execute(job_type, attempt)
            until_the_server_ends_it = self._record(job_type, attempt, outcome)
        except Exception as error:
            self._fail_without_outcome(job_type, attempt, error)
        finally:
            self._attempts.end(attempt, until_the_server_ends_it)
            if until_the_server_ends_it:
                self._beat_now()

    def _fail_without_outcome(self, job_type: JobType, attempt: Attempt, error: Exception) -> None:
        """Fails an attempt whose outcome could not be recorded because of what it contains.

        Otherwise the server would still list the job, the worker would release it, and it would run again without end.
        """
        job_id = attempt.lease.job_id
        # Without the message, which may quote the payload; it is stored with the job
        LOG.error(
            "The outcome of job %s could not be recorded: %s. The attempt counts as failed.", job_id, type(error).__name__
        )
        message = f"The outcome of the attempt could not be recorded: {one_line(error)}"
        try:
            self._fail(job_type, attempt, Failed("OutcomeNotRecorded", message, None, permanent=False))
        except Exception:
            LOG.exception("The failure of job %s could not be recorded either, so the job runs again.", job_id)

    # ---------------------------------------------------------------- Handler

    def _execute(self, job_type: JobType, attempt: Attempt) -> Outcome:
        claimed = attempt.claimed
        # The schemas are those of the newest version; the handler has to deal with older payloads
        schemas = self._schemas if claimed.version == job_type.version else None
        try:
            payload = json.loads(claimed.payload_json)
            if schemas is not None:
                schemas.check_payload(job_type.schema_name, payload)
        except (ValueError, RecursionError) as error:
            return Failed(type(error).__name__, "The payload could not be read as JSON.", None, permanent=True)
        except SchemaViolation as violation:
            return Failed("SchemaViolation", str(violation), None, permanent=True)
        steps = AttemptSteps(attempt, job_type.schema_name, job_type.version, self._steps)
        result, thrown = None, None
        try:
            result = job_type.handler(payload, JobContext(attempt, steps))
        except BaseException as error:  # SystemExit too: a handler must not end the worker
            thrown = error
        finally:
            attempt.end_handler()
        if steps.end is not None:
            return self._decided(attempt, steps.end, thrown)
        if isinstance(thrown, Snooze):
            return thrown
        return self._completed(job_type, result) if thrown is None else self._failure(attempt, thrown)

    def _decided(self, attempt: Attempt, end: End, thrown: BaseException | None) -> Outcome:
        """The outcome that a step or a wait has decided, whatever the handler did after that."""
        job_id, job_type = attempt.lease.job_id, attempt.claimed.type
        if attempt.lease_lost:
            return Stopped(StopReason.LEASE_LOST)
        if thrown is None:
            LOG.warning(
                "The handler of job %s of type %r has returned although its attempt had ended: %s It caught JobSuspended, or"
                " an exception of a step. What it returned is dropped; let them through.",
                job_id,
                job_type,
                end.message,
            )
        elif not isinstance(thrown, JobSuspended) and thrown is not getattr(end, "error", None):
            LOG.warning(
                "The handler of job %s of type %r raised %s after its attempt had ended: %s",
                job_id,
                job_type,
                type(thrown).__name__,
                end.message,
            )
        match end:
            case Waits():
                LOG.debug("Job %s of type %r: %s", job_id, job_type, end.message)
                return Suspended()
            case TriesLater(delay=delay, error=error):
                LOG.warning(
                    "Job %s of type %r is tried again in %.1f s, uncounted. %s The cause is %s.",
                    job_id,
                    job_type,
                    delay.total_seconds(),
                    end.message,
                    type(error).__name__,
                )
                return RetriedLater(_failed(error, permanent=False), delay)
            case GaveUp(error=error):
                return _failed(error, permanent=True)
            case HandsBack():
                return Stopped(StopReason.WORKER_STOPS)
            case LosesLease():
                return Stopped(StopReason.LEASE_LOST)

    def _failure(self, attempt: Attempt, error: BaseException) -> Outcome:
        permanent = isinstance(error, PermanentError)
        reason = attempt.stop_reason
        # After a request to stop, any exception counts as stopping: an interrupted call may raise anything
        if reason is not None and not permanent:
            if not isinstance(error, JobCancelled):
                LOG.info("Job %s was stopped; its handler raised %s.", attempt.lease.job_id, type(error).__name__)
            return Stopped(reason)
        return _failed(error, permanent)

    def _completed(self, job_type: JobType, result: Any) -> Outcome:
        try:
            result_json = None if result is None else to_json(result)
            if self._schemas is not None:
                # Validate what readers will see: tuples have become arrays
                self._schemas.check_result(job_type.schema_name, None if result_json is None else json.loads(result_json))
        except (TypeError, ValueError, RecursionError) as error:
            return Failed(type(error).__name__, f"The result cannot be written as JSON: {error}", None, permanent=True)
        except SchemaViolation as violation:
            return Failed("SchemaViolation", str(violation), None, permanent=True)
        return Completed(result_json)

    # ---------------------------------------------------------------- Outcome

    def _record(self, job_type: JobType, attempt: Attempt, outcome: Outcome) -> bool:
        """Records an outcome. Returns True if the attempt is left to the server to end."""
        job_id = attempt.lease.job_id
        match outcome:
            case Completed(result_json):
                self._complete(job_type, attempt, result_json)
            case Failed():
                self._fail(job_type, attempt, outcome)
            case Snooze(delay=delay):
                accepted = self._call(attempt, lambda s: self._contract.snooze(s, attempt.lease, delay))
                self._say(attempt, "snoozed", accepted)
            case Suspended():
                accepted = self._call(attempt, lambda s: self._contract.suspend(s, attempt.lease))
                self._say(attempt, "suspended", accepted)
            case RetriedLater(failed, delay):
                accepted = self._call(
                    attempt,
                    lambda s: self._contract.retry_later(
                        s, attempt.lease, delay, failed.error_class, failed.message, failed.stack
                    ),
                )
                self._say(attempt, "to be tried again", accepted)
            case Stopped(StopReason.CANCELLED):
                accepted = self._call(attempt, lambda s: self._contract.cancelled(s, attempt.lease))
                self._say(attempt, "cancelled", accepted)
            case Stopped(StopReason.WORKER_STOPS):
                accepted = self._call(attempt, lambda s: self._contract.release(s, attempt.lease))
                self._say(attempt, "released", accepted)
            case Stopped(StopReason.TIMED_OUT):
                # The server ends it at a heartbeat, so that its outcome is a timeout
                self._reporter.send(attempt)
                return True
            case Stopped(StopReason.LEASE_LOST):
                LOG.info("Job %s has stopped. Its lease was lost, so nothing is recorded.", job_id)
        return False

    def _complete(self, job_type: JobType, attempt: Attempt, result_json: str | None) -> None:
        if attempt.reports.has_emitted:
            # All values are sent first: if one is refused, those who follow the job would miss it
            self._call(attempt, None)
        if attempt.reports.emit_refusal is not None:
            message = f"A value that the job has emitted was not recorded: {attempt.reports.emit_refusal}"
            self._fail(job_type, attempt, Failed("EmittedValueRefused", message, None, permanent=True))
            return
        try:
            accepted = self._call(
                attempt, lambda s: self._contract.complete(s, attempt.lease, result_json, job_type.version)
            )
            self._say(attempt, "completed", accepted)
        except CallRefused as refused:
            error_class = "ResultTooLarge" if refused.sqlstate == CallRefused.TOO_LARGE else "ResultRefused"
            self._fail(job_type, attempt, Failed(error_class, str(refused), None, permanent=True))

    def _fail(self, job_type: JobType, attempt: Attempt, failed: Failed) -> None:
        status = self._call(
            attempt,
            lambda s: self._contract.fail(
                s, attempt.lease, failed.error_class, failed.message, failed.stack, failed.permanent
            ),
        )
        if status is None:
            self._say(attempt, "failed", False)
            return
        # Without the message, which may quote the payload; it is stored with the job
        LOG.warning(
            "Job %s of type %r failed in attempt %d of %d with %s; its status is now %s.",
            attempt.lease.job_id,
            job_type.name,
            attempt.claimed.attempt,
            attempt.claimed.max_attempts,
            failed.error_class,
            status,
        )

    def _say(self, attempt: Attempt, what: str, accepted: object) -> None:
        if accepted:
            LOG.debug("Job %s of type %r: %s.", attempt.lease.job_id, attempt.claimed.type, what)
        else:
            LOG.warning(
                "Job %s of type %r was not recorded as %s: its lease was lost, or an earlier call has"
                " recorded it without an answer.",
                attempt.lease.job_id,
                attempt.claimed.type,
                what,
            )

    def _call(self, attempt: Attempt, call: Callable[[Session], T] | None) -> T | None:
        """Sends the reports, and repeats the call until it is answered.

        :param call: None if only the reports are to be sent
        :returns: None if the lease is lost or the worker has to stop
        """
        backoff = Backoff()
        while not attempt.lease_lost:
            try:
                with self._sessions.one() as session:
                    has_answer = self._send_reports(attempt, session) or call is not None
                    answer = None if call is None else call(session)
                if has_answer:
                    self._outage.over()
                return answer
            except DatabaseUnavailable as error:
                self._outage.failed(error)
                if self._given_up.wait(backoff.failed()):
                    LOG.warning(
                        "The outcome of job %s was not recorded before the worker stopped: %s",
                        attempt.lease.job_id,
                        one_line(error),
                    )
                    return None
        return None

    def _send_reports(self, attempt: Attempt, session: Session) -> bool:
        """Sends the reports. Returns False if there were none."""
        while True:
            try:
                return attempt.reports.send(self._contract, session) is not None
            except DatabaseUnavailable:
                raise
            except Exception as error:  # the report is dropped
                LOG.error("A report of job %s was not recorded: %s", attempt.lease.job_id, one_line(error))


def _failed(error: BaseException, permanent: bool) -> Failed:
    return Failed(_class_name(error), text_of(error), "".join(traceback.format_exception(error)), permanent)


def _class_name(error: BaseException) -> str:
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
