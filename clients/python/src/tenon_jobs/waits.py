"""Waits for signals, sleeps and tokens of one attempt."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from .attempt_steps import AttemptSteps
from .contract import Awaited, Record
from .ends import Waits
from .errors import CallRefused, TenonError
from .pacing import LOG
from .schemas import SchemaViolation

MAX_WAIT = timedelta(days=366)

# The beginning of every value that Java has encrypted
_ENCRYPTED = "tenon-encrypted:"
_ENDED = ("done", "timed_out")


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal that a job was sent. Its string form does not have the payload.

    :param name: the name of the signal, as ``@Signal`` gives it
    :param payload: its JSON values
    :param version: the version of its shape
    :param id: the id that the sender has given to it
    """

    name: str
    payload: Any = field(repr=False)
    version: int
    id: str


class _Unusable(Exception):
    """The signal cannot be delivered."""


class WaitRun:
    """One wait or sleep that an attempt has come to. For the thread that calls it."""

    def __init__(
        self,
        steps: AttemptSteps,
        name: str,
        signals: Iterable[str],
        key: str,
        timeout: timedelta | None,
        record: Record | None,
    ) -> None:
        """
        :param signals: the signals that end the wait; empty for a sleep
        :param timeout: the maximum time to wait; None for no maximum
        :param record: the record of the wait, or None if there is none
        """
        self._steps = steps
        self._signals = tuple(signals)
        self._key = key
        self._timeout = timeout
        self._record = record
        self._name = name if record is None else record.name
        kind = "wait" if self._signals else "sleep"
        self._what = f"{kind} {name!r}" + (f" with the key {key!r}" if key else "")

    def run(self) -> Signal | None:
        """Returns the signal, or None if the time is up; or ends the attempt."""
        record = self._record
        if record is not None and record.state in _ENDED:
            before = Awaited(record.state, record.signal_id, record.signal_name, record.signal_version, record.value_json)
            signal = self._delivered(before)
            if signal is not None or before.signal_id is None:
                return signal
        while True:
            awaited = self._call()
            signal = self._delivered(awaited)
            if signal is not None:
                return signal
            if awaited.signal_id is None and awaited.state in _ENDED:
                return None
            if awaited.signal_id is None:
                # Whoever asks a handler to stop expects it to end, rather than to wait
                self._steps.check_cancelled()
                raise self._steps.suspend(Waits(f"The job waits: {self._what}."))

    def _call(self) -> Awaited:
        steps, contract = self._steps, self._steps.services.contract
        try:
            awaited = steps.stored(
                lambda session: contract.wait_for_signal(
                    session, steps.attempt.lease, self._name, self._signals, self._key, self._timeout, steps.version
                )
            )
        except CallRefused as refused:
            raise steps.refused(self._what, refused) from refused
        if awaited is None:
            raise steps.lease_lost()
        return awaited

    def _delivered(self, awaited: Awaited) -> Signal | None:
        """The signal; None if there is none, or if nobody can use it, which is recorded."""
        if awaited.signal_id is None or awaited.signal_name is None:
            return None
        if awaited.signal_name not in self._signals:
            raise TenonError(
                f"Job {self._steps.attempt.lease.job_id} has the signal {awaited.signal_name!r} for {self._what}, which no"
                " longer waits for it. Give the wait a name that was never used."
            )
        try:
            payload = self._payload(awaited)
            return Signal(awaited.signal_name, payload, awaited.signal_version or 1, awaited.signal_id)
        except _Unusable as unusable:
            problem = str(unusable)
        LOG.error(
            "The signal %r with id %r cannot be delivered to job %s of type %r: %s The job continues to wait. Send a correct"
            " one, with another id.",
            awaited.signal_name,
            awaited.signal_id,
            self._steps.attempt.lease.job_id,
            self._steps.job_type,
            problem,
        )
        self._reject(awaited.signal_id, problem)
        return None

    def _payload(self, awaited: Awaited) -> Any:
        name, schemas = awaited.signal_name or "", self._steps.services.schemas
        try:
            payload = json.loads(awaited.payload_json or "null")
        except (ValueError, RecursionError):
            raise _Unusable("It could not be read as JSON.") from None
        if _ENCRYPTED in (awaited.payload_json or "") and _has_encrypted(payload):
            raise _Unusable(
                "It is encrypted, and workers that are not Java cannot decrypt it. Leave its values readable in the"
                f' database: unencryptedTypes("{name}").'
            )
        if schemas is not None and schemas.knows_signal(name, awaited.signal_version or 1):
            try:
                schemas.check_signal(name, payload)
            except SchemaViolation as violation:
                raise _Unusable(str(violation)) from None
        return payload

    def _reject(self, signal_id: str, problem: str) -> None:
        steps, contract = self._steps, self._steps.services.contract
        is_held = steps.stored(
            lambda session: contract.reject_signal(
                session, steps.attempt.lease, self._name, signal_id, problem, self._key, steps.version
            )
        )
        if not is_held:
            raise steps.lease_lost()


def signal_token(steps: AttemptSteps, signal: str, key: str) -> str:
    """A token that allows one signal to be sent to the job once."""
    contract, what = steps.services.contract, f"the token for signal {signal!r}"
    try:
        token = steps.stored(
            lambda session: contract.signal_token(session, steps.attempt.lease, signal, key, steps.version)
        )
    except CallRefused as refused:
        raise steps.refused(what, refused) from refused
    if token is None:
        raise steps.lease_lost()
    return token


def check_duration(what: str, duration: object) -> None:
    """Refuses what cannot be the duration of a wait."""
    if not isinstance(duration, timedelta):
        raise TypeError(f"The duration of {what} is {duration!r}. Pass a timedelta, such as timedelta(days=3).")
    if not timedelta(0) <= duration <= MAX_WAIT:
        raise ValueError(f"The duration of {what} is {duration}; it must be from 0 to 366 days.")


def _has_encrypted(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_encrypted(each) for each in value.values())
    if isinstance(value, list):
        return any(_has_encrypted(each) for each in value)
    return isinstance(value, str) and value.startswith(_ENCRYPTED)
