"""The worker, the class that applications use."""

from __future__ import annotations

import inspect
import logging
import queue
import secrets
import signal
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, TypeVar
from uuid import UUID

import psycopg

from .attempt_steps import StepServices
from .attempts import Attempts
from .claiming import Claimer
from .contract import Contract
from .database import Session, Sessions, complete_conninfo
from .deliveries import Deliveries
from .errors import CallRefused, DatabaseUnavailable, StopReason
from .execution import Execution, Handler, JobType
from .feed import Feed, RabbitMQ
from .heartbeat import Claims, Deadlines, Heartbeat
from .pacing import Backoff, Outage, one_line
from .reporting import Reporter
from .schemas import Schemas
from .signals import SignalSender
from .step_transactions import Connections, StepTransactions

LOG = logging.getLogger("tenon_jobs")

H = TypeVar("H", bound=Handler)


class Worker:
    """Runs jobs of external types. Thread-safe.

    Handlers run in threads, one per slot. The worker survives the loss of either server, however long it lasts.
    """

    # How long handlers may take to stop after they were asked to, and how long deregistering may take
    _SIGNAL_PERIOD = 5.0
    _GOODBYE_PERIOD = 5.0

    def __init__(
        self,
        database: str,
        rabbitmq: RabbitMQ | None = None,
        *,
        name: str,
        schema: str = "tenon",
        slots: int = 1,
        schemas: str | Path | Iterable[str | Path] | None = None,
        poll_interval: float = 1.0,
        heartbeat_interval: float = 5.0,
        grace_period: float = 30.0,
        step_connections: Connections | None = None,
    ) -> None:
        """
        :param database: libpq's conninfo or URL; the role needs only the privileges that ``grant_worker`` gives
        :param rabbitmq: how to connect to RabbitMQ; without it, jobs are taken from the table
        :param name: the beginning of this worker's id, so that people recognize it
        :param schema: the schema of Tenon's tables
        :param slots: the maximum number of jobs that run at a time
        :param schemas: files, folders or jars with the JSON Schemas of the types; none for no validation
        :param poll_interval: the seconds between two polls of the table
        :param heartbeat_interval: the seconds between two heartbeats; at most the application's interval, which is
            5 s by default
        :param grace_period: how long running handlers may continue when the worker stops, in seconds
        :param step_connections: gives the connections of steps with ``transaction=True``, as ``ConnectionPool.connection``
            of psycopg_pool does; they connect to the same database, as the same role. By default, each such step has a new
            connection.
        """
        if not 1 <= slots <= 1000:
            raise ValueError(f"slots is {slots}; it must be from 1 to 1000.")
        for what, seconds in (("poll_interval", poll_interval), ("heartbeat_interval", heartbeat_interval)):
            if seconds <= 0:
                raise ValueError(f"{what} is {seconds}; it must be positive.")
        self.id = f"{name}-{secrets.token_hex(8)}"
        self._contract = Contract(schema, self.id)
        self._conninfo = complete_conninfo(database, f"tenon {self.id}")
        self._rabbitmq = rabbitmq
        self._slots = slots
        if isinstance(schemas, str | Path):
            schemas = [schemas]
        self._schemas = None if schemas is None else Schemas.load(schemas)
        self._poll_interval = poll_interval
        self._heartbeat_interval = heartbeat_interval
        self._grace_period = grace_period
        self._step_connections = step_connections
        self._sessions = Sessions(self._conninfo)
        self._signals = SignalSender(self._contract.send_signal_call, self._sessions, self._schemas)
        self._job_types: dict[str, JobType] = {}
        # A signal handler may stop the worker while this thread starts it
        self._lifecycle = threading.RLock()
        self._running: _Running | None = None
        self._stopped = threading.Event()
        self._hurried = threading.Event()
        # Signals may arrive at any moment. Unlike locks and events, this queue may be used in their handlers
        self._requests: queue.SimpleQueue[str] = queue.SimpleQueue()

    def job(
        self, type: str, *, version: int = 1, queue: str | None = None, aliases: Iterable[str] = ()
    ) -> Callable[[H], H]:
        """Declares a function as the handler of a type.

        The function gets the payload as JSON values and the context. It returns the result as JSON values, or None.

        :param type: the type, as ``@JobType`` names it
        :param version: the newest version that the handler knows; its results are of this version
        :param queue: the routing key of the type, if ``@JobType`` names one
        :param aliases: earlier names of the type, which jobs may still be waiting under
        """
        if version < 1:
            raise ValueError(f"version is {version}; the first version is 1.")

        def declare(handler: H) -> H:
            if inspect.iscoroutinefunction(handler):
                raise TypeError(f"The handler of {type!r} is a coroutine; handlers are plain functions, and run in threads.")
            if self._running is not None:
                raise RuntimeError("The worker has already started. Declare all handlers before you start it.")
            names = [type, *aliases]
            for name in names:
                if name in self._job_types:
                    raise ValueError(f"{name!r} already has a handler.")
            if self._schemas is not None and not self._schemas.has_type(type):
                raise ValueError(f"The schemas contain no job type {type!r}. Is it spelled as in @JobType?")
            for name in names:
                self._job_types[name] = JobType(name, type, version, queue or f"jobs.{type}", handler)
            return handler

        return declare

    def send_signal(
        self,
        job_id: UUID,
        name: str,
        payload: Any,
        *,
        sent_by: str,
        id: str | None = None,
        key: str | int | UUID = "",
        version: int = 1,
        connection: psycopg.Connection[Any] | None = None,
    ) -> bool:
        """Sends a signal to a job of a type that the role was granted. Returns False if an earlier signal to the job has the
        same id; then nothing is sent. The worker need not have been started.

        :param name: the name of the signal, as ``@Signal`` gives it
        :param payload: JSON values, which are checked if the worker has schemas
        :param sent_by: the sender, for people who look at the job
        :param id: an id of the event, so that an event that is reported twice is sent once
        :param key: the key of the wait that the signal ends
        :param version: the version of the signal's shape
        :param connection: sends the signal in the transaction of this connection; by default, it is sent immediately
        :raises SignalRefused: the signal is not valid, or no handler will take it
        :raises TenonError: PostgreSQL could not be reached
        """
        return self._signals.send(job_id, name, payload, sent_by, id, key, version, connection)

    def start(self) -> None:
        """Starts the worker and returns immediately. The servers need not be reachable yet."""
        with self._lifecycle:
            if self._running is not None or self._stopped.is_set():
                raise RuntimeError("This worker has already been started or stopped. Create another one.")
            if not self._job_types:
                raise RuntimeError("The worker has no handlers. Declare one with @worker.job.")
            self._running = _Running(self)
            self._running.start()
        LOG.info(
            "Worker %s takes jobs of %s in %d slots, %s.",
            self.id,
            ", ".join(sorted(self._job_types)),
            self._slots,
            "from the table" if self._rabbitmq is None else "by RabbitMQ and from the table",
        )

    def stop(self) -> None:
        """Stops the worker, and returns when it has stopped.

        The worker takes no more jobs. Handlers may finish within the grace period; then they are asked to stop, and jobs
        that still run are released. If a handler calls this method, it returns immediately.
        """
        running = self._running
        if running is not None and running.execution.is_handler_thread():
            threading.Thread(target=self.stop, name="tenon-stop").start()
            return
        with self._lifecycle:
            if not self._stopped.is_set():
                # The worker may just have been started
                running = self._running
                if running is not None:
                    running.stop(self._grace_period, self._hurried)
                    LOG.info("Worker %s has stopped.", self.id)
                self._stopped.set()
        self._requests.put("stopped")

    def run(self) -> None:
        """Starts the worker and returns when it has stopped, because of SIGTERM, SIGINT or ``stop``.

        A second signal ends the grace period. Must be called in the main thread.
        """
        if self._stopped.is_set():
            return
        before = {number: signal.signal(number, self._on_signal) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            self.start()
            request = self._next_request()
            if request != "stopped":
                LOG.info("Worker %s is stopping, because it received %s.", self.id, request)
                threading.Thread(target=self.stop, name="tenon-stop").start()
                while self._next_request() != "stopped":
                    LOG.info("Worker %s is asking its handlers to stop, because it received another signal.", self.id)
                    self._hurried.set()
                    if self._running is not None:
                        self._running.hurry()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _next_request(self) -> str:
        # Python calls a signal handler between two operations of the main thread. If the signal arrives when a wait is about
        # to begin, that is only after the wait, so no wait is long
        while True:
            try:
                return self._requests.get(timeout=1)
            except queue.Empty:
                continue

    def __enter__(self) -> Worker:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self._requests.put(signal.Signals(number).name)


class _Running:
    """The threads of a started worker."""

    def __init__(self, worker: Worker) -> None:
        contract, conninfo = worker._contract, worker._conninfo
        job_types = dict(worker._job_types)
        database = Outage("PostgreSQL", "Handlers continue. Outcomes are kept, and recorded when the database is back.")
        self._worker = worker
        self._sessions = worker._sessions
        self._attempts = Attempts(worker._slots)
        self._deliveries = Deliveries(self._attempts.changed)
        claims = Claims()
        self._heartbeat = Heartbeat(
            contract, Session(conninfo), self._attempts, claims, database, worker._heartbeat_interval
        )
        self._deadlines = Deadlines(self._attempts, self._heartbeat.beat_now)
        self._reporter = Reporter(contract, self._sessions, self._attempts.running, database)
        steps = StepServices(
            contract,
            self._sessions,
            database,
            worker._schemas,
            StepTransactions(self._sessions, conninfo, worker._step_connections),
            lambda: self._attempts.stopping,
        )
        self.execution = Execution(
            contract,
            self._sessions,
            self._attempts,
            self._reporter,
            database,
            worker._schemas,
            steps,
            self._heartbeat.beat_now,
        )
        self._claimer = Claimer(
            contract,
            Session(conninfo),
            job_types,
            self._attempts,
            self._deliveries,
            claims,
            self._heartbeat,
            self.execution,
            database,
            worker._poll_interval,
        )
        self._feed = None if worker._rabbitmq is None else self._make_feed(worker._rabbitmq, job_types)

    def _make_feed(self, rabbitmq: RabbitMQ, job_types: dict[str, JobType]) -> Feed:
        return Feed(
            rabbitmq,
            sorted({job_type.queue for job_type in job_types.values()}),
            job_types,
            self._worker._slots,
            self._attempts,
            self._deliveries,
            self._heartbeat,
            Outage("RabbitMQ", "Jobs are taken from the table meanwhile."),
        )

    def start(self) -> None:
        """Starts all threads."""
        for thread in (self._heartbeat, self._deadlines, self._reporter, self._claimer, self._feed):
            if thread is not None:
                thread.start()

    def hurry(self) -> None:
        """Wakes whoever is waiting for the handlers."""
        with self._attempts.changed:
            self._attempts.changed.notify_all()

    def stop(self, grace_period: float, hurried: threading.Event) -> None:
        """Stops everything, in bounded time even without servers."""
        grace_ends = time.monotonic() + grace_period
        self._attempts.stopping = True
        self._claimer.stop()
        # A claim in progress may still bring jobs. If PostgreSQL does not answer it, deregistering waits for
        # it
        self._claimer.join(self._GOODBYE)
        if self._feed is not None:
            self._feed.stop()
            self._feed.join(self._GOODBYE)
        if not self._attempts.wait_until_idle(grace_ends, hurried):
            for attempt in self._attempts.running():
                attempt.signal(StopReason.WORKER_STOPS)
            self._attempts.wait_until_idle(time.monotonic() + Worker._SIGNAL_PERIOD, threading.Event())
        self.execution.give_up()
        self._reporter.stop()
        self._deadlines.stop()
        self._heartbeat.stop()
        self._heartbeat.join(self._GOODBYE)
        left = [attempt.lease.job_id for attempt in self._attempts.running()]
        if left:
            LOG.warning("The handlers of %d jobs did not stop. The jobs are released: %s", len(left), left)
        # In a separate thread, because a frozen server does not respond at all
        goodbye = threading.Thread(target=self._deregister, name="tenon-goodbye", daemon=True)
        goodbye.start()
        goodbye.join(2 * self._GOODBYE)
        self._sessions.close()

    _GOODBYE = Worker._GOODBYE_PERIOD

    def _deregister(self) -> None:
        give_up_at = time.monotonic() + self._GOODBYE
        backoff = Backoff()
        while True:
            try:
                with self._sessions.one() as session:
                    self._worker._contract.deregister(session)
                return
            except CallRefused as error:
                LOG.error("The worker could not be deregistered: %s", one_line(error))
                return
            except DatabaseUnavailable as error:
                wait = backoff.failed()
                if time.monotonic() + wait > give_up_at:
                    LOG.warning(
                        "The worker could not be deregistered. Others get its jobs once its heartbeats are missed: %s",
                        one_line(error),
                    )
                    return
                time.sleep(wait)
