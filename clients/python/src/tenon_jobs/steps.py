"""Steps of handlers: functions whose results are kept with the job, so that a later attempt does not run them again."""

from __future__ import annotations

import inspect
import random
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Generic, TypeVar, overload
from uuid import UUID, uuid5

import psycopg

R = TypeVar("R")
F = Callable[..., R]

_NAME = re.compile(r"(?:[^\W\d]|\$)[\w$.-]{0,99}")
_DEFAULT_DELAYS = (timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=2))
_MAX_DELAY = timedelta(days=366)
_JITTER = 0.1


@dataclass(frozen=True, slots=True)
class StepContext:
    """What a step may know about itself: its first argument. The one of its ``in_doubt`` function, too.

    :param job_id: the id of the job
    :param name: the name in the record of the step, which may be an earlier one of the step
    :param key: the key of this round; empty for a step without keys
    """

    job_id: UUID
    name: str
    key: str
    _connection: psycopg.Connection[Any] | None = field(default=None, repr=False)

    @property
    def idempotency_key(self) -> str:
        """A value for APIs that recognize repeated requests by a key: the same for each attempt at this step of this job,
        and for no other. It has 36 characters, like a UUID."""
        # Names have no line breaks, so no two steps look the same
        return str(uuid5(self.job_id, f"{self.name}\n{self.key}"))

    @property
    def connection(self) -> psycopg.Connection[Any]:
        """The connection of a step with ``transaction=True``. What the step writes through it and the record of the step
        are committed together, so the step neither commits nor closes it."""
        if self._connection is None:
            raise RuntimeError(f"Step {self.name!r} has no connection. Declare it with @step(transaction=True).")
        return self._connection


@dataclass(frozen=True, slots=True)
class Resolution:
    """The end that a step in doubt has come to: the answer of its ``in_doubt`` function."""

    state: str
    result: Any = None
    question: str = ""

    @classmethod
    def done(cls, result: Any = None) -> Resolution:
        """The step was done. Its result is recorded, and the handler continues with it."""
        return cls("done", result)

    @classmethod
    def not_done(cls) -> Resolution:
        """The step was not done, and runs now."""
        return cls("not_done")

    @classmethod
    def ask_person(cls, question: str) -> Resolution:
        """Only a person can tell. The job waits until somebody has decided, in the dashboard for instance.

        :param question: what the person has to find out
        """
        return cls("ask_person", question=question)


@dataclass(frozen=True, slots=True)
class StepPolicy:
    """The attempts and the delays of a step whose failures do not count as attempts of the job."""

    max_attempts: int
    delays: tuple[timedelta, ...]

    def delay_after(self, attempt: int) -> timedelta:
        """The delay after a failed attempt, counted from 1, with jitter."""
        if not self.delays:
            return timedelta(0)
        return min(_MAX_DELAY, self.delays[min(attempt, len(self.delays)) - 1] * (1 + _JITTER * random.random()))


@dataclass(frozen=True, slots=True, eq=False)
class Step(Generic[R]):
    """A step, as ``@step`` makes it from a function. Handlers run it by ``context.run``. Immutable.

    :param function: the function itself, for tests
    """

    name: str
    function: Callable[..., R]
    aliases: tuple[str, ...]
    in_doubt: Callable[..., Resolution] | None
    transaction: bool
    policy: StepPolicy | None

    def __call__(self, *_arguments: Any, **_named: Any) -> R:
        raise TypeError(
            f"Step {self.name!r} was called directly, so it would run in each attempt. Call context.run(…) with the step"
            " and its arguments. Tests call its function: …function(…)."
        )


@overload
def step(function: F[R], /) -> Step[R]: ...
@overload
def step(
    *,
    name: str | None = None,
    aliases: Iterable[str] = (),
    repeatable: bool = True,
    in_doubt: Callable[..., Resolution] | None = None,
    transaction: bool = False,
    max_attempts: int | None = None,
    retry_delays: Sequence[timedelta] | None = None,
) -> Callable[[F[R]], Step[R]]: ...
def step(
    function: F[Any] | None = None,
    /,
    *,
    name: str | None = None,
    aliases: Iterable[str] = (),
    repeatable: bool = True,
    in_doubt: Callable[..., Resolution] | None = None,
    transaction: bool = False,
    max_attempts: int | None = None,
    retry_delays: Sequence[timedelta] | None = None,
) -> Any:
    """Makes a function a step. The first argument of the function is a ``StepContext``; ``context.run`` passes the others.

    :param name: the name that the record of the step is found by; by default that of the function
    :param aliases: earlier names, whose records count as records of this step
    :param repeatable: False if the step must not run again when it is unknown whether it was done
    :param in_doubt: a function with the same parameters, which finds out whether a step that is not repeatable was done
    :param transaction: True if the step writes by ``StepContext.connection``, in one transaction with its record
    :param max_attempts: the number of attempts of the step, if its failures are not to fail the attempt at the job
    :param retry_delays: the delays after failed attempts of the step; by default 30 s, 1 min and 2 min
    """

    def declare(function: F[Any]) -> Step[Any]:
        declared = name if name is not None else getattr(function, "__name__", "")
        _check_function(declared, function)
        earlier = (aliases,) if isinstance(aliases, str) else tuple(aliases)
        for each in (declared, *earlier):
            check_name("step", each)
        _check_doubt(declared, function, repeatable, in_doubt, transaction)
        policy = _policy(declared, max_attempts, retry_delays)
        _check_unique(declared, earlier, function)
        return Step(declared, function, earlier, in_doubt, transaction, policy)

    return declare if function is None else declare(function)


def check_name(what: str, name: str) -> None:
    """Refuses what cannot be the name of a step or a wait."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ValueError(
            f"{name!r} is not a valid name of a {what}. Write a letter, followed by up to 99 letters, digits, '.', '-'"
            " and '_'."
        )


def _check_function(name: str, function: Any) -> None:
    if isinstance(function, Step) or not callable(function):
        raise TypeError(f"@step belongs on a function, and not on {function!r}.")
    if inspect.iscoroutinefunction(function):
        raise TypeError(
            f"Step {name!r} is a coroutine; steps are plain functions, and run in the thread of their handler."
        )
    first = next(iter(inspect.signature(function).parameters.values()), None)
    if first is None or first.kind in (first.KEYWORD_ONLY, first.VAR_KEYWORD):
        raise TypeError(
            f"Step {name!r} has no parameter for its StepContext, which is passed first. Write: def {name}(step, …)."
        )


def _check_doubt(
    name: str, function: F[Any], repeatable: bool, in_doubt: Callable[..., Resolution] | None, transaction: bool
) -> None:
    if transaction and not repeatable:
        raise ValueError(
            f"The step {name!r} cannot be both transactional and not repeatable: what it writes in a transaction and its"
            " record are committed together, so it is never in doubt. Remove repeatable=False."
        )
    if repeatable:
        if in_doubt is not None:
            raise ValueError(
                f"The step {name!r} has in_doubt, but is repeatable: it runs again when it is unknown what became of it."
                " Write repeatable=False, or remove in_doubt."
            )
        return
    wanted = inspect.signature(function)
    if in_doubt is None:
        raise TypeError(
            f"The step {name!r} is not repeatable, so something has to find out what became of it if its worker dies."
            f" Write a function that returns a Resolution, and name it: in_doubt=find_{name}, with the parameters"
            f" ({', '.join(wanted.parameters)})."
        )
    if inspect.iscoroutinefunction(in_doubt):
        raise TypeError(f"The function in_doubt of step {name!r} is a coroutine. Write a plain function.")
    if [(p.name, p.kind) for p in wanted.parameters.values()] != [
        (p.name, p.kind) for p in inspect.signature(in_doubt).parameters.values()
    ]:
        raise TypeError(
            f"The function in_doubt of step {name!r} has the parameters"
            f" ({', '.join(inspect.signature(in_doubt).parameters)}), but gets those of the step:"
            f" ({', '.join(wanted.parameters)}). Give both the same parameters."
        )


def _policy(
    name: str, max_attempts: int | None, retry_delays: Sequence[timedelta] | None
) -> StepPolicy | None:
    if max_attempts is None:
        if retry_delays is not None:
            raise ValueError(
                f"The step {name!r} has retry_delays, but its failures are retried with the job. Write max_attempts ="
                f" {len(retry_delays) + 1}, or remove retry_delays."
            )
        return None
    if max_attempts < 1:
        raise ValueError(
            f"max_attempts of the step {name!r} is {max_attempts}, but it counts the first attempt. Write at least 1, or"
            " remove it to use the attempts of the job."
        )
    delays = _DEFAULT_DELAYS if retry_delays is None else tuple(retry_delays)
    for delay in delays:
        if not isinstance(delay, timedelta) or not timedelta(0) <= delay <= _MAX_DELAY:
            raise ValueError(f"A delay of the step {name!r} is {delay!r}; it must be a timedelta from 0 to 366 days.")
    return StepPolicy(max_attempts, delays)


# ---------------------------------------------------------------- Names


@dataclass(slots=True)
class _Scope:
    """The steps of one module, or of one function or class in it, by their names and earlier names."""

    owner: Any
    steps: dict[str, tuple[str, str, int]] = field(default_factory=dict)


_SCOPES: dict[tuple[str, str], _Scope] = {}


def _check_unique(name: str, aliases: tuple[str, ...], function: F[Any]) -> None:
    """Refuses a name that another step of the same module has: a handler would find the record of one for the other."""
    module: str = getattr(function, "__module__", "")
    qualified: str = getattr(function, "__qualname__", name)
    code = getattr(function, "__code__", None)
    this = (qualified, getattr(code, "co_filename", ""), getattr(code, "co_firstlineno", 0))
    place = (module, qualified.rpartition(".")[0])
    # A module that is loaded again, and a cell of a notebook that runs again, replace their own steps
    owner = getattr(sys.modules.get(module), "__spec__", None)
    scope = _SCOPES.get(place)
    if scope is None or scope.owner is not owner:
        scope = _SCOPES[place] = _Scope(owner)
    names = (name, *aliases)
    for number, each in enumerate(names):
        other = scope.steps.get(each)
        if other is not None and other != this and (other[0] != qualified or other[1] == this[1]):
            raise ValueError(
                f"{each!r} is the name of two steps of the module {module!r}, {other[0]} and {qualified}, or an earlier"
                " name. Jobs find what they have recorded by the names of steps. Give one of them another name."
            )
        if each in names[:number]:
            raise ValueError(
                f"The name {each!r} of the step {name!r} is also one of its aliases, or is listed twice. Remove it."
            )
    for each in names:
        scope.steps[each] = this


def key_text(what: str, key: str | int | UUID) -> str:
    """The key of a step or a wait as it is stored.

    :param what: what the key is for, such as ``step 'pack'``
    """
    if isinstance(key, bool) or not isinstance(key, str | int | UUID):
        raise TypeError(
            f"The key of {what} is of type {type(key).__name__}; it must be a string, a whole number or a UUID. Use an id"
            " from the data."
        )
    text = str(key)
    if len(text) > 200:
        raise ValueError(f"The key of {what} has {len(text)} characters; the maximum is 200. Use an id from the data.")
    if any(c == "\0" or "\ud800" <= c <= "\udfff" for c in text):
        raise ValueError(
            f"The key of {what} has a character that PostgreSQL cannot store: U+0000 or half of a surrogate pair. Use an"
            " id from the data."
        )
    return text


def as_step(value: object) -> Step[Any]:
    """The value, if it is a step."""
    if not isinstance(value, Step):
        raise TypeError(f"context.run takes a step, and not {value!r}. Decorate the function with @step.")
    return value
