/** Pointers that have been delivered and wait for a slot. */

import type { Pointer } from "./pointer.js";
import type { Wake } from "./pacing.js";

/** A delivered pointer. `settle(true)` acknowledges it, `settle(false)` returns it to the queue. */
export interface Delivery {
  readonly pointer: Pointer;
  readonly settle: (acknowledge: boolean) => void;
  readonly arrivedAt: number;
}

/**
 * The waiting pointers. One that has waited for a second goes back to the queue, because another worker may be free. So does
 * one that this worker cannot use, but after a pause, because RabbitMQ would deliver it again immediately.
 */
export class Deliveries {
  static readonly PATIENCE_MILLIS = 1_000;

  readonly #changed: Wake;
  #waiting: Delivery[] = [];
  #held: Delivery[] = [];

  /** @param changed is set when a pointer arrives */
  constructor(changed: Wake) {
    this.#changed = changed;
  }

  get size(): number {
    return this.#waiting.length;
  }

  /** Adds a pointer that has arrived. */
  arrived(delivery: Delivery): void {
    this.#waiting.push(delivery);
    this.#changed.set();
  }

  /** Takes up to this many pointers, the longest-waiting first. */
  take(limit: number): Delivery[] {
    return this.#waiting.splice(0, limit);
  }

  /** Holds a pointer that this worker cannot use until it goes back to the queue. */
  hold(delivery: Delivery): void {
    this.#held.push(delivery);
  }

  /** Returns the pointers that have waited too long to the queue. */
  putBackLate(): void {
    const oldest = performance.now() - Deliveries.PATIENCE_MILLIS;
    const late = [...this.#waiting, ...this.#held].filter((delivery) => delivery.arrivedAt <= oldest);
    this.#waiting = this.#waiting.filter((delivery) => delivery.arrivedAt > oldest);
    this.#held = this.#held.filter((delivery) => delivery.arrivedAt > oldest);
    late.forEach((delivery) => delivery.settle(false));
  }

  /** Returns all pointers to the queue. */
  putBackAll(): void {
    const all = [...this.#waiting, ...this.#held];
    this.forget();
    all.forEach((delivery) => delivery.settle(false));
  }

  /** Forgets all pointers: the connection is lost, and RabbitMQ has returned them to the queue itself. */
  forget(): void {
    this.#waiting = [];
    this.#held = [];
  }

  /** The monotonic time when the next pointer will have waited too long; infinity if none is waiting. */
  nextLate(): number {
    const arrivals = [this.#waiting[0], this.#held[0]].map((delivery) => delivery?.arrivedAt ?? Number.POSITIVE_INFINITY);
    return Math.min(...arrivals) + Deliveries.PATIENCE_MILLIS;
  }
}
