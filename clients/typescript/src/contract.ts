/** The SQL functions that workers call, one method each. docs/wire-contract.md describes them. */

import { type Rows, quoted } from "./database.js";
import { clean } from "./json.js";
import { interval } from "./submissions.js";

const WORKER_ID = /^[A-Za-z0-9][A-Za-z0-9._:@/-]{0,127}$/;

/** Something that runs statements, each in its own transaction. */
export interface Statements {
  rows(sql: string, values?: readonly unknown[]): Promise<Rows>;
}

/** Identifies one attempt at a job in every call about it. */
export interface Lease {
  readonly jobId: string;
  readonly number: number;
}

/** A job that was claimed. */
export interface Claimed {
  readonly lease: Lease;
  readonly type: string;
  readonly version: number;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly timeoutMillis: number;
  readonly payloadJson: string;
  readonly itemId: string | null;
  readonly submittedBy: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A job that the worker runs according to the table. */
export interface Listed {
  readonly lease: Lease;
  readonly cancelRequested: boolean;
}

/** The failure of an attempt. */
export interface Failure {
  readonly errorClass: string;
  readonly message: string;
  readonly stack?: string | undefined;
  readonly permanent?: boolean | undefined;
}

/** A lease as the key of a map. */
export function keyOf(lease: Lease): string {
  return `${lease.jobId} ${lease.number}`;
}

/** The functions of one schema, called for one worker. Every method may throw DatabaseUnavailable and CallRefused. */
export class Contract {
  readonly workerId: string;
  readonly #schema: string;

  constructor(schema: string, workerId: string) {
    if (!WORKER_ID.test(workerId)) {
      throw new RangeError(
        `The worker id '${workerId}' is not valid. It must have 1 to 128 characters of A-Z, a-z, 0-9, '.', '_', ':', '@', '/'` +
          " and '-', and begin with a letter or a digit.",
      );
    }
    this.#schema = quoted(schema);
    this.workerId = workerId;
  }

  /** Reports that the worker is alive, and registers it the first time. Returns the jobs that it runs. */
  async heartbeat(on: Statements, host: string, processId: number, concurrency: number): Promise<Listed[]> {
    const rows = await on.rows(
      `SELECT job_id, lease::integer AS lease, cancel_requested FROM ${this.#schema}.heartbeat($1, $2, $3::bigint, $4::integer)`,
      [this.workerId, host, processId, concurrency],
    );
    return rows.map((row) => ({
      lease: { jobId: row["job_id"] as string, number: row["lease"] as number },
      cancelRequested: row["cancel_requested"] as boolean,
    }));
  }

  /** Claims due jobs of these types, up to the given version of each; only the given ids if there are any. */
  async claim(on: Statements, versions: ReadonlyMap<string, number>, maxJobs: number, jobIds?: readonly string[]): Promise<Claimed[]> {
    const rows = await on.rows(
      "SELECT job_id, type, version, lease::integer AS lease, attempt, max_attempts, timeout_millis::float8 AS timeout_millis," +
        ` payload::text AS payload, item_id, submitted_by, headers FROM ${this.#schema}.claim($1, $2::text[], $3::integer[], $4, $5::uuid[])`,
      [this.workerId, [...versions.keys()], [...versions.values()], maxJobs, jobIds ?? null],
    );
    return rows.map((row) => ({
      lease: { jobId: row["job_id"] as string, number: row["lease"] as number },
      type: row["type"] as string,
      version: row["version"] as number,
      attempt: row["attempt"] as number,
      maxAttempts: row["max_attempts"] as number,
      timeoutMillis: row["timeout_millis"] as number,
      payloadJson: row["payload"] as string,
      itemId: row["item_id"] as string | null,
      submittedBy: row["submitted_by"] as string,
      headers: (row["headers"] as Record<string, string> | null) ?? {},
    }));
  }

  /** Reports progress. Returns false if the lease is lost. */
  progress(on: Statements, lease: Lease, percent: number, message: string | undefined): Promise<boolean> {
    return this.#isTrue(on, lease, "progress($1, $2, $3, $4::integer, $5)", percent, optional(message));
  }

  /** Adds a line to the job's log. Returns false if the lease is lost. */
  log(on: Statements, lease: Lease, level: string, message: string, dataJson: string | undefined): Promise<boolean> {
    return this.#isTrue(on, lease, "log($1, $2, $3, $4, $5, $6::json)", level, clean(message), dataJson ?? null);
  }

  /** Emits a value. One whose number was recorded before is left out. Returns false if the lease is lost. */
  emit(on: Statements, lease: Lease, number: number, valueJson: string, version: number): Promise<boolean> {
    return this.#isTrue(on, lease, "emit($1, $2, $3, $4::integer, $5::json, $6::integer)", number, valueJson, version);
  }

  /** Completes the job. Returns false if the lease is lost. */
  complete(on: Statements, lease: Lease, resultJson: string | undefined, version: number): Promise<boolean> {
    return this.#isTrue(on, lease, "complete($1, $2, $3, $4::json, $5::integer)", resultJson ?? null, version);
  }

  /** Fails the attempt. Returns the new status of the job, or undefined if the lease is lost. */
  async fail(on: Statements, lease: Lease, failure: Failure, retryAfterMillis?: number): Promise<string | undefined> {
    const status = await this.#value(
      on,
      lease,
      `fail($1, $2, $3, $4, $5, $6, $7, ${interval("$8")})`,
      clean(failure.errorClass),
      clean(failure.message),
      optional(failure.stack),
      failure.permanent ?? false,
      retryAfterMillis ?? null,
    );
    return (status as string | null) ?? undefined;
  }

  /** Snoozes the job. Returns false if the lease is lost. */
  snooze(on: Statements, lease: Lease, delayMillis: number): Promise<boolean> {
    return this.#isTrue(on, lease, `snooze($1, $2, $3, ${interval("$4")})`, delayMillis);
  }

  /** Releases the job immediately. Returns false if the lease is lost. */
  release(on: Statements, lease: Lease): Promise<boolean> {
    return this.#isTrue(on, lease, "release($1, $2, $3)");
  }

  /** Ends a job whose cancellation was requested. Returns false if it was not, or if the lease is lost. */
  cancelled(on: Statements, lease: Lease): Promise<boolean> {
    return this.#isTrue(on, lease, "cancelled($1, $2, $3)");
  }

  /** Releases all jobs and removes the worker. Returns the number of jobs. */
  async deregister(on: Statements): Promise<number> {
    const rows = await on.rows(`SELECT ${this.#schema}.deregister($1) AS value`, [this.workerId]);
    return rows[0]!["value"] as number;
  }

  async #isTrue(on: Statements, lease: Lease, call: string, ...values: unknown[]): Promise<boolean> {
    return (await this.#value(on, lease, call, ...values)) === true;
  }

  async #value(on: Statements, lease: Lease, call: string, ...values: unknown[]): Promise<unknown> {
    const rows = await on.rows(`SELECT ${this.#schema}.${call} AS value`, [this.workerId, lease.jobId, lease.number, ...values]);
    return rows[0]!["value"];
  }
}

function optional(text: string | undefined): string | null {
  return text === undefined ? null : clean(text);
}
