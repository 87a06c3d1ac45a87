"""Receives pointers from RabbitMQ. Without it, or while it is unavailable, jobs are found in the table."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPError, ChannelClosedByBroker

from . import pointer
from .attempts import Attempts
from .deliveries import Deliveries, Delivery
from .heartbeat import Heartbeat
from .pacing import LOG, Backoff, Outage, RareLines, one_line

_HEARTBEAT_SECONDS = 15


@dataclass(frozen=True, slots=True)
class RabbitMQ:
    """How to connect to RabbitMQ.

    :param url: such as ``amqp://user:password@host:5672/vhost``; ``amqps`` for TLS
    :param name_prefix: the prefix of all exchange and queue names, as in ``RabbitMqOptions.withNamePrefix``
    :param installation: the id of Tenon's schema (``SELECT id FROM tenon.installation``, which the owner of the schema may
        read); if it is given, pointers of other installations are rejected, instead of finding nothing to claim
    """

    url: str = field(repr=False)
    name_prefix: str = ""
    installation: UUID | str | None = None

    def __post_init__(self) -> None:
        if isinstance(self.installation, str):
            object.__setattr__(self, "installation", UUID(self.installation))

    def parameters(self) -> pika.URLParameters:
        """The settings of a connection; those in the URL take precedence."""
        parameters = pika.URLParameters(self.url)
        if parameters.heartbeat is None:
            # Detects a broker that died silently
            parameters.heartbeat = _HEARTBEAT_SECONDS
        if parameters.blocked_connection_timeout is None:
            parameters.blocked_connection_timeout = 2 * _HEARTBEAT_SECONDS
        return parameters


class Feed(threading.Thread):
    """Consumes the queues, and listens for cancellations. Only this thread uses the connection."""

    # How long to wait before consuming a missing or refused queue again
    RETRY = 2.0

    def __init__(
        self,
        rabbitmq: RabbitMQ,
        queues: Iterable[str],
        job_types: Iterable[str],
        slots: int,
        attempts: Attempts,
        deliveries: Deliveries,
        heartbeat: Heartbeat,
        outage: Outage,
    ) -> None:
        super().__init__(name="tenon-feed", daemon=True)
        self._rabbitmq = rabbitmq
        self._installation = UUID(str(rabbitmq.installation)) if rabbitmq.installation is not None else None
        self._queues = [rabbitmq.name_prefix + queue for queue in queues]
        self._control = rabbitmq.name_prefix + "jobs.control"
        self._job_types = frozenset(job_types)
        self._slots = slots
        self._attempts = attempts
        self._deliveries = deliveries
        self._heartbeat = heartbeat
        self._outage = outage
        self._stopping = threading.Event()
        self._lines = RareLines()
        self._connection: pika.BlockingConnection | None = None
        self._channels: dict[str, BlockingChannel] = {}

    def stop(self) -> None:
        """Ends the thread soon. Unacknowledged messages go back to their queues."""
        self._stopping.set()
        self._call(lambda: None)

    def run(self) -> None:
        """Consumes until the feed is stopped, and reconnects as often as needed."""
        backoff = Backoff()
        while not self._stopping.is_set():
            try:
                self._serve(backoff)
            except (AMQPError, OSError) as error:
                if not self._stopping.is_set():
                    self._outage.failed(error)
            except Exception:
                LOG.exception("The connection to RabbitMQ failed. The worker is opening another one.")
            finally:
                self._drop()
            self._stopping.wait(backoff.failed())

    def _serve(self, backoff: Backoff) -> None:
        connection = pika.BlockingConnection(self._rabbitmq.parameters())
        self._connection = connection
        self._outage.over()
        next_try = 0.0
        while not self._stopping.is_set():
            if time.monotonic() >= next_try:
                self._subscribe(connection)
                next_try = time.monotonic() + self.RETRY
            connection.process_data_events(time_limit=self.RETRY)
            backoff.reset()
        # Send the last acknowledgements
        connection.process_data_events(time_limit=0)
        connection.close()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        self._channels.clear()
        self._deliveries.forget()
        try:
            if connection is not None and connection.is_open:
                connection.close()
        except (AMQPError, OSError) as error:
            LOG.debug("The connection to RabbitMQ was not closed cleanly: %s", one_line(error))

    # ---------------------------------------------------------------- Consumers

    def _subscribe(self, connection: pika.BlockingConnection) -> None:
        """Each queue has its own channel, because RabbitMQ closes the channel of a refused request."""
        for name in [*self._queues, self._control]:
            channel = self._channels.get(name)
            if channel is not None and channel.is_open:
                continue
            try:
                self._channels[name] = self._open(connection, name)
            except ChannelClosedByBroker as error:
                if self._lines.admit(name):
                    LOG.warning(
                        "RabbitMQ does not let this worker consume %r: %s. It takes jobs from the table, and tries again"
                        " every %.0f s.",
                        name,
                        one_line(error),
                        self.RETRY,
                    )

    def _open(self, connection: pika.BlockingConnection, name: str) -> BlockingChannel:
        channel = connection.channel()
        channel.add_on_cancel_callback(partial(self._cancelled_by_broker, channel, name))
        if name == self._control:
            queue = channel.queue_declare("", exclusive=True, auto_delete=True).method.queue
            # Before it is bound: RabbitMQ deletes the queue with its consumer if the exchange does not exist, or is
            # refused
            channel.basic_consume(queue, self._on_control, auto_ack=True)
            channel.queue_bind(queue, self._control)
        else:
            channel.basic_qos(prefetch_count=self._slots)
            channel.basic_consume(name, partial(self._on_message, name))
        return channel

    def _cancelled_by_broker(self, channel: BlockingChannel, name: str, _frame: Any) -> None:
        LOG.warning("RabbitMQ has cancelled the consumer of %r, because the queue no longer exists.", name)
        self._channels.pop(name, None)
        channel.close()

    # ---------------------------------------------------------------- Messages

    def _on_message(self, queue: str, channel: BlockingChannel, method: Any, properties: Any, body: bytes) -> None:
        found = pointer.parse(body)
        tag = method.delivery_tag
        if found is None or pointer.is_foreign(properties.headers, self._installation):
            channel.basic_reject(tag, requeue=False)
            held_back = self._lines.admit(f"refused from {queue}")
            if held_back:
                LOG.warning(
                    "A message of %d bytes in queue %r is not a pointer to a job of this installation. It is"
                    " rejected. %d such messages have arrived since the last log line about that queue; there is at most"
                    " one line per minute.",
                    len(body),
                    queue,
                    held_back,
                )
            return
        if found.type not in self._job_types and self._lines.admit(f"unknown from {queue}"):
            LOG.warning(
                "Queue %r has pointers to jobs of a type that this worker does not handle. They go back to the queue.", queue
            )
        self._deliveries.arrived(Delivery(found, partial(self._settle, channel, tag)))

    def _settle(self, channel: BlockingChannel, tag: int, acknowledge: bool) -> None:
        def settle() -> None:
            if not channel.is_open:
                return
            if acknowledge:
                channel.basic_ack(tag)
            else:
                channel.basic_nack(tag, requeue=True)

        self._call(settle)

    def _on_control(self, _channel: BlockingChannel, _method: Any, properties: Any, body: bytes) -> None:
        # Anybody may have sent it, so it is only a hint to check the table
        if properties.type != "cancel" or len(body) != 36:
            return
        try:
            job_id = UUID(body.decode("ascii"))
        except ValueError:
            return
        if self._attempts.runs(job_id):
            self._heartbeat.beat_now()

    def _call(self, callback: Any) -> None:
        """Runs this in the feed's thread, unless the connection is lost: RabbitMQ then returns the message itself."""
        connection = self._connection
        if connection is not None:
            try:
                connection.add_callback_threadsafe(callback)
            except (AMQPError, OSError) as error:
                LOG.debug("RabbitMQ was lost before a pointer was acknowledged or returned: %s", one_line(error))
