"""Pointers that have arrived and wait for a slot."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from .pointer import Pointer


@dataclass(frozen=True, slots=True)
class Delivery:
    """A pointer that RabbitMQ has delivered; ``settle(True)`` acknowledges it, ``settle(False)`` puts it back."""

    pointer: Pointer
    settle: Callable[[bool], object]
    arrived_at: float = field(default_factory=time.monotonic)


class Deliveries:
    """The pointers that wait. Thread-safe.

    One that waits for a second goes back to the queue: another worker may be free. So does one that this worker may not
    follow, but after a pause, since it would be delivered again immediately.
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
        """A pointer has arrived."""
        with self._changed:
            self._waiting.append(delivery)
            self._changed.notify_all()

    def take(self, limit: int) -> list[Delivery]:
        """Up to this many pointers, longest waiting first."""
        with self._changed:
            return [self._waiting.popleft() for _ in range(min(limit, len(self._waiting)))]

    def hold(self, delivery: Delivery) -> None:
        """Keeps a pointer that is not to be followed until it goes back."""
        with self._changed:
            self._held.append(delivery)

    def put_back_late(self) -> None:
        """Puts those back that have waited too long."""
        oldest = time.monotonic() - self.PATIENCE
        late = []
        with self._changed:
            for pointers in (self._waiting, self._held):
                while pointers and pointers[0].arrived_at <= oldest:
                    late.append(pointers.popleft())
        for delivery in late:
            delivery.settle(False)

    def put_back_all(self) -> None:
        """Puts all of them back."""
        with self._changed:
            everything = [*self._waiting, *self._held]
            self.forget()
        for delivery in everything:
            delivery.settle(False)

    def forget(self) -> None:
        """The connection is lost, and RabbitMQ has put them back itself."""
        with self._changed:
            self._waiting.clear()
            self._held.clear()

    def __len__(self) -> int:
        with self._changed:
            return len(self._waiting)

    def next_late(self) -> float | None:
        """When the next one has waited too long, by the monotonic clock; none if none waits."""
        with self._changed:
            arrivals = [pointers[0].arrived_at for pointers in (self._waiting, self._held) if pointers]
            return min(arrivals) + self.PATIENCE if arrivals else None
