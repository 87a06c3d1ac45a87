/** Where the client logs, and how often it repeats a line. */

/** Takes the lines of the client's own log. `console` is one. */
export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** A logger that drops everything. */
export const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** The value as a string. Handlers may throw and report anything, so this takes everything, and never throws. */
export function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return `A value of type ${typeof value}, which cannot be written as a string.`;
  }
}

/** The message of an error, or the string form of anything else that was thrown. */
export function messageOf(error: unknown): string {
  return textOf(error instanceof Error ? error.message : error);
}

/** The class of an error: its name, or for a class that has not set one, the name of the class. */
export function nameOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return typeof error;
  }
  const name = textOf(error.name);
  const declared = textOf(error.constructor.name);
  return name === "Error" && declared !== "" ? declared : name;
}

/** The error as a single line. */
export function oneLine(error: unknown): string {
  const text = messageOf(error).split(/\s+/).join(" ").trim();
  if (!(error instanceof Error)) {
    return text.slice(0, 500);
  }
  return text === "" ? nameOf(error) : `${nameOf(error)}: ${text.slice(0, 500)}`;
}

/** Admits one line per minute about each subject. */
export class RareLines {
  static readonly INTERVAL_MILLIS = 60_000;
  static readonly #MAX_SUBJECTS = 1000;

  readonly #clock: () => number;
  readonly #seen = new Map<string, { last: number; heldBack: number }>();

  /** @param clock monotonic, in milliseconds */
  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
  }

  /** Returns the number of events since the last line if another one is due, otherwise 0. */
  admit(subject: string): number {
    const now = this.#clock();
    const seen = this.#seen.get(subject);
    if (seen !== undefined && now - seen.last < RareLines.INTERVAL_MILLIS) {
      seen.heldBack++;
      return 0;
    }
    if (this.#seen.size >= RareLines.#MAX_SUBJECTS) {
      this.#seen.clear();
    }
    this.#seen.set(subject, { last: now, heldBack: 0 });
    return (seen?.heldBack ?? 0) + 1;
  }
}

/** Logs that a server is unavailable, once a minute, and when it is back. */
export class Outage {
  readonly #server: string;
  readonly #meanwhile: string;
  readonly #logger: Logger;
  readonly #clock: () => number;
  #lostAt: number | undefined;
  #lines: RareLines;

  constructor(server: string, meanwhile: string, logger: Logger, clock: () => number = () => performance.now()) {
    this.#server = server;
    this.#meanwhile = meanwhile;
    this.#logger = logger;
    this.#clock = clock;
    this.#lines = new RareLines(clock);
  }

  /** Notes that a call failed because the server cannot be reached. */
  failed(error: unknown): void {
    if (this.#lostAt === undefined) {
      this.#lostAt = this.#clock();
      this.#lines = new RareLines(this.#clock);
    }
    if (this.#lines.admit(this.#server) > 0) {
      this.#logger.warn(`${this.#server} cannot be reached: ${oneLine(error)}. ${this.#meanwhile}`);
    }
  }

  /** Notes that a call succeeded. */
  over(): void {
    if (this.#lostAt !== undefined) {
      const seconds = (this.#clock() - this.#lostAt) / 1000;
      this.#lostAt = undefined;
      this.#logger.info(`${this.#server} is reachable again after ${seconds.toFixed(1)} s.`);
    }
  }
}
