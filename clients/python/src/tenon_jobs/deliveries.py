"""Pointers that have been delivered and wait for a slot."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from .pointer import Pointer


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivered pointer. ``settle(True)`` acknowledges it, ``settle(False)`` returns it to the queue."""

    pointer: Pointer
    settle: Callable[[bool], object]
    arrived_at: float = field(default_factory=time.monotonic)


class Deliveries:
    """The waiting pointers. Thread-safe.

    A pointer that has waited for a second goes back to the queue, because another worker may be free. So does one that
    this worker cannot use, but after a pause, because RabbitMQ would deliver it again immediately.
    """

    PATIENCE = 1.0

    def __init__(self, changed: threading.Condition) -> None:
        """
        :param changed: notified when a pointer arrives
        """
        self._changed = changed
        self._waiting: deque[Delivery] = deque()
        self._held: deque[Delivery] = deque()

    def arrived(self, delivery: Delivery) -> None:
        """Adds a pointer that has arrived."""
        with self._changed:
            self._waiting.append(delivery)
            self._changed.notify_all()

    def take(self, limit: int) -> list[Delivery]:
        """Takes up to this many pointers, the longest-waiting first."""
        with self._changed:
            return [self._waiting.popleft() for _ in range(min(limit, len(self._waiting)))]

    def hold(self, delivery: Delivery) -> None:
        """Holds a pointer that this worker cannot use until it goes back to the queue."""
        with self._changed:
            self._held.append(delivery)

    def put_back_late(self) -> None:
        """Returns the pointers that have waited too long to the queue."""
        oldest = time.monotonic() - self.PATIENCE
        late = []
        with self._changed:
            for pointers in (self._waiting, self._held):
                while pointers and pointers[0].arrived_at <= oldest:
                    late.append(pointers.popleft())
        for delivery in late:
            delivery.settle(False)

    def put_back_all(self) -> None:
        """Returns all pointers to the queue."""
        with self._changed:
            everything = [*self._waiting, *self._held]
            self.forget()
        for delivery in everything:
            delivery.settle(False)

    def forget(self) -> None:
        """Forgets all pointers: the connection is lost, and RabbitMQ has returned them to the queue itself."""
        with self._changed:
            self._waiting.clear()
            self._held.clear()

    def __len__(self) -> int:
        with self._changed:
            return len(self._waiting)

    def next_late(self) -> float | None:
        """The monotonic time when the next pointer will have waited too long, or None if none is waiting."""
        with self._changed:
            arrivals = [pointers[0].arrived_at for pointers in (self._waiting, self._held) if pointers]
            return min(arrivals) + self.PATIENCE if arrivals else None
