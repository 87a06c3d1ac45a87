/** Submits, reads, awaits and cancels jobs: the class that applications use for that. */

import pg from "pg";

import { type DatabaseOptions, type Queryable, type Rows, Sessions, clientConfig, connect, failureOf, sqlstate } from "./database.js";
import { BacklogFull, DatabaseUnavailable, JobNotCompleted, SubmitRefused } from "./errors.js";
import { toJson, utf8Length } from "./json.js";
import { payloadJson, written } from "./payloads.js";
import { isUuid } from "./pointer.js";
import { SchemaViolation, Schemas } from "./schemas.js";
import { type Job, type Statement, Submissions, type SubmitOptions, type Submitted, jobOf } from "./submissions.js";
import { Waiting } from "./waiting.js";

const BACKLOG_FULL = "53400";

/** A call takes up to 1,000 payloads, and up to 16 MiB of them. */
const MAX_PAYLOADS = 1_000;
const MAX_BYTES = 16 * 1024 * 1024;

/** The settings of a submitter. */
export interface JobsOptions {
  /** A URL or the settings of `pg`; used by calls without a transaction, and to await jobs. */
  readonly database: DatabaseOptions;
  /** Who submits jobs, where a call does not say so: a user's id, or the name of a program. */
  readonly submittedBy?: string | undefined;
  /** The schema of Tenon's tables; `tenon` by default. */
  readonly schema?: string | undefined;
  /** Files, folders or jars with the JSON Schemas of the types; without them, payloads are not checked. */
  readonly schemas?: string | readonly string[] | undefined;
}

/** What may be said about a signal. */
export interface SignalOptions {
  /** The sender, for people who look at the job. */
  readonly sentBy: string;
  /** The id of the event, so that the same one is not stored twice. */
  readonly id?: string | undefined;
  /** The key of the wait that it ends. */
  readonly key?: string | undefined;
  /** The version of the signal's shape; 1 by default. */
  readonly version?: number | undefined;
}

/**
 * Submits jobs of the types that its role was granted, and reads, awaits and cancels them.
 *
 * With `transaction`, a client of `pg` that has begun one, a call is a part of that: what it does is committed or rolled back
 * with it. The client is connected to the database of Tenon's tables, as a role that was granted the types, or that owns the
 * schema. Without it, each call has its own transaction.
 */
export class Jobs {
  readonly #config: pg.ClientConfig;
  readonly #schema: string;
  readonly #submittedBy: string | undefined;
  readonly #submissions: Submissions;
  readonly #sessions: Sessions;
  readonly #sources: string | readonly string[] | undefined;
  #schemas: Promise<Schemas> | undefined;

  constructor(options: JobsOptions) {
    this.#config = clientConfig(options.database, "tenon submitter");
    this.#schema = options.schema ?? "tenon";
    this.#submittedBy = options.submittedBy;
    this.#submissions = new Submissions(this.#schema);
    this.#sessions = new Sessions(this.#config);
    this.#sources = options.schemas;
  }

  /**
   * Submits a job.
   *
   * @param payload JSON values, of the shape that the type declares
   * @throws SubmitRefused the job was not submitted, and would be refused again
   * @throws BacklogFull too many jobs of the type wait; the same call may succeed later
   * @throws DatabaseUnavailable it is unknown whether the job was submitted
   */
  async submit(type: string, payload: unknown, options: SubmitOptions = {}, transaction?: Queryable): Promise<Submitted> {
    const [submitted] = await this.submitAll(type, [payload], options, transaction);
    return submitted!;
  }

  /** Submits many jobs of one type, all or none; otherwise like {@link submit}. */
  async submitAll(
    type: string,
    payloads: readonly unknown[],
    options: SubmitOptions = {},
    transaction?: Queryable,
  ): Promise<Submitted[]> {
    const submittedBy = options.submittedBy ?? this.#submittedBy;
    if (submittedBy === undefined) {
      throw new SubmitRefused(
        `Nobody is named who submits jobs of type '${type}'. Pass submittedBy with the options, or to new Jobs(…).`,
      );
    }
    const headers = options.headers === undefined ? undefined : toJson(options.headers);
    const schemas = options.validate === false ? undefined : await this.#loaded();
    const texts = payloads.map((payload) => payloadJson(type, payload, schemas));
    const statements = chunks(texts).map((chunk) => this.#submissions.submitAll(type, chunk, submittedBy, headers, options));
    const rows =
      transaction === undefined && statements.length > 1
        ? await this.#inOwnTransaction(statements)
        : await this.#all(statements, (statement) => this.#run(statement, transaction));
    return rows.map((row) => ({ jobId: row["job_id"] as string, isNew: row["is_new"] as boolean }));
  }

  #loaded(): Promise<Schemas> | undefined {
    if (this.#sources !== undefined) {
      this.#schemas ??= Schemas.load(this.#sources).catch((error: unknown) => {
        // The next call tries again: the files may come later
        this.#schemas = undefined;
        throw error;
      });
    }
    return this.#schemas;
  }

  /**
   * A job; undefined if there is none of a type that the role was granted.
   *
   * @throws DatabaseUnavailable PostgreSQL could not be reached
   */
  async find(jobId: string, options: { readonly withPayload?: boolean } = {}, transaction?: Queryable): Promise<Job | undefined> {
    return (await this.findAll([jobId], options, transaction))[0];
  }

  /** Those of up to 1,000 jobs that there are; otherwise like {@link find}. */
  async findAll(
    jobIds: readonly string[],
    options: { readonly withPayload?: boolean } = {},
    transaction?: Queryable,
  ): Promise<Job[]> {
    const rows = await this.#run(this.#submissions.readJobs(jobIds.map(idOf), options.withPayload ?? false), transaction);
    return rows.map(jobOf);
  }

  /**
   * The job, once it has ended, whatever process runs it. Opens a connection for the time of the wait, and is notified of the
   * end over it. The job must be committed.
   *
   * @throws WaitTimeout the job has not ended in time; it continues
   * @throws SubmitRefused there is no such job of a type that the role was granted
   */
  async wait(jobId: string, timeoutMillis: number): Promise<Job> {
    return (await this.waitAll([jobId], timeoutMillis))[0]!;
  }

  /** Up to 1,000 jobs, once all of them have ended; otherwise like {@link wait}. */
  async waitAll(jobIds: readonly string[], timeoutMillis: number): Promise<Job[]> {
    return new Waiting(this.#config, this.#schema, this.#submissions).wait(jobIds.map(idOf), timeoutMillis);
  }

  /**
   * The result of a job, once it has completed; otherwise like {@link wait}.
   *
   * @throws JobNotCompleted the job has failed or was cancelled
   */
  async result(jobId: string, timeoutMillis: number): Promise<unknown> {
    const job = await this.wait(jobId, timeoutMillis);
    if (job.status !== "completed") {
      throw new JobNotCompleted(job);
    }
    return job.result;
  }

  /**
   * Cancels a job: one that waits ends, and one that runs is asked to stop. Returns its status after that: `cancelled`,
   * `running`, or that of a job that had ended before.
   *
   * @param cancelledBy a user's id, or the name of a program; kept in the audit
   * @throws SubmitRefused there is no such job of a type that the role was granted
   * @throws DatabaseUnavailable it is unknown whether the job was cancelled
   */
  async cancel(jobId: string, cancelledBy: string, reason?: string, transaction?: Queryable): Promise<Job["status"]> {
    const rows = await this.#run(this.#submissions.cancelJob(idOf(jobId), cancelledBy, reason), transaction);
    return rows[0]!["status"] as Job["status"];
  }

  /**
   * Sends a signal to a job. Returns false if an earlier one to the job has the same id.
   *
   * @throws SubmitRefused it was not sent, and would be refused again
   */
  async sendSignal(jobId: string, name: string, payload: unknown, options: SignalOptions, transaction?: Queryable): Promise<boolean> {
    const version = options.version ?? 1;
    const json = written(payload, `The signal '${name}'`);
    const schemas = await this.#loaded();
    if (schemas?.knowsSignal(name, version) === true) {
      try {
        schemas.checkSignal(name, JSON.parse(json));
      } catch (error) {
        if (error instanceof SchemaViolation) {
          throw new SubmitRefused(`The signal '${name}' cannot be sent: ${error.message}`, undefined, { cause: error });
        }
        throw error;
      }
    }
    const { sentBy, id, key } = options;
    const rows = await this.#run(
      this.#submissions.sendSignal({ jobId: idOf(jobId), name, json, sentBy, id, key: key ?? "", version }),
      transaction,
    );
    return rows[0]!["sent"] as boolean;
  }

  async #run(statement: Statement, transaction: Queryable | undefined): Promise<Rows> {
    try {
      return transaction === undefined
        ? await this.#sessions.rows(statement.sql, statement.values)
        : (await transaction.query(statement.sql, statement.values)).rows;
    } catch (error) {
      throw refusal(error);
    }
  }

  async #all(statements: readonly Statement[], run: (statement: Statement) => Promise<Rows>): Promise<Rows> {
    const rows: Rows = [];
    for (const statement of statements) {
      rows.push(...(await run(statement)));
    }
    return rows;
  }

  async #inOwnTransaction(statements: readonly Statement[]): Promise<Rows> {
    const client = new pg.Client(this.#config);
    client.on("error", () => undefined);
    try {
      await connect(client);
      await client.query("BEGIN");
      const rows = await this.#all(statements, async (statement) => (await client.query(statement.sql, statement.values)).rows);
      await client.query("COMMIT");
      return rows;
    } catch (error) {
      throw refusal(error);
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /** Closes the connections, which do not keep the process alive. The object can still be used, and opens others. */
  close(): void {
    this.#sessions.close();
  }
}

function chunks(texts: readonly string[]): string[][] {
  const all: string[][] = [];
  let chunk: string[] = [];
  let bytes = 0;
  for (const text of texts) {
    const length = utf8Length(text);
    if (chunk.length > 0 && (chunk.length === MAX_PAYLOADS || bytes + length > MAX_BYTES)) {
      all.push(chunk);
      chunk = [];
      bytes = 0;
    }
    chunk.push(text);
    bytes += length;
  }
  if (chunk.length > 0) {
    all.push(chunk);
  }
  return all;
}

function idOf(jobId: string): string {
  if (!isUuid(jobId)) {
    throw new SubmitRefused(`'${String(jobId).slice(0, 100)}' is not the id of a job, which is a UUID.`);
  }
  return jobId.toLowerCase();
}

/** The error for a call that PostgreSQL has not carried out. */
function refusal(error: unknown): Error {
  const cause = error instanceof DatabaseUnavailable ? error.cause : error;
  const message = cause instanceof Error ? cause.message : String(cause);
  if (sqlstate(cause) === BACKLOG_FULL) {
    return new BacklogFull(message, { cause });
  }
  const failure = failureOf(error);
  return failure instanceof DatabaseUnavailable
    ? failure
    : new SubmitRefused(failure.cause instanceof Error ? failure.cause.message : failure.message, failure.sqlstate, {
        cause: error,
      });
}
