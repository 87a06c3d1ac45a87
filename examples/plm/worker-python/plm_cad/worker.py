"""The worker: takes CAD jobs, and says what became of them."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tenon_jobs import JobContext, PermanentError, RabbitMQ, Worker

from . import process
from .files import FileStore


def make_worker(environment: Mapping[str, str]) -> Worker:
    """A worker on the servers that the environment names; it is not started yet."""
    rabbitmq = environment.get("PLM_AMQP_URI")
    worker = Worker(
        database=environment["PLM_CAD_DB"],
        rabbitmq=RabbitMQ(rabbitmq, name_prefix=environment.get("PLM_AMQP_PREFIX", "")) if rabbitmq else None,
        name="cad",
        slots=int(environment.get("PLM_CAD_SLOTS", "2")),
        schemas=[environment["PLM_SCHEMAS"]],
    )
    files = FileStore(Path(environment["PLM_FILES"]))

    @worker.job("cad.conversion.process", queue="jobs.cad.conversion")
    def convert(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        try:
            source = files.find(payload["source"])
        except FileNotFoundError:
            raise PermanentError(f"The file store has no {payload['source']}.") from None
        formats = sorted(set(payload["formats"]))
        context.log.info("Converting", source=payload["source"], formats=formats)
        paths = [f"converted/{context.job_id}.{format.lower()}" for format in formats]
        with files.new(*paths) as drafts:
            tessellation = payload.get("tessellation") or {}
            targets = dict(zip(formats, map(str, drafts), strict=True))
            outcome = process.run(
                {"task": "convert", "source": str(source), "targets": targets, **tessellation}, context
            )
        return {
            "files": [files.describe(path, format) for path, format in zip(paths, formats, strict=True)],
            **outcome,
        }

    @worker.job("cad.parametric.generate", queue="jobs.cad.parametric")
    def generate(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
        path = f"parts/{payload['partNumber']}-{context.job_id}.stl"
        context.log.info("Making a plate", holes=payload["holes"]["count"])
        with files.new(path) as (draft,):
            outcome = process.run({**payload, "task": "flanged_plate", "targets": {"STL": str(draft)}}, context)
        return {"files": [files.describe(path, "STL")], **outcome}

    return worker


def main() -> None:
    """Works until the process is asked to end."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)-5s %(name)s - %(message)s")
    make_worker(os.environ).run()


if __name__ == "__main__":
    main()
