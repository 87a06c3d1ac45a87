"""Validation with the JSON Schemas that the annotation processor has written into the jar of the job types."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

_SUFFIX = ".schemas.json"
_IN_JAR = "META-INF/tenon/"
_MAX_SHOWN = 5


class SchemaViolation(Exception):
    """Names the place and the rule that a value violates, without the value."""


class Schemas:
    """The schemas of payloads and results. Immutable and thread-safe."""

    def __init__(self, definitions: dict[str, Any]) -> None:
        """
        :raises ImportError: jsonschema is not installed
        """
        try:
            from jsonschema import Draft202012Validator
        except ImportError as error:
            raise ImportError(
                "Validation needs the package jsonschema: pip install 'tenon-jobs[validation]', or apt-get install"
                " python3-jsonschema. Or pass schemas=None to run without validation."
            ) from error
        # A new one for each check, because validators of older jsonschema versions are not thread-safe
        self._validator: Callable[[Any], Any] = Draft202012Validator
        self._definitions = definitions

    @classmethod
    def load(cls, sources: Iterable[str | Path]) -> Schemas:
        """Reads files, folders with files ``*.schemas.json`` at any depth, and jars.

        :raises ValueError: a source has no schemas, or they are not what the processor writes
        """
        definitions: dict[str, Any] = {}
        for source in sources:
            found = False
            for name, text in _documents(Path(source)):
                found = True
                definitions.update(_definitions(name, text))
            if not found:
                raise ValueError(f"{source} has no {_SUFFIX} file. The processor writes them to {_IN_JAR} of the jar.")
        return cls(definitions)

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

    def _check(self, what: str, name: str, value: Any) -> None:
        errors = sorted(self._validator(self._definitions[name]).iter_errors(value), key=lambda error: list(map(str, error.path)))
        if errors:
            shown = "; ".join(_describe(error) for error in errors[:_MAX_SHOWN])
            more = f"; and {len(errors) - _MAX_SHOWN} more" if len(errors) > _MAX_SHOWN else ""
            raise SchemaViolation(f"The {what} is not valid: {shown}{more}.")


def _documents(source: Path) -> Iterator[tuple[str, str]]:
    if source.is_dir():
        for file in sorted(source.rglob(f"*{_SUFFIX}")):
            yield str(file), file.read_text("utf-8")
    elif source.suffix in (".jar", ".zip"):
        with zipfile.ZipFile(source) as jar:
            for name in sorted(jar.namelist()):
                if name.endswith(_SUFFIX) and name.rpartition("/")[0].endswith(_IN_JAR.rstrip("/")):
                    yield f"{source}!{name}", jar.read(name).decode("utf-8")
    elif source.is_file():
        yield str(source), source.read_text("utf-8")
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


# Without the message of jsonschema, which quotes the value: it may be secret, and must not be logged
def _describe(error: Any) -> str:
    where = error.json_path.removeprefix("$").removeprefix(".") or "it"
    if error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        return f"{where} lacks {', '.join(missing)}"
    rule = json.dumps(error.validator_value, ensure_ascii=False)
    return f"{where} breaks {error.validator} {rule if len(rule) <= 100 else rule[:99] + '…'}"
