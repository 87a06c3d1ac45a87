/** What a handler knows about its attempt, and what it reports. */

import type { Attempt } from "./attempts.js";
import { CallRefused, PermanentError } from "./errors.js";
import { toCleanJson, toLogJson } from "./json.js";
import { textOf } from "./logging.js";
import { pause } from "./pacing.js";
import type { LogLevel } from "./reporting.js";
import { SchemaViolation } from "./schemas.js";

/** Writes lines that are kept with the job. Data that cannot be written as JSON is written as strings. */
export interface JobLog {
  debug(message: string, data?: Readonly<Record<string, unknown>>): void;
  info(message: string, data?: Readonly<Record<string, unknown>>): void;
  warn(message: string, data?: Readonly<Record<string, unknown>>): void;
  error(message: string, data?: Readonly<Record<string, unknown>>): void;
}

/** One attempt at a job, as its handler sees it. */
export class JobContext {
  readonly #attempt: Attempt;
  readonly #checkEmitted: (value: unknown) => void;
  readonly #version: number;
  /** The job's log. */
  readonly log: JobLog;

  /** @internal */
  constructor(attempt: Attempt, version: number, checkEmitted: (value: unknown) => void) {
    this.#attempt = attempt;
    this.#version = version;
    this.#checkEmitted = checkEmitted;
    const write = (level: LogLevel) => (message: string, data?: Readonly<Record<string, unknown>>) => {
      attempt.reports.log(level, textOf(message), data === undefined ? undefined : toLogJson(data));
    };
    this.log = { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
  }

  get jobId(): string {
    return this.#attempt.lease.jobId;
  }

  /** The name that the job was submitted under. */
  get type(): string {
    return this.#attempt.claimed.type;
  }

  /** The version of the payload. */
  get version(): number {
    return this.#attempt.claimed.version;
  }

  /** The number of this attempt, from 1. */
  get attempt(): number {
    return this.#attempt.claimed.attempt;
  }

  get maxAttempts(): number {
    return this.#attempt.claimed.maxAttempts;
  }

  get itemId(): string | null {
    return this.#attempt.claimed.itemId;
  }

  get submittedBy(): string {
    return this.#attempt.claimed.submittedBy;
  }

  get headers(): Readonly<Record<string, string>> {
    return this.#attempt.claimed.headers;
  }

  /** The time when the attempt has taken too long. */
  get deadline(): Date {
    return this.#attempt.deadline;
  }

  /**
   * Is aborted when the handler is to stop: the job was cancelled, the attempt has timed out, the lease is lost, or the worker
   * stops. Pass it to what the handler awaits, such as `fetch(url, { signal: context.signal })`. Its reason is a JobStopped.
   */
  get signal(): AbortSignal {
    return this.#attempt.signal;
  }

  /** @throws JobStopped if the handler is to stop; let it pass */
  throwIfStopped(): void {
    this.signal.throwIfAborted();
  }

  /**
   * Waits.
   *
   * @throws JobStopped once the handler is to stop; let it pass
   */
  async sleep(millis: number): Promise<void> {
    await pause(millis, this.signal);
    this.throwIfStopped();
  }

  /**
   * Reports how far the handler got. Cheap: the newest is sent, up to five times a second.
   *
   * @param percent from 0 to 100
   */
  progress(percent: number, message?: string): void {
    const rounded = Math.trunc(Math.min(100, Math.max(0, percent)));
    this.#attempt.reports.progress(Number.isNaN(rounded) ? 0 : rounded, message === undefined ? undefined : textOf(message));
  }

  /**
   * Emits a value, which whoever follows the job sees. Waits if values are emitted faster than PostgreSQL records them: await
   * it, also because Node.js ends the process at an error that nobody awaits.
   *
   * @throws TypeError if it cannot be written as JSON
   * @throws PermanentError if it violates the schema, or PostgreSQL has refused an earlier one, as it was too large or there
   *     were too many
   */
  async emit(value: unknown): Promise<void> {
    const json = toCleanJson(value);
    if (json === undefined) {
      throw new TypeError(`The emitted value is ${typeof value}, which cannot be written as JSON.`);
    }
    try {
      this.#checkEmitted(JSON.parse(json));
      await this.#attempt.reports.emit(json, this.#version, () => this.signal.aborted);
    } catch (error) {
      if (error instanceof SchemaViolation) {
        throw new PermanentError(error.message, { cause: error });
      }
      if (error instanceof CallRefused) {
        throw new PermanentError(`A value of job type '${this.type}' was not recorded: ${error.message}`, { cause: error });
      }
      throw error;
    }
  }
}
