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

    One that waits for a second goes back to the queue: another worker may be free.
    """

    PATIENCE = 1.0

    def __init__(self, changed: threading.Condition) -> None:
        """
        :param changed: notified when a pointer arrives
        """
        self._changed = changed
        self._waiting: deque[Delivery] = deque()

    def arrived(self, delivery: Delivery) -> None:
        """A pointer has arrived."""
        with self._changed:
            self._waiting.append(delivery)
            self._changed.notify_all()

    def take(self, limit: int) -> list[Delivery]:
        """Up to so many pointers, those that wait longest first."""
        with self._changed:
            return [self._waiting.popleft() for _ in range(min(limit, len(self._waiting)))]

    def put_back_late(self) -> None:
        """Puts those back that have waited too long."""
        oldest = time.monotonic() - self.PATIENCE
        late = []
        with self._changed:
            while self._waiting and self._waiting[0].arrived_at <= oldest:
                late.append(self._waiting.popleft())
        for delivery in late:
            delivery.settle(False)

    def put_back_all(self) -> None:
        """Puts all of them back."""
        for delivery in self.take(1 << 30):
            delivery.settle(False)

    def forget(self) -> None:
        """The connection is lost, and RabbitMQ has put them back itself."""
        with self._changed:
            self._waiting.clear()

    def __len__(self) -> int:
        with self._changed:
            return len(self._waiting)

    def oldest(self) -> float | None:
        """When the one arrived that waits longest."""
        with self._changed:
            return self._waiting[0].arrived_at if self._waiting else None
