"""The message that points to a job. Nothing else in a message is trusted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

# A pointer to 50 jobs takes half of that. Anything larger is not even parsed
MAX_BYTES = 4096

INSTALLATION_HEADER = "tenon-installation"


@dataclass(frozen=True, slots=True)
class Pointer:
    """The content of a pointer: jobs of one type that can be claimed."""

    job_ids: tuple[UUID, ...]
    type: str


def parse(body: bytes) -> Pointer | None:
    """The pointer in the body of a message, or None if it is anything else."""
    if len(body) > MAX_BYTES:
        return None
    try:
        content = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict):
        return None
    job_type, one, several = content.get("type"), content.get("jobId"), content.get("jobIds")
    named = ([one] if isinstance(one, str) else []) + (several if isinstance(several, list) else [])
    job_ids = [job_id for job_id in map(_uuid, named) if job_id is not None]
    if not isinstance(job_type, str) or not job_ids or len(job_ids) < len(named):
        return None
    return Pointer(tuple(job_ids), job_type)


def is_foreign(headers: Mapping[str, Any] | None, installation: UUID | None) -> bool:
    """True if a message is known to belong to another installation."""
    owner = (headers or {}).get(INSTALLATION_HEADER)
    return installation is not None and owner is not None and str(owner) != str(installation)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _uuid(value: object) -> UUID | None:
    if not isinstance(value, str) or len(value) != 36:
        return None
    try:
        return UUID(value)
    except ValueError:
        return None
