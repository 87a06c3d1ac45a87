/** Orders of conversions: each is a job. */

import { type Job, type Jobs, WaitTimeout, hasEnded } from "@tenon/jobs";
import type pg from "pg";

import { type CadConversionProcess, cadConversionProcess } from "./jobs/plm-jobs.js";

/** How long to wait for the end before the progress is read again. */
const LOOK_MILLIS = 500;

/** What the page shows of a job. */
export interface Step {
  readonly status: Job["status"];
  readonly percent: number;
  readonly message: string | null;
  /** The paths of the files; empty until the job has completed. */
  readonly files: readonly string[];
  /** Why the job has failed; null if it has not. */
  readonly error: string | null;
}

/** The person who orders, and the item. */
export interface Order {
  readonly item: string;
  readonly by: string;
}

/** Orders conversions and follows them, on the database of the application. */
export class Conversions {
  readonly #pool: pg.Pool;
  readonly #jobs: Jobs;

  constructor(pool: pg.Pool, jobs: Jobs) {
    this.#pool = pool;
    this.#jobs = jobs;
  }

  /** Notes the order and submits its job, in one transaction. Returns the id of the job. */
  async order(conversion: CadConversionProcess, { item, by }: Order): Promise<string> {
    const client = await this.#pool.connect();
    try {
      await client.query("BEGIN");
      const { jobId } = await cadConversionProcess.submit(this.#jobs, conversion, { itemId: item, submittedBy: by }, client);
      await client.query("INSERT INTO plm.orders (job_id, item, what, ordered_by) VALUES ($1, $2, $3, $4)", [
        jobId,
        item,
        `conversion of ${conversion.source}`,
        by,
      ]);
      await client.query("COMMIT");
      return jobId;
    } catch (error) {
      await client.query("ROLLBACK").catch(() => undefined);
      throw error;
    } finally {
      client.release();
    }
  }

  /** Each step that a job makes, until it has ended or nobody listens. Nothing if there is no such job. */
  async *follow(jobId: string, signal: AbortSignal): AsyncGenerator<Step> {
    let shown = "";
    while (!signal.aborted) {
      const job = await this.#jobs.find(jobId);
      if (job === undefined) {
        return;
      }
      const step = await stepOf(job);
      const text = JSON.stringify(step);
      if (text !== shown) {
        shown = text;
        yield step;
      }
      if (hasEnded(job)) {
        return;
      }
      await this.#jobs.wait(jobId, LOOK_MILLIS).catch(ignoreTimeout);
    }
  }
}

function ignoreTimeout(error: unknown): void {
  if (!(error instanceof WaitTimeout)) {
    throw error;
  }
}

async function stepOf(job: Job): Promise<Step> {
  const files = job.status === "completed" ? (await cadConversionProcess.checkResult(job.result)).files : [];
  return {
    status: job.status,
    percent: job.progress,
    message: job.progressMessage,
    files: files.map((file) => file.path),
    error: job.errorMessage,
  };
}
