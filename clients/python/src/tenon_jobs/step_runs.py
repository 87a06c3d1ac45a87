"""One step of an attempt, from its call to its record."""

from __future__ import annotations

import json
from typing import Any, Generic, TypeVar, cast

from .attempt_steps import AttemptSteps
from .contract import Record, StepRecord
from .ends import GaveUp, TriesLater, Waits, uncounted_wait
from .errors import CallRefused, DatabaseUnavailable, JobCancelled, PermanentError, Snooze, TenonError
from .step_transactions import TransactionFailed
from .steps import Resolution, Step, StepContext
from .text import to_json

R = TypeVar("R")

_QUESTION = "in_doubt"


class StepRun(Generic[R]):
    """A step that is about to run, or whose result is given back. For the thread that calls the step."""

    def __init__(self, steps: AttemptSteps, step: Step[R], key: str, record: Record | None) -> None:
        """
        :param record: the record of the step, or None if there is none
        """
        self._steps = steps
        self._step = step
        self._record = record
        self._name = step.name if record is None else record.name
        self._key = key
        self._what = f"step {self._name!r}" + (f" with the key {key!r}" if key else "")
        self._context = StepContext(steps.attempt.lease.job_id, self._name, key)

    def run(self, arguments: tuple[Any, ...], named: dict[str, Any]) -> R:
        """Runs the step, unless it is done, and returns its result as JSON values."""
        if self._record is not None and self._record.state == "done":
            return self._value(self._record.value_json)
        if self._step.transaction:
            return self._run_in_transaction(arguments, named)
        if self._step.in_doubt is not None:
            if self._record is not None and self._record.state in ("begun", _QUESTION):
                resolution = self._resolution(arguments, named)
                if resolution.state == "done":
                    result_json = self._made(resolution.result)
                    self._write("done", self._attempts_before(), result_json)
                    return self._value(result_json)
            self._write("begun", self._attempts_before())
        return self._run_and_record(arguments, named)

    def _run_and_record(self, arguments: tuple[Any, ...], named: dict[str, Any]) -> R:
        try:
            with self._steps.in_step(self._name):
                result = self._step.function(self._context, *arguments, **named)
            result_json = self._made(result)
        except BaseException as error:
            self._failed(error)
            raise
        self._write("done", self._attempts_before(), result_json)
        return self._value(result_json)

    # ---------------------------------------------------------------- Transactions

    def _run_in_transaction(self, arguments: tuple[Any, ...], named: dict[str, Any]) -> R:
        steps = self._steps
        made: list[str | None] = []

        def work(connection: Any) -> tuple[str, tuple[object, ...]]:
            context = StepContext(self._context.job_id, self._name, self._key, connection)
            with steps.in_step(self._name):
                result = self._step.function(context, *arguments, **named)
            made.append(self._made(result))
            record = self._record_of("done", self._attempts_before(), made[0])
            return steps.services.contract.record_step_call(steps.attempt.lease, record)

        described = f"{self._what[0].upper()}{self._what[1:]} of job type {steps.job_type!r}"
        try:
            is_held = steps.services.transactions.run(described, work)
        except TransactionFailed as failed:
            raise self._uncommitted(failed) from failed
        except BaseException as error:
            self._failed(error)
            raise
        if not is_held:
            raise steps.lease_lost()
        return self._value(made[0])

    def _uncommitted(self, failed: TransactionFailed) -> BaseException:
        if isinstance(failed.failure, CallRefused):
            return self._steps.refused(self._what, failed.failure)
        # The next attempt finds out, by its record, whether it was committed
        return self._steps.suspend(
            TriesLater(
                f"The transaction of {self._what} did not begin, or it is unknown whether it was committed.",
                uncounted_wait(self._steps.attempt),
                failed.failure,
            )
        )

    # ---------------------------------------------------------------- Doubt

    def _resolution(self, arguments: tuple[Any, ...], named: dict[str, Any]) -> Resolution:
        record, in_doubt = self._record, self._step.in_doubt
        assert record is not None and in_doubt is not None
        if record.state == _QUESTION:
            raise self._asked(record.message or "")
        with self._steps.in_step(self._name):
            resolution = in_doubt(self._context, *arguments, **named)
        if not isinstance(resolution, Resolution):
            raise TenonError(
                f"The function of job type {self._steps.job_type!r} that finds out what became of {self._what} returned"
                f" {type(resolution).__name__}. Return Resolution.done, Resolution.not_done or Resolution.ask_person."
            )
        if resolution.state == "ask_person":
            raise self._asked(resolution.question)
        return resolution

    def _asked(self, question: str) -> BaseException:
        # Again in each attempt that gets here: only what this one has recorded keeps the job waiting
        self._write(_QUESTION, self._attempts_before(), message=question)
        self._steps.check_cancelled()
        return self._steps.suspend(Waits(f"A person has to decide what became of {self._what}."))

    # ---------------------------------------------------------------- Failures

    def _failed(self, error: BaseException) -> None:
        """Records a failure of a step with its own attempts, and ends the attempt at the job."""
        policy = self._step.policy
        if policy is None or not self._is_own_failure(error):
            return
        attempts = self._attempts_before() + 1
        # What a step that is not repeatable has done is not known after a failure, either
        state = "failed" if self._step.in_doubt is None else "begun"
        self._write(state, attempts, message=f"{type(error).__name__}: {error}")
        if attempts >= policy.max_attempts:
            self._steps.decide(GaveUp(f"The last of {attempts} attempts of {self._what} has failed.", error))
            return
        raise self._steps.suspend(
            TriesLater(
                f"Attempt {attempts} of {policy.max_attempts} of {self._what} has failed.",
                policy.delay_after(attempts),
                error,
            )
        ) from error

    def _is_own_failure(self, error: BaseException) -> bool:
        """True if the step has failed, rather than the attempt or the job."""
        return (
            isinstance(error, Exception)
            and not isinstance(error, JobCancelled | Snooze | PermanentError | DatabaseUnavailable)
            and self._steps.end is None
            and self._steps.attempt.stop_reason is None
        )

    def _attempts_before(self) -> int:
        """The failed attempts of the step. A step that has used them up gets new ones if the job is run again."""
        before, policy = 0 if self._record is None else self._record.attempts, self._step.policy
        return before if policy is not None and before < policy.max_attempts else 0

    # ---------------------------------------------------------------- Values

    def _made(self, result: Any) -> str | None:
        if result is None:
            return None
        try:
            return to_json(result)
        except (TypeError, ValueError, RecursionError) as error:
            raise TypeError(
                f"The result of {self._what} of job type {self._steps.job_type!r} cannot be written as JSON: {error}. Return"
                " dicts, lists, strings, numbers, booleans and None."
            ) from error

    def _value(self, result_json: str | None) -> R:
        # As the next attempt will get it: tuples have become lists
        return cast("R", None if result_json is None else json.loads(result_json))

    def _write(self, state: str, attempts: int, result_json: str | None = None, message: str | None = None) -> None:
        self._steps.write(self._record_of(state, attempts, result_json, message), self._what)

    def _record_of(
        self, state: str, attempts: int, result_json: str | None = None, message: str | None = None
    ) -> StepRecord:
        return StepRecord(self._name, self._key, state, self._steps.version, attempts, result_json, message)
