/** Pauses: growing ones between retries, and those that a signal ends. */

/** Delays that double from 0.2 to 10 seconds, with jitter. */
export class Backoff {
  static readonly #FIRST_MILLIS = 200;
  static readonly #LONGEST_MILLIS = 10_000;

  #next = Backoff.#FIRST_MILLIS;

  /** Returns the milliseconds to wait after another failure. */
  failed(): number {
    const wait = this.#next;
    this.#next = Math.min(Backoff.#LONGEST_MILLIS, this.#next * 2);
    return wait * (0.5 + Math.random() / 2);
  }

  /** Starts again with the shortest delay, after a success. */
  reset(): void {
    this.#next = Backoff.#FIRST_MILLIS;
  }
}

/** Waits, unless the signal is or becomes aborted. Returns whether it is. */
export async function pause(millis: number, signal: AbortSignal): Promise<boolean> {
  if (!signal.aborted) {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, millis);
      signal.addEventListener("abort", done, { once: true });
    });
  }
  return signal.aborted;
}

/** A flag that somebody sets and somebody else waits for, again and again. */
export class Wake {
  #isSet = false;
  #resolve: (() => void) | undefined;

  /** Ends the current wait, or the next one. */
  set(): void {
    this.#isSet = true;
    this.#resolve?.();
  }

  /** Waits until it is set, for at most this long, and clears it. */
  async wait(millis: number = Number.POSITIVE_INFINITY): Promise<void> {
    if (!this.#isSet && millis > 0) {
      await new Promise<void>((resolve) => {
        const timer = Number.isFinite(millis) ? setTimeout(resolve, millis) : undefined;
        this.#resolve = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#resolve = undefined;
    }
    this.#isSet = false;
  }
}
