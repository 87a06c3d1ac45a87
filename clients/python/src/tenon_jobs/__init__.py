"""Tenon in Python: workers for jobs that a Java application declares, and submitters of its jobs.

::

    from tenon_jobs import JobContext, RabbitMQ, Worker

    worker = Worker(
        database="postgresql://printing@localhost:5432/shop",
        rabbitmq=RabbitMQ("amqp://guest:guest@localhost:5672"),
        name="printing",
        schemas=["shop-jobs.jar"],
    )

    @worker.job("label.print")
    def print_label(payload: dict, context: JobContext) -> dict | None:
        ...

    worker.run()

A submitter, in its own transaction or the caller's::

    from tenon_jobs import Jobs

    jobs = Jobs("postgresql://shop@localhost:5432/shop", submitted_by="shop", schemas=["shop-jobs.jar"])
    job_id = jobs.submit("label.print", {"text": "Fragile", "copies": 2}).job_id
    label = jobs.result(job_id, timeout=20)
"""

from .context import JobContext, JobLog
from .errors import (
    BacklogFull,
    DatabaseUnavailable,
    JobCancelled,
    JobNotCompleted,
    JobSuspended,
    PermanentError,
    SignalRefused,
    Snooze,
    StopReason,
    SubmitRefused,
    TenonError,
)
from .feed import RabbitMQ
from .job_type import JobType
from .jobs import Jobs
from .schemas import SchemaViolation
from .steps import Resolution, Step, StepContext, step
from .submissions import Job, SubmitOptions, Submitted
from .waits import Signal
from .worker import Worker

__all__ = [
    "BacklogFull",
    "DatabaseUnavailable",
    "Job",
    "JobCancelled",
    "JobContext",
    "JobLog",
    "JobNotCompleted",
    "JobSuspended",
    "JobType",
    "Jobs",
    "PermanentError",
    "RabbitMQ",
    "Resolution",
    "SchemaViolation",
    "Signal",
    "SignalRefused",
    "Snooze",
    "Step",
    "StepContext",
    "StopReason",
    "SubmitOptions",
    "SubmitRefused",
    "Submitted",
    "TenonError",
    "Worker",
    "step",
]
