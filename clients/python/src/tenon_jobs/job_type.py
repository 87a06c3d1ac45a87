"""Job types with their schemas: what ``tenon generate python`` writes is made of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

import psycopg

from .jobs import Jobs
from .payloads import payload_json
from .schemas import Schemas
from .submissions import SubmitOptions, Submitted

P = TypeVar("P")
R = TypeVar("R")

_DEFAULTS = SubmitOptions()


class JobType(Generic[P, R]):
    """A job type with the types of its payloads and results. Immutable and thread-safe.

    It checks each payload and each result against its JSON Schema, which needs the package jsonschema.
    ``tenon generate python`` writes a variable of this class for each job type of a module.
    """

    def __init__(self, name: str, version: int, payload: dict[str, Any], result: dict[str, Any] | None = None) -> None:
        """
        :param version: the version of the type that the schemas are of
        :param payload: the JSON Schema of the payloads
        :param result: the JSON Schema of the results; None if there are none
        """
        self.name = name
        self.version = version
        self._definitions = {f"{name}.payload": payload}
        if result is not None:
            self._definitions[f"{name}.result"] = result
        self._schemas: Schemas | None = None

    def submit(
        self,
        jobs: Jobs,
        payload: P,
        options: SubmitOptions = _DEFAULTS,
        *,
        submitted_by: str | None = None,
        connection: psycopg.Connection[Any] | None = None,
    ) -> Submitted:
        """Submits a job; see ``Jobs.submit``.

        :raises SubmitRefused: the payload violates its schema, or the job was not submitted for another reason
        """
        return self.submit_all(jobs, [payload], options, submitted_by=submitted_by, connection=connection)[0]

    def submit_all(
        self,
        jobs: Jobs,
        payloads: Iterable[P],
        options: SubmitOptions = _DEFAULTS,
        *,
        submitted_by: str | None = None,
        connection: psycopg.Connection[Any] | None = None,
    ) -> list[Submitted]:
        """Submits many jobs, all or none; otherwise like ``submit``.

        :raises ValueError: the options have another version than this type
        """
        if options.version not in (None, self.version):
            raise ValueError(
                f"version is {options.version}, but the types of {self.name!r} here are of version {self.version}."
                " Leave it out, or submit jobs of other versions with Jobs.submit."
            )
        schemas = self._loaded() if options.validate else None
        checked = [json.loads(payload_json(self.name, payload, schemas)) for payload in payloads]
        return jobs.submit_all(
            self.name,
            checked,
            replace(options, version=self.version, validate=False),
            submitted_by=submitted_by,
            connection=connection,
        )

    def result(self, jobs: Jobs, job_id: UUID | str, timeout: float) -> R:
        """The result of a job, once it has completed; see ``Jobs.result``.

        :raises SchemaViolation: the result violates its schema: another version of the type has written it, or it is
            encrypted
        """
        return self.check_result(jobs.result(job_id, timeout))

    def check(self, value: Any) -> P:
        """The value, if it is a payload of this type.

        :raises SchemaViolation: it is none; the message names the place and the rule, without the value
        """
        self._loaded().check_payload(self.name, value)
        return cast(P, value)

    def check_result(self, value: Any) -> R:
        """The value, if it is a result of this type; otherwise like ``check``."""
        self._loaded().check_result(self.name, value)
        return cast(R, value)

    def _loaded(self) -> Schemas:
        if self._schemas is None:
            self._schemas = Schemas(self._definitions)
        return self._schemas
