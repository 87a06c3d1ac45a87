"""A worker in a separate process, which tests kill, freeze and stop. The label's text says what it does."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from datetime import timedelta
from typing import Any

from tenon_jobs import JobContext, RabbitMQ, Resolution, StepContext, Worker, step

logging.basicConfig(stream=sys.stdout, level=logging.DEBUG, format="%(levelname)s %(name)s %(message)s")
logging.getLogger("pika").setLevel(logging.WARNING)

NAME = os.environ["WORKER_NAME"]


def note(what: str) -> None:
    """Notes what happens where all processes of a test do."""
    with open(os.environ["WORKER_DIARY"], "a", encoding="utf-8") as diary:
        diary.write(f"{NAME} {what}\n")


def hang_in_first(what: str) -> None:
    note(what)
    if NAME == "first":
        time.sleep(600)


worker = Worker(
    database=os.environ["WORKER_DATABASE"],
    rabbitmq=RabbitMQ(os.environ["WORKER_RABBITMQ"]),
    name=NAME,
    **json.loads(os.environ["WORKER_SETTINGS"]),
)


@step
def pack(step: StepContext, line: int) -> str:
    note(f"packs {line}")
    return f"{line} by {NAME}"


@step
def ship(step: StepContext) -> str:
    hang_in_first("ships")
    return NAME


def find_charge(step: StepContext, text: str) -> Resolution:
    note("asks")
    return Resolution.done(f"{text}, found by {NAME}")


@step(repeatable=False, in_doubt=find_charge)
def charge(step: StepContext, text: str) -> str:
    hang_in_first("charges")
    return f"{text}, charged by {NAME}"


@step(transaction=True)
def reserve(step: StepContext) -> None:
    step.connection.execute("INSERT INTO shelf VALUES (%s, %s)", (step.job_id, NAME))
    hang_in_first("reserves")


@step
def work(step: StepContext) -> None:
    note("works")
    time.sleep(2)


def durable(text: str, context: JobContext) -> str:
    """Handlers that remember how far they got."""
    match text:
        case "packs and ships":
            packed = [context.run(pack, line, key=line) for line in range(3)]
            return f"{packed[2]}, shipped by {context.run(ship)}"
        case "charges":
            return context.run(charge, "order 7")
        case "reserves":
            context.run(reserve)
        case "works":
            context.run(work)
            note("continues")
        case "waits":
            context.run(pack, 0)
            signal = context.wait_for_signal("label.approved", timeout=timedelta(days=3))
            return f"{context.run(pack, 1, key=1)}, approved by {signal and signal.payload['by']}"
        case "counts":
            number = context.cursor or 0
            while number < 300:
                number += 1
                note(f"counts {number}")
                context.save_cursor(number)
                time.sleep(0.01)
            return str(number)
    return NAME


@worker.job("label.glue")
def glue(payload: dict[str, Any], context: JobContext) -> None:
    hang_in_first(f"glues {payload['number']}")


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
        case "hangs in the first process" if NAME == "first":
            context.sleep(600)
    return {"text": durable(payload["text"], context), "pages": 1}


worker.run()
print("the worker has returned", flush=True)
