"""The ends that steps and waits give to an attempt, whatever its handler does after that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from .attempts import Attempt

_MIN_WAIT = timedelta(seconds=2)
_MAX_WAIT = timedelta(seconds=30)
_GROWTH = 1.1


@dataclass(frozen=True, slots=True)
class Waits:
    """The job waits for a signal, a time or a person."""

    message: str


@dataclass(frozen=True, slots=True)
class TriesLater:
    """The attempt has failed without counting: its step has attempts left, or the records cannot be used."""

    message: str
    delay: timedelta
    error: BaseException


@dataclass(frozen=True, slots=True)
class GaveUp:
    """A step with its own attempts has failed for the last time."""

    message: str
    error: BaseException


@dataclass(frozen=True, slots=True)
class HandsBack:
    """The worker stops, and the job continues elsewhere."""

    message: str


@dataclass(frozen=True, slots=True)
class LosesLease:
    """A call was refused, because the job no longer belongs to the attempt."""

    message: str


End = Waits | TriesLater | GaveUp | HandsBack | LosesLease


def uncounted_wait(attempt: Attempt) -> timedelta:
    """A wait that grows by a tenth each time that the job is released, from 2 to 30 seconds."""
    # Each claim raises the lease, but a release does not count as an attempt
    before = max(0, attempt.lease.number - attempt.claimed.attempt)
    return min(_MAX_WAIT, _MIN_WAIT * _GROWTH ** min(before, 100))
