"""The JSON of payloads, checked before it is sent."""

from __future__ import annotations

import json
from typing import Any

from .errors import SubmitRefused
from .schemas import Schemas, SchemaViolation


def payload_json(job_type: str, payload: Any, schemas: Schemas | None) -> str:
    """The payload as JSON.

    :param schemas: what it is checked against, if they have its type; None for no check
    :raises SubmitRefused: it cannot be written, or violates its schema
    """
    text = json_of(payload, f"The payload of type {job_type!r}")
    if schemas is not None and schemas.has_type(job_type):
        try:
            # Check what the job will get: tuples have become arrays
            schemas.check_payload(job_type, json.loads(text))
        except SchemaViolation as violation:
            raise SubmitRefused(f"A job of type {job_type!r} was not submitted. {violation}") from violation
    return text


def json_of(value: Any, what: str) -> str:
    """A value as JSON.

    :param what: the value's name at the beginning of a sentence
    :raises SubmitRefused: it cannot be written
    """
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        text.encode("utf-8")
        return text
    except (TypeError, ValueError, RecursionError) as error:
        reason = "a surrogate without its partner" if isinstance(error, UnicodeEncodeError) else str(error)
        raise SubmitRefused(f"{what} cannot be written as JSON: {reason}.") from None
