/** The SQL functions that submitters call. docs/wire-contract.md describes them. */

import { quoted } from "./database.js";

/** How urgent a job is. */
export type Priority = "low" | "normal" | "high" | "critical";

/** The status of a job. */
export type JobStatus = "pending" | "queued" | "running" | "completed" | "failed" | "cancelled";

/** What may be said about jobs when they are submitted; everything has a default. */
export interface SubmitOptions {
  /** Who submits the jobs: a user's id, or the name of a program. By default what the constructor was given. */
  readonly submittedBy?: string | undefined;
  /** The version of the type whose shape the payloads have; needed once the type has another than 1. */
  readonly version?: number | undefined;
  /** What the jobs belong to. */
  readonly itemId?: string | undefined;
  /** How urgent they are; by default as their type declares. */
  readonly priority?: Priority | undefined;
  /** The time until they are due, in milliseconds, by the clock of the database. */
  readonly delayMillis?: number | undefined;
  /** The time when they are due. */
  readonly runAt?: Date | undefined;
  /** The time that they must start within, from when they are due, in milliseconds, or they are cancelled. */
  readonly startWithinMillis?: number | undefined;
  /** The time that they must start before. */
  readonly startBefore?: Date | undefined;
  /** Travel with the jobs. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** A traceparent of the W3C, and after a space the tracestate if there is one. */
  readonly traceContext?: string | undefined;
  /** Whether payloads are checked, where the submitter has schemas: those are of the newest version. True by default. */
  readonly validate?: boolean | undefined;
  /**
   * Whether the commit notifies the processes that start jobs; true by default. Commits that notify go one after the other in
   * the whole server: switch it off for very many small transactions, and the jobs start up to two seconds later.
   */
  readonly notify?: boolean | undefined;
}

/** The job that stands for a payload. */
export interface Submitted {
  readonly jobId: string;
  /** False if another job with the same unique key was there before. */
  readonly isNew: boolean;
}

/** A job as it was when it was read. */
export interface Job {
  readonly jobId: string;
  readonly type: string;
  readonly version: number;
  readonly status: JobStatus;
  readonly priority: Priority;
  readonly itemId: string | null;
  readonly submittedBy: string;
  readonly submittedAt: Date;
  /** When it is, or was, due. */
  readonly runAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly attempts: number;
  readonly maxAttempts: number;
  /** In percent. */
  readonly progress: number;
  readonly progressMessage: string | null;
  readonly cancelRequested: boolean;
  /** JSON values; null unless the payload was asked for. */
  readonly payload: unknown;
  /** JSON values; null if there is none. */
  readonly result: unknown;
  readonly resultVersion: number | null;
  /** Why it failed, such as `exception` or `timed_out`; null if it did not. */
  readonly errorReason: string | null;
  readonly errorClass: string | null;
  readonly errorMessage: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** A statement with its parameters. */
export interface Statement {
  readonly sql: string;
  readonly values: unknown[];
}

/** Whether a job has completed, failed or been cancelled. */
export function hasEnded(job: Job): boolean {
  return job.status === "completed" || job.status === "failed" || job.status === "cancelled";
}

/** The statements that call the functions of one schema. */
export class Submissions {
  readonly #schema: string;

  constructor(schema: string) {
    this.#schema = quoted(schema);
  }

  /** Submits jobs; the rows have `job_id` and `is_new`, in the order of the payloads. */
  submitAll(type: string, payloads: readonly string[], submittedBy: string, headers: string | undefined, options: SubmitOptions): Statement {
    return {
      sql:
        `SELECT job_id, is_new FROM ${this.#schema}.submit_all($1, $2::json[], $3, $4::integer, $5, $6, ${interval("$7")},` +
        ` $8::timestamptz, ${interval("$9")}, $10::timestamptz, $11::jsonb, $12, $13) ORDER BY number`,
      values: [
        type,
        payloads,
        submittedBy,
        options.version ?? null,
        options.itemId ?? null,
        options.priority ?? null,
        options.delayMillis ?? null,
        options.runAt ?? null,
        options.startWithinMillis ?? null,
        options.startBefore ?? null,
        headers ?? null,
        options.traceContext ?? null,
        options.notify ?? true,
      ],
    };
  }

  /** Reads jobs; {@link jobOf} reads the rows. */
  readJobs(jobIds: readonly string[], withPayload: boolean): Statement {
    return { sql: `SELECT * FROM ${this.#schema}.read_jobs($1::uuid[], $2)`, values: [jobIds, withPayload] };
  }

  /** Has the ends of jobs announced for a while. */
  watchJobs(watcher: string, jobIds: readonly string[]): Statement {
    return { sql: `SELECT ${this.#schema}.watch_jobs($1::uuid, $2::uuid[])`, values: [watcher, jobIds] };
  }

  /** Cancels a job; the row has `status`, which it has after that. */
  cancelJob(jobId: string, cancelledBy: string, reason: string | undefined): Statement {
    return {
      sql: `SELECT ${this.#schema}.cancel_job($1::uuid, $2, $3) AS status`,
      values: [jobId, cancelledBy, reason ?? null],
    };
  }

  /** Sends a signal; the row has `sent`: false if there was one with its id before. */
  sendSignal(signal: SignalToSend): Statement {
    return {
      sql: `SELECT ${this.#schema}.send_signal($1::uuid, $2, $3::json, $4, $5, $6, $7::integer) AS sent`,
      values: [signal.jobId, signal.name, signal.json, signal.sentBy, signal.id ?? null, signal.key, signal.version],
    };
  }
}

/** A signal, with its payload as JSON. */
export interface SignalToSend {
  readonly jobId: string;
  readonly name: string;
  readonly json: string;
  readonly sentBy: string;
  readonly id: string | undefined;
  readonly key: string;
  readonly version: number;
}

/** SQL for a parameter in milliseconds as an interval. In one that is text, PostgreSQL 14 reads no more than 31 bits. */
export function interval(parameter: string): string {
  return `${parameter}::float8 * interval '1 millisecond'`;
}

/** The job in a row of `read_jobs`. */
export function jobOf(row: Record<string, unknown>): Job {
  return {
    jobId: row["job_id"] as string,
    type: row["type"] as string,
    version: row["version"] as number,
    status: row["status"] as JobStatus,
    priority: row["priority"] as Priority,
    itemId: row["item_id"] as string | null,
    submittedBy: row["submitted_by"] as string,
    submittedAt: row["submitted_at"] as Date,
    runAt: row["run_at"] as Date,
    startedAt: row["started_at"] as Date | null,
    finishedAt: row["finished_at"] as Date | null,
    attempts: row["attempts"] as number,
    maxAttempts: row["max_attempts"] as number,
    progress: row["progress"] as number,
    progressMessage: row["progress_message"] as string | null,
    cancelRequested: row["cancel_requested"] as boolean,
    payload: row["payload"],
    result: row["result"],
    resultVersion: row["result_version"] as number | null,
    errorReason: row["error_reason"] as string | null,
    errorClass: row["error_class"] as string | null,
    errorMessage: row["error_message"] as string | null,
    headers: (row["headers"] as Record<string, string> | null) ?? {},
  };
}
