/** Connections to PostgreSQL that reconnect after they break. */

import pg from "pg";

import { CallRefused, DatabaseUnavailable } from "./errors.js";
import { messageOf } from "./logging.js";

/**
 * Server errors that are not about the call itself: lost connections, a standby or a server that shuts down, missing
 * resources, locks, internal errors. Trying again helps with no other error.
 */
const TRANSIENT_CLASSES = ["08", "25006", "40", "53", "55", "57", "58", "XX"];

/** The share of the client's patience that the server leaves for the answer. */
const SHARE_FOR_THE_ANSWER = 10;

/**
 * Limits the statements of a connection, unless a shorter limit is set. It does nothing behind a pooler such as PgBouncer,
 * where others would get the same connection to the server next; a pooler reports an invented process id to its clients.
 */
const LIMIT_STATEMENTS = `
  SELECT set_config('statement_timeout', $1::text, false)
  WHERE pg_backend_pid() = $2::int
    AND current_setting('statement_timeout')::interval NOT BETWEEN interval '1 millisecond'
      AND $1::text::bigint * interval '1 millisecond'`;

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

/**
 * Connects a client. Has the server cancel its statements before the client stops waiting for an answer. Otherwise a statement
 * would continue after its client has given up, and keep its locks, and each new try would add another one.
 *
 * @throws DatabaseUnavailable whatever the server says: a refused login is about no statement, and may be allowed later
 */
export async function connect(client: pg.Client): Promise<void> {
  try {
    await connectWithLimit(client);
  } catch (error) {
    throw new DatabaseUnavailable(messageOf(error), { cause: error });
  }
}

async function connectWithLimit(client: pg.Client): Promise<void> {
  await client.connect();
  // The types of pg do not know the two fields
  const { processID, connectionParameters } = client as pg.Client & {
    readonly processID: number | null;
    readonly connectionParameters: { readonly query_timeout?: unknown };
  };
  const patienceMillis = Math.floor(Number(connectionParameters.query_timeout));
  if (patienceMillis > 0) {
    const limit = patienceMillis - Math.floor(patienceMillis / SHARE_FOR_THE_ANSWER);
    await client.query(LIMIT_STATEMENTS, [String(limit), processID]);
  }
}

/** The error code that PostgreSQL has sent; undefined if the error has none. */
export function sqlstate(error: unknown): string | undefined {
  // By its shape: a caller's client may come from another copy of pg, whose classes are others. Errors of Node.js, such as
  // EPIPE, have no severity
  const { code, severity } = (error ?? {}) as { code?: unknown; severity?: unknown };
  return typeof severity === "string" && typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** What an error means for the call that got it. */
export function failureOf(error: unknown): DatabaseUnavailable | CallRefused {
  if (error instanceof DatabaseUnavailable || error instanceof CallRefused) {
    return error;
  }
  const state = sqlstate(error);
  const message = messageOf(error);
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
      await connect(client);
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
