/** Progress, log lines and emitted values on their way to PostgreSQL. */

import type { Contract, Lease, Statements } from "./contract.js";
import { CallRefused, DatabaseUnavailable } from "./errors.js";
import { Wake } from "./pacing.js";

/** The limit for the unsent lines of one attempt; the newest are kept. */
const MAX_LINES = 5_000;
/** The limit for its unsent values; the handler waits, because all of them are kept. */
const MAX_VALUES = 500;

/** The level of a line of a job's log. */
export type LogLevel = "debug" | "info" | "warn" | "error";

interface Line {
  readonly kind: "line";
  readonly level: LogLevel;
  readonly message: string;
  readonly dataJson: string | undefined;
}

interface Emitted {
  readonly kind: "emitted";
  /** Counts the values of the attempt, so that it is safe to send one twice. */
  readonly number: number;
  readonly valueJson: string;
  readonly version: number;
}

/** The reports of one attempt that have not been sent to PostgreSQL yet. */
export class Reports {
  readonly #lease: Lease;
  readonly #wake: () => void;
  readonly #taken = new Wake();
  #entries: (Line | Emitted)[] = [];
  #missing = 0;
  #values = 0;
  #unsentValues = 0;
  #progress: { percent: number; message: string | undefined } | undefined;
  #emitRefusal: CallRefused | undefined;
  #sending: Promise<boolean | undefined> = Promise.resolve(undefined);

  /** @param wake is called when there is something to send */
  constructor(lease: Lease, wake: () => void) {
    this.#lease = lease;
    this.#wake = wake;
  }

  /** Stores the latest progress, which replaces any that has not been sent. */
  progress(percent: number, message: string | undefined): void {
    this.#progress = { percent, message };
    this.#wake();
  }

  /** Notes a line. */
  log(level: LogLevel, message: string, dataJson: string | undefined): void {
    if (this.#entries.length - this.#unsentValues >= MAX_LINES) {
      this.#entries.splice(
        this.#entries.findIndex((old) => old.kind === "line"),
        1,
      );
      this.#missing++;
    }
    this.#entries.push({ kind: "line", level, message, dataJson });
    this.#wake();
  }

  /**
   * Notes a value, which is never dropped: waits if too many have not been sent.
   *
   * @param isOver whether the attempt should stop; then the value is dropped in place of waiting
   * @throws CallRefused PostgreSQL has refused an earlier value
   */
  async emit(valueJson: string, version: number, isOver: () => boolean): Promise<void> {
    while (this.#unsentValues >= MAX_VALUES && this.#emitRefusal === undefined) {
      if (isOver()) {
        return;
      }
      await this.#taken.wait(100);
    }
    if (this.#emitRefusal !== undefined) {
      throw this.#emitRefusal;
    }
    this.#values++;
    this.#unsentValues++;
    this.#entries.push({ kind: "emitted", number: this.#values, valueJson, version });
    this.#wake();
  }

  /** Why PostgreSQL has refused a value; undefined if it has not. No value is sent after that. */
  get emitRefusal(): CallRefused | undefined {
    return this.#emitRefusal;
  }

  /** Whether there is something to send. */
  get hasSome(): boolean {
    return this.#entries.length > 0 || this.#missing > 0 || this.#progress !== undefined;
  }

  /**
   * Sends everything in order, and keeps what could not be sent. Returns false if the lease is lost, and undefined if there was
   * nothing to send, so that no server was asked.
   */
  send(contract: Contract, on: Statements): Promise<boolean | undefined> {
    const sent = this.#sending.catch(() => undefined).then(() => this.#sendAll(contract, on));
    this.#sending = sent;
    return sent;
  }

  async #sendAll(contract: Contract, on: Statements): Promise<boolean | undefined> {
    let isHeld: true | undefined;
    for (let entry = this.#next(); entry !== undefined; entry = this.#next()) {
      let answer: boolean | undefined;
      try {
        answer = await this.#sendEntry(contract, on, entry);
      } catch (error) {
        if (error instanceof DatabaseUnavailable) {
          this.#entries.unshift(entry);
        }
        throw error;
      }
      if (entry.kind === "emitted") {
        this.#unsentValues--;
        this.#taken.set();
      }
      if (answer === false) {
        return false;
      }
      isHeld ??= answer;
    }
    return (await this.#sendProgress(contract, on)) ?? isHeld;
  }

  #next(): Line | Emitted | undefined {
    if (this.#missing > 0) {
      const message = `${this.#missing} lines are missing here, because they could not be recorded in time.`;
      this.#missing = 0;
      return { kind: "line", level: "warn", message, dataJson: undefined };
    }
    return this.#entries.shift();
  }

  async #sendEntry(contract: Contract, on: Statements, entry: Line | Emitted): Promise<boolean | undefined> {
    if (entry.kind === "line") {
      return this.#sendLine(contract, on, entry);
    }
    if (this.#emitRefusal !== undefined) {
      // Without the earlier one, those who follow the job must not see this one
      return undefined;
    }
    try {
      return await contract.emit(on, this.#lease, entry.number, entry.valueJson, entry.version);
    } catch (error) {
      if (error instanceof CallRefused) {
        this.#emitRefusal = error;
        return true;
      }
      throw error;
    }
  }

  async #sendLine(contract: Contract, on: Statements, line: Line): Promise<boolean> {
    try {
      return await contract.log(on, this.#lease, line.level, line.message, line.dataJson);
    } catch (error) {
      if (error instanceof CallRefused && line.dataJson !== undefined) {
        // Its data is probably too large; keep the line itself
        return contract.log(on, this.#lease, line.level, `${line.message} (data left out: ${error.message})`, undefined);
      }
      throw error;
    }
  }

  async #sendProgress(contract: Contract, on: Statements): Promise<boolean | undefined> {
    const progress = this.#progress;
    this.#progress = undefined;
    if (progress === undefined) {
      return undefined;
    }
    try {
      return await contract.progress(on, this.#lease, progress.percent, progress.message);
    } catch (error) {
      if (error instanceof DatabaseUnavailable) {
        this.#progress ??= progress;
      }
      throw error;
    }
  }
}
