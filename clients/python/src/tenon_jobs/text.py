"""Strings and JSON as PostgreSQL and Java accept them."""

from __future__ import annotations

import json
import re
from typing import Any, overload

# Characters that PostgreSQL strings or UTF-8 cannot contain
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_REPLACEMENT = "\ufffd"


@overload
def clean(text: str) -> str: ...
@overload
def clean(text: None) -> None: ...
def clean(text: str | None) -> str | None:
    """The string with U+0000 and lone surrogates replaced."""
    return None if text is None else _UNSTORABLE.sub(_REPLACEMENT, text)


def text_of(value: object) -> str:
    """The value as a string. Handlers raise and log objects of any class, so this works even if the class does not."""
    try:
        return str(value)
    except Exception:
        return f"A value of type {type(value).__name__}, which cannot be written as a string."


def to_json(value: Any) -> str:
    """The value as JSON.

    :raises TypeError: something in it cannot be written as JSON
    :raises ValueError: it contains itself, or a number that JSON does not have, such as NaN
    """
    return json.dumps(_cleaned(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(key) if isinstance(key, str) else key: _cleaned(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(item) for item in value]
    return value
