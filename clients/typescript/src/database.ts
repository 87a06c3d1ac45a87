/** Connections to PostgreSQL that reconnect after they break. */

import pg from "pg";

import { CallRefused, DatabaseUnavailable } from "./errors.js";

/**
 * Server errors that are not about the call itself: lost connections, a standby or a server that shuts down, missing
 * resources, locks, internal errors. Trying again helps with no other error.
 */
const TRANSIENT_CLASSES = ["08", "25006", "40", "53", "55", "57", "58", "XX"];

/** What an application may say about its database; a string is a URL. */
export type DatabaseOptions = string | pg.ClientConfig;

/** Runs statements in somebody's transaction: a client of `pg`, one of a pool, or anything with the same method. */
export interface Queryable {
  query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
}

/** The rows of a statement. */
export type Rows = Record<string, unknown>[];

/** The settings of a connection, with defaults that detect one that has died silently. */
export function clientConfig(database: DatabaseOptions, applicationName: string): pg.ClientConfig {
  const given = typeof database === "string" ? { connectionString: database } : database;
  return {
    application_name: applicationName,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5_000,
    connectionTimeoutMillis: 10_000,
    query_timeout: 30_000,
    ...given,
  };
}

/** The error code that PostgreSQL has sent; undefined if the error has none. */
export function sqlstate(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return error instanceof pg.DatabaseError && typeof code === "string" ? code : undefined;
}

/** What an error means for the call that got it. */
export function failureOf(error: unknown): DatabaseUnavailable | CallRefused {
  if (error instanceof DatabaseUnavailable || error instanceof CallRefused) {
    return error;
  }
  const state = sqlstate(error);
  const message = error instanceof Error ? error.message : String(error);
  if (state !== undefined && !TRANSIENT_CLASSES.some((start) => state.startsWith(start))) {
    return new CallRefused(state, message, { cause: error });
  }
  if (error instanceof TypeError || error instanceof RangeError) {
    // The client library rejects the parameters
    return new CallRefused("22000", message, { cause: error });
  }
  return new DatabaseUnavailable(message, { cause: error });
}

/**
 * One connection, opened when it is needed and opened again after it breaks. Each statement has its own transaction, so
 * that no rows stay locked between statements. Calls wait for each other.
 */
export class Session {
  readonly #config: pg.ClientConfig;
  #client: pg.Client | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(config: pg.ClientConfig) {
    this.#config = config;
  }

  /**
   * Runs one statement.
   *
   * @throws DatabaseUnavailable the statement may or may not have taken effect
   * @throws CallRefused the statement has had no effect
   */
  rows(sql: string, values: readonly unknown[] = []): Promise<Rows> {
    const run = this.#last.then(() => this.#run(sql, values));
    this.#last = run.catch(() => undefined);
    return run;
  }

  async #run(sql: string, values: readonly unknown[]): Promise<Rows> {
    try {
      const client = await this.#connected();
      return (await client.query<Record<string, unknown>>(sql, [...values])).rows;
    } catch (error) {
      const failure = failureOf(error);
      if (failure instanceof DatabaseUnavailable) {
        this.close();
      }
      throw failure;
    }
  }

  async #connected(): Promise<pg.Client> {
    if (this.#client === undefined) {
      const client = new pg.Client(this.#config);
      // Without a listener, the loss of an idle connection would end the process
      client.on("error", () => {
        if (this.#client === client) {
          this.#client = undefined;
        }
      });
      this.#client = client;
      await client.connect();
    }
    return this.#client;
  }

  /** Whether the connection keeps the process alive, as it does from the start. */
  keepProcess(keep: boolean): void {
    // The types of pg do not know the two methods that its pools call
    const client = this.#client as (pg.Client & { ref(): void; unref(): void }) | undefined;
    if (keep) {
      client?.ref();
    } else {
      client?.unref();
    }
  }

  /** Closes the connection; the next statement opens another one. */
  close(): void {
    const client = this.#client;
    this.#client = undefined;
    // A server that is frozen does not answer; nobody waits for it
    client?.end().catch(() => undefined);
  }
}

/**
 * Sessions that many calls share. There are as many as calls at the same time, up to a maximum. Those that no call uses do not
 * keep the process alive.
 */
export class Sessions {
  readonly #config: pg.ClientConfig;
  readonly #max: number;
  readonly #idle: Session[] = [];
  readonly #waiting: ((session: Session) => void)[] = [];
  #open = 0;

  constructor(config: pg.ClientConfig, max: number = 10) {
    this.#config = config;
    this.#max = max;
  }

  /** Runs one statement; otherwise like {@link Session.rows}. */
  async rows(sql: string, values: readonly unknown[] = []): Promise<Rows> {
    const session = await this.#take();
    try {
      return await session.rows(sql, values);
    } finally {
      this.#give(session);
    }
  }

  #take(): Promise<Session> | Session {
    const idle = this.#idle.pop();
    if (idle !== undefined) {
      idle.keepProcess(true);
      return idle;
    }
    if (this.#open < this.#max) {
      this.#open++;
      return new Session(this.#config);
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #give(session: Session): void {
    const next = this.#waiting.shift();
    if (next === undefined) {
      session.keepProcess(false);
      this.#idle.push(session);
    } else {
      next(session);
    }
  }

  /** Closes all idle connections. */
  close(): void {
    for (const session of this.#idle) {
      session.close();
    }
  }
}

/** A name quoted for SQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
