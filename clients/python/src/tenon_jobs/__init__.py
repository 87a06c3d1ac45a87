"""Workers in Python for Tenon: jobs that a Java application declares, checks and submits.

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
"""

from .context import JobContext, JobLog
from .errors import JobCancelled, JobSuspended, PermanentError, SignalRefused, Snooze, StopReason, TenonError
from .feed import RabbitMQ
from .steps import Resolution, Step, StepContext, step
from .waits import Signal
from .worker import Worker

__all__ = [
    "JobCancelled",
    "JobContext",
    "JobLog",
    "JobSuspended",
    "PermanentError",
    "RabbitMQ",
    "Resolution",
    "Signal",
    "SignalRefused",
    "Snooze",
    "Step",
    "StepContext",
    "StopReason",
    "TenonError",
    "Worker",
    "step",
]
