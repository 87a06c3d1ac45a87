"""A worker in a separate process, which tests kill, freeze and stop. The label's text says what it does."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from typing import Any

from tenon_jobs import JobContext, RabbitMQ, Worker

logging.basicConfig(stream=sys.stdout, level=logging.DEBUG, format="%(levelname)s %(name)s %(message)s")
logging.getLogger("pika").setLevel(logging.WARNING)

worker = Worker(
    database=os.environ["WORKER_DATABASE"],
    rabbitmq=RabbitMQ(os.environ["WORKER_RABBITMQ"]),
    name=os.environ["WORKER_NAME"],
    **json.loads(os.environ["WORKER_SETTINGS"]),
)


@worker.job("label.print")
def print_label(payload: dict[str, Any], context: JobContext) -> dict[str, Any]:
    context.progress(50, "started")
    match payload["text"]:
        case "takes a while":
            context.sleep(2)
        case "hangs":
            context.sleep(600)
        case "does not listen":
            time.sleep(600)
        case "hangs in the first process" if os.environ["WORKER_NAME"] == "first":
            context.sleep(600)
    return {"text": os.environ["WORKER_NAME"], "pages": 1}


worker.run()
print("the worker has returned", flush=True)
