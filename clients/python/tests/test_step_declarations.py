"""Steps as they are declared, which needs no server."""

from __future__ import annotations

import importlib.util
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tenon_jobs import Resolution, Step, StepContext, step


def find(step: StepContext, order: int) -> Resolution:
    return Resolution.not_done()


def plain(step: StepContext, order: int) -> int:
    return order


def test_a_step_is_declared_by_its_function() -> None:
    declared = step(plain)
    assert isinstance(declared, Step)
    assert (declared.name, declared.aliases, declared.transaction) == ("plain", (), False)
    assert declared.function(StepContext.__new__(StepContext), 7) == 7
    with pytest.raises(TypeError, match="Step 'plain' was called directly"):
        declared(7)


@pytest.mark.parametrize(
    ("arguments", "function", "error", "message"),
    [
        ({"repeatable": False}, plain, TypeError, r"The step 'plain' is not repeatable, so something has to find out what "
         r"became of it if its worker dies. Write a function that returns a Resolution, and name it: in_doubt=find_plain, "
         r"with the parameters \(step, order\)."),
        ({"in_doubt": find}, plain, ValueError, "has in_doubt, but is repeatable.*Write repeatable=False"),
        ({"repeatable": False, "in_doubt": lambda step: None}, plain, TypeError,
         r"has the parameters \(step\), but gets those of the step: \(step, order\)"),
        ({"repeatable": False, "transaction": True}, plain, ValueError, "cannot be both transactional and not repeatable"),
        ({"retry_delays": [timedelta(1)]}, plain, ValueError, "Write max_attempts = 2, or remove retry_delays"),
        ({"max_attempts": 0}, plain, ValueError, "max_attempts of the step 'plain' is 0, but it counts the first attempt"),
        ({"max_attempts": 2, "retry_delays": [5]}, plain, ValueError, "it must be a timedelta from 0 to 366 days"),
        ({"name": "1st"}, plain, ValueError, "'1st' is not a valid name of a step"),
        ({"name": "token:x"}, plain, ValueError, "'token:x' is not a valid name of a step"),
        ({"name": "a\n"}, plain, ValueError, "is not a valid name of a step"),
        ({"aliases": ["plain"]}, plain, ValueError, "'plain' of the step 'plain' is also one of its aliases"),
        ({}, lambda step: None, ValueError, "'<lambda>' is not a valid name of a step"),
        ({"name": "none"}, lambda: None, TypeError, "has no parameter for its StepContext, which is passed first. Write: def none"),
        ({}, step(plain), TypeError, "@step belongs on a function"),
    ],
)  # fmt: skip
def test_mistakes_are_refused_when_a_step_is_declared(
    arguments: dict[str, Any], function: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        step(**arguments)(function)


def test_a_coroutine_is_not_a_step() -> None:
    async def charge(step: StepContext) -> None: ...

    with pytest.raises(TypeError, match="Step 'charge' is a coroutine"):
        step(charge)


def test_two_steps_of_a_module_cannot_have_one_name() -> None:
    @step
    def charge(step: StepContext) -> None: ...

    with pytest.raises(ValueError, match="'charge' is the name of two steps of the module 'test_step_declarations'"):

        @step(name="charge")
        def bill(step: StepContext) -> None: ...

    with pytest.raises(ValueError, match="'charge' is the name of two steps"):

        @step(aliases=["charge"])
        def refund(step: StepContext) -> None: ...

    with pytest.raises(ValueError, match="'charge' is the name of two steps"):

        @step
        def charge(step: StepContext) -> None: ...  # noqa: F811


def test_a_module_may_be_loaded_again(tmp_path: Path) -> None:
    file = tmp_path / "handlers_of_a_test.py"
    for lines in range(2):
        file.write_text("\n" * lines + "from tenon_jobs import step\n@step\ndef charge(step): ...\n")
        spec = importlib.util.spec_from_file_location("handlers_of_a_test", file)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules["handlers_of_a_test"] = module
        try:
            spec.loader.exec_module(module)
        finally:
            del sys.modules["handlers_of_a_test"]


def test_a_step_without_a_transaction_has_no_connection() -> None:
    context = StepContext(__import__("uuid").uuid4(), "charge", "")
    with pytest.raises(RuntimeError, match=r"Declare it with @step\(transaction=True\)"):
        _ = context.connection
    assert "connection" not in repr(context)
