"""Mistakes in handlers with steps and waits, which are errors when they are made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from conftest import Java

from tenon_jobs import JobContext, StepContext, TenonError, Worker, step

Make = Callable[..., Worker]

PRINTED = {"text": "Fragile", "pages": 1}


@pytest.mark.parametrize(
    ("mistake", "error", "message"),
    [
        ("nested", RuntimeError, "Step 'outer' calls step 'inner'. A step cannot contain other steps or waits"),
        ("wait", RuntimeError, "Step 'outer' calls wait 'label.approved'. A step cannot contain other steps or waits"),
        ("twice", RuntimeError, "has called step 'inner' twice in one attempt. Its record would be that of both: pass"),
        ("twice the key", RuntimeError, "has called step 'inner' with the key '7' twice in one attempt"),
        ("same name", RuntimeError, "Two steps named 'inner' run in the handler of job type 'label.print'"),
        ("directly", TypeError, "Step 'inner' was called directly, so it would run in each attempt"),
        ("no step", TypeError, "context.run takes a step, and not <function"),
        ("long key", ValueError, "The key of step 'inner' has 201 characters; the maximum is 200"),
        ("other key", TypeError, "The key of step 'inner' is of type dict; it must be a string, a whole number or a UUID"),
        ("no JSON", TypeError, "The result of step 'odd' of job type 'label.print' cannot be written as JSON"),
        ("step as wait", Exception, "has a record of a step named 'kept', which wait 'kept' cannot continue"),
    ],
)
def test_mistakes_with_steps_are_errors(
    java: Java, make_worker: Make, mistake: str, error: type[Exception], message: str
) -> None:
    seen: list[BaseException] = []
    worker = make_worker()

    @step
    def inner(step: StepContext) -> None: ...

    @step
    def odd(step: StepContext) -> object:
        return object()

    @step
    def kept(step: StepContext) -> None: ...

    contexts: list[JobContext] = []

    @step
    def outer(step: StepContext) -> None:
        if mistake == "nested":
            contexts[0].run(inner)
        contexts[0].wait_for_signal("label.approved")

    def another() -> Any:
        @step(name="inner")
        def other(step: StepContext) -> None: ...

        return other

    def make(context: JobContext) -> None:
        contexts[:] = [context]
        match mistake:
            case "nested" | "wait":
                context.run(outer)
            case "twice":
                context.run(inner)
                context.run(inner)
            case "twice the key":
                context.run(inner, key=7)
                context.run(inner, key="7")
            case "same name":
                context.run(inner)
                context.run(another(), key="x")
            case "directly":
                inner(None)
            case "no step":
                context.run(make)  # type: ignore[arg-type]
            case "long key":
                context.run(inner, key="k" * 201)
            case "other key":
                context.run(inner, key={})  # type: ignore[arg-type]
            case "no JSON":
                context.run(odd)
            case "step as wait":
                if context.attempt == 1:
                    context.run(kept)
                    raise OSError
                context.wait_for_signal("label.approved", name="kept")

    @worker.job("label.print")
    def print_label(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        try:
            make(context)
        except OSError:
            raise
        except Exception as caught:
            seen.append(caught)
        return PRINTED

    worker.start()
    java.wait_for(java.submit(), "completed")
    assert len(seen) == 1
    assert isinstance(seen[0], error)
    assert message in str(seen[0])


@pytest.mark.parametrize(
    ("mistake", "error", "message"),
    [
        (lambda c: c.wait_for_signal("a.b", "c.d"), TypeError, "A wait for several signals has a name"),
        (lambda c: c.wait_for_signal("a.b", timeout=3), TypeError, r"Pass a timedelta, such as timedelta\(days=3\)"),
        (lambda c: c.wait_for_signal("a.b", timeout=timedelta(400)), ValueError, "it must be from 0 to 366 days"),
        (lambda c: c.wait_for_signal("a b"), ValueError, "'a b' is not a valid name of a wait"),
        (lambda c: c.sleep("nap"), TypeError, "The duration of sleep 'nap' is None"),
        (lambda c: c.sleep(1, timedelta(1)), TypeError, "A sleep with a duration has a name"),
        (lambda c: c.sleep("7", timedelta(1)), ValueError, "'7' is not a valid name of a sleep"),
        (lambda c: c.token("a\nb"), TenonError, "none of them a control character"),
    ],
)
def test_mistakes_with_waits_are_errors(
    java: Java, make_worker: Make, mistake: Callable[[JobContext], Any], error: type[Exception], message: str
) -> None:
    worker = make_worker()

    @worker.job("label.print")
    def print_label(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        with pytest.raises(error, match=message):
            mistake(context)
        return PRINTED

    worker.start()
    java.wait_for(java.submit(), "completed")
