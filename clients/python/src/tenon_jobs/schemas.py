"""Validation with the JSON Schemas that the annotation processor has written into the jar of the job types."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from .errors import TenonError

_SUFFIX = ".schemas.json"
# Written next to the schemas; of these documents, only the versions of signals are read
_ASYNCAPI = ".asyncapi.json"
_IN_JAR = "META-INF/tenon/"
_MAX_SHOWN = 5

_ESCAPE_CLASS_OR_END = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\$", re.DOTALL)


class SchemaViolation(TenonError):
    """Names the place and the rule that a value violates, without the value."""


class Schemas:
    """The schemas of payloads, results and signals. Immutable and thread-safe."""

    def __init__(self, definitions: dict[str, Any], signal_versions: dict[str, int] | None = None) -> None:
        """
        :param signal_versions: the versions that the schemas of signals are of, as far as they are known
        :raises ImportError: jsonschema is not installed
        """
        try:
            from jsonschema import Draft202012Validator
            from jsonschema.validators import extend
        except ImportError as error:
            raise ImportError(
                "Validation needs the package jsonschema: pip install 'tenon-jobs[validation]', or apt-get install"
                " python3-jsonschema. Or pass schemas=None to run without validation."
            ) from error
        # A new one for each check, because validators of older jsonschema versions are not thread-safe
        self._validator: Callable[[Any], Any] = extend(Draft202012Validator, {"pattern": _pattern})
        self._definitions = definitions
        self._signal_versions = signal_versions or {}

    @classmethod
    def load(cls, sources: Iterable[str | Path]) -> Schemas:
        """Reads files, folders with files ``*.schemas.json`` at any depth, and jars.

        :raises ValueError: a source has no schemas, or they are not what the processor writes
        """
        definitions: dict[str, Any] = {}
        versions: dict[str, int] = {}
        for source in sources:
            found = False
            for name, text in _documents(Path(source)):
                if name.endswith(_ASYNCAPI):
                    versions.update(_signal_versions(name, text))
                else:
                    found = True
                    definitions.update(_definitions(name, text))
            if not found:
                raise ValueError(f"{source} has no {_SUFFIX} file. The processor writes them to {_IN_JAR} of the jar.")
        return cls(definitions, versions)

    def has_type(self, job_type: str) -> bool:
        """True if there is a schema for this type's payload."""
        return f"{job_type}.payload" in self._definitions

    def check_payload(self, job_type: str, payload: Any) -> None:
        """
        :raises SchemaViolation: the payload violates its schema
        """
        self._check("payload", f"{job_type}.payload", payload)

    def check_result(self, job_type: str, result: Any) -> None:
        """
        :raises SchemaViolation: the result violates its schema, or the type has no result
        """
        name = f"{job_type}.result"
        if name in self._definitions:
            self._check("result", name, result)
        elif result is not None:
            raise SchemaViolation("The result is not valid: this type has no result, so the handler must return None.")

    def check_emitted(self, job_type: str, value: Any) -> None:
        """
        :raises SchemaViolation: the value violates its schema, or the type declares no values that its jobs emit
        """
        name = f"{job_type}.emitted"
        if name not in self._definitions:
            raise SchemaViolation("The emitted value is not valid: this type has no emits, so the handler must not emit anything.")
        self._check("emitted value", name, value)

    def knows_signal(self, name: str, version: int) -> bool:
        """True if there is a schema for this signal, and it is not known to be that of another version."""
        return f"{name}.signal" in self._definitions and self._signal_versions.get(name, version) == version

    def check_signal(self, name: str, payload: Any) -> None:
        """
        :raises SchemaViolation: the payload violates the schema of the signal
        """
        self._check("signal", f"{name}.signal", payload)

    def _check(self, what: str, name: str, value: Any) -> None:
        errors = sorted(self._validator(self._definitions[name]).iter_errors(value), key=lambda error: list(map(str, error.path)))
        if errors:
            # There is an error for each property that is missing, and its description names all of them
            described = list(dict.fromkeys(_describe(error) for error in errors))
            more = f"; and {len(described) - _MAX_SHOWN} more" if len(described) > _MAX_SHOWN else ""
            raise SchemaViolation(f"The {what} is not valid: {'; '.join(described[:_MAX_SHOWN])}{more}.")


def _documents(source: Path) -> Iterator[tuple[str, str]]:
    if source.is_dir():
        for suffix in (_SUFFIX, _ASYNCAPI):
            for file in sorted(source.rglob(f"*{suffix}")):
                yield str(file), file.read_text("utf-8")
    elif source.suffix in (".jar", ".zip"):
        with zipfile.ZipFile(source) as jar:
            for name in sorted(jar.namelist()):
                if name.endswith((_SUFFIX, _ASYNCAPI)) and name.rpartition("/")[0].endswith(_IN_JAR.rstrip("/")):
                    yield f"{source}!{name}", jar.read(name).decode("utf-8")
    elif source.is_file():
        yield str(source), source.read_text("utf-8")
        beside = source.with_name(source.name.removesuffix(_SUFFIX) + _ASYNCAPI)
        if source.name.endswith(_SUFFIX) and beside.is_file():
            yield str(beside), beside.read_text("utf-8")
    else:
        raise ValueError(f"{source} does not exist.")


def _definitions(name: str, text: str) -> dict[str, Any]:
    try:
        definitions = json.loads(text)["$defs"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{name} is not a document of schemas that Tenon's processor has written.") from error
    if not isinstance(definitions, dict):
        raise ValueError(f"{name} is not a document of schemas that Tenon's processor has written.")
    return definitions


def _signal_versions(name: str, text: str) -> dict[str, int]:
    try:
        signals = json.loads(text).get("x-signals", {})
        return {signal: int(described["version"]) for signal, described in signals.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{name} is not an AsyncAPI document that Tenon's processor has written.") from error


def _pattern(validator: Any, pattern: str, instance: Any, _schema: Any) -> Iterator[Any]:
    from jsonschema import ValidationError

    if validator.is_type(instance, "string") and _compiled(pattern).search(instance) is None:
        yield ValidationError("")


@lru_cache(maxsize=1000)
def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of ECMA-262, where the dollar sign stands for the end of the string. In Python, a line break may follow."""
    return re.compile(_ESCAPE_CLASS_OR_END.sub(lambda found: r"\Z" if found[0] == "$" else found[0], pattern))


# Without the message of jsonschema, which quotes the value: it may be secret, and must not be logged
def _describe(error: Any) -> str:
    where = error.json_path.removeprefix("$").removeprefix(".") or "it"
    if error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        return f"{where} lacks {', '.join(missing)}"
    rule = json.dumps(error.validator_value, ensure_ascii=False)
    return f"{where} breaks {error.validator} {rule if len(rule) <= 100 else rule[:99] + '…'}"
