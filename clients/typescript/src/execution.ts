/** Runs a handler and records its outcome, even if connections break meanwhile. */

import type { Attempt, Attempts } from "./attempts.js";
import { JobContext } from "./context.js";
import type { Contract, Failure, Statements } from "./contract.js";
import { CallRefused, DatabaseUnavailable, PermanentError, Snooze, type StopReason } from "./errors.js";
import { hasInexactNumber, toCleanJson } from "./json.js";
import { type Logger, type Outage, messageOf, nameOf, oneLine, textOf } from "./logging.js";
import { Backoff, pause } from "./pacing.js";
import { SchemaViolation, type Schemas } from "./schemas.js";

/** Runs the jobs of a type: gets the payload as JSON values, and returns the result as JSON values, or nothing. */
export type Handler<P = any, R = unknown> = (payload: P, context: JobContext) => R | Promise<R>;

/** A type that this worker runs. */
export interface JobType {
  /** The name that its jobs were submitted under: the current one, or an earlier one. */
  readonly name: string;
  /** The current name of the type, whose schemas are stored under it. */
  readonly schemaName: string;
  readonly version: number;
  readonly queue: string;
  readonly handler: Handler;
}

type Outcome =
  | { readonly kind: "completed"; readonly resultJson: string | undefined }
  | { readonly kind: "failed"; readonly failure: Failure }
  | { readonly kind: "snoozed"; readonly delayMillis: number }
  | { readonly kind: "stopped"; readonly reason: StopReason };

/** What an execution needs of the worker. */
export interface Services {
  readonly contract: Contract;
  readonly statements: Statements;
  readonly attempts: Attempts;
  readonly outage: Outage;
  readonly schemas: Schemas | undefined;
  readonly logger: Logger;
  readonly beatNow: () => void;
  /** Sends the reports of an attempt, or keeps them for later. */
  readonly report: (attempt: Attempt) => Promise<unknown>;
}

/** Runs attempts. */
export class Execution {
  readonly #services: Services;
  readonly #givenUp = new AbortController();

  constructor(services: Services) {
    this.#services = services;
  }

  /** Starts an attempt that has a slot. */
  start(type: JobType, attempt: Attempt): void {
    void this.#run(type, attempt);
  }

  /** Stops trying to record outcomes. */
  giveUp(): void {
    this.#givenUp.abort();
  }

  async #run(type: JobType, attempt: Attempt): Promise<void> {
    let untilTheServerEndsIt = false;
    try {
      untilTheServerEndsIt = await this.#record(type, attempt, await this.#execute(type, attempt));
    } catch (error) {
      await this.#failWithoutOutcome(attempt, error);
    } finally {
      this.#services.attempts.end(attempt, untilTheServerEndsIt);
      if (untilTheServerEndsIt) {
        this.#services.beatNow();
      }
    }
  }

  /**
   * Fails an attempt whose outcome could not be recorded because of what it contains. Otherwise the server would still list
   * the job, the worker would release it, and it would run again without end.
   */
  async #failWithoutOutcome(attempt: Attempt, error: unknown): Promise<void> {
    const { logger } = this.#services;
    const { jobId } = attempt.lease;
    // Without the message, which may quote the payload; it is stored with the job
    logger.error(`The outcome of job ${jobId} could not be recorded: ${nameOf(error)}. The attempt counts as failed.`);
    try {
      const message = `The outcome of the attempt could not be recorded: ${oneLine(error)}`;
      await this.#fail(attempt, { errorClass: "OutcomeNotRecorded", message });
    } catch (refusal) {
      logger.error(`The failure of job ${jobId} could not be recorded either, so the job runs again. ${oneLine(refusal)}`);
    }
  }

  async #execute(type: JobType, attempt: Attempt): Promise<Outcome> {
    // The schemas are those of the newest version; the handler has to deal with older payloads
    const schemas = attempt.claimed.version === type.version ? this.#services.schemas : undefined;
    let payload: unknown;
    try {
      payload = JSON.parse(attempt.claimed.payloadJson);
      schemas?.checkPayload(type.schemaName, payload);
    } catch (error) {
      const message = error instanceof SchemaViolation ? error.message : "The payload could not be read as JSON.";
      return failed({ errorClass: nameOf(error), message, permanent: true });
    }
    if (hasInexactNumber(attempt.claimed.payloadJson)) {
      const message =
        "The payload has a whole number of more than 53 bits, which JavaScript would round. Declare it as a string, or run" +
        " the job in another language.";
      return failed({ errorClass: "PayloadNotExact", message, permanent: true });
    }
    let result: unknown;
    try {
      const emitted = (value: unknown): void => this.#services.schemas?.checkEmitted(type.schemaName, value);
      result = await type.handler(payload, new JobContext(attempt, type.version, emitted));
    } catch (error) {
      return this.#failure(attempt, error);
    } finally {
      attempt.handlerEnded = true;
    }
    return this.#completed(type, result);
  }

  #failure(attempt: Attempt, error: unknown): Outcome {
    if (error instanceof Snooze) {
      return { kind: "snoozed", delayMillis: error.delayMillis };
    }
    // Whatever else a handler throws that was asked to stop, it has stopped because of that
    if (attempt.stopReason !== undefined && !(error instanceof PermanentError)) {
      return { kind: "stopped", reason: attempt.stopReason };
    }
    return failed({
      errorClass: nameOf(error),
      message: messageOf(error),
      stack: stackOf(error),
      permanent: error instanceof PermanentError,
    });
  }

  #completed(type: JobType, result: unknown): Outcome {
    try {
      const resultJson = result === null ? undefined : toCleanJson(result);
      if (this.#services.schemas !== undefined) {
        // Check what Java will read: dates have become strings
        this.#services.schemas.checkResult(type.schemaName, resultJson === undefined ? null : JSON.parse(resultJson));
      }
      return { kind: "completed", resultJson };
    } catch (error) {
      const message =
        error instanceof SchemaViolation ? error.message : `The result cannot be written as JSON: ${oneLine(error)}`;
      return failed({ errorClass: nameOf(error), message, permanent: true });
    }
  }

  /** Records an outcome. Returns true if the attempt is left to the server to end. */
  async #record(type: JobType, attempt: Attempt, outcome: Outcome): Promise<boolean> {
    const { contract, logger } = this.#services;
    const { lease } = attempt;
    switch (outcome.kind) {
      case "completed":
        await this.#complete(type, attempt, outcome.resultJson);
        return false;
      case "failed":
        await this.#fail(attempt, outcome.failure);
        return false;
      case "snoozed":
        this.#say(attempt, "snoozed", await this.#call(attempt, (on) => contract.snooze(on, lease, outcome.delayMillis)));
        return false;
      case "stopped":
        break;
    }
    switch (outcome.reason) {
      case "cancelled":
        this.#say(attempt, "cancelled", await this.#call(attempt, (on) => contract.cancelled(on, lease)));
        return false;
      case "worker-stops":
        this.#say(attempt, "released", await this.#call(attempt, (on) => contract.release(on, lease)));
        return false;
      case "timed-out":
        // The server ends it at a heartbeat, so that its outcome is a timeout
        await this.#services.report(attempt);
        return true;
      case "lease-lost":
        logger.info(`Job ${lease.jobId} has stopped. Its lease was lost, so nothing is recorded.`);
        return false;
    }
  }

  async #complete(type: JobType, attempt: Attempt, resultJson: string | undefined): Promise<void> {
    const { contract } = this.#services;
    // All values are sent first: if one is refused, those who follow the job would miss it
    await this.#call(attempt, undefined);
    const refusal = attempt.reports.emitRefusal;
    if (refusal !== undefined) {
      const message = `A value that the job has emitted was not recorded: ${refusal.message}`;
      await this.#fail(attempt, { errorClass: "EmittedValueRefused", message, permanent: true });
      return;
    }
    try {
      const accepted = await this.#call(attempt, (on) => contract.complete(on, attempt.lease, resultJson, type.version));
      this.#say(attempt, "completed", accepted);
    } catch (error) {
      if (!(error instanceof CallRefused)) {
        throw error;
      }
      const errorClass = error.sqlstate === CallRefused.TOO_LARGE ? "ResultTooLarge" : "ResultRefused";
      await this.#fail(attempt, { errorClass, message: error.message, permanent: true });
    }
  }

  async #fail(attempt: Attempt, failure: Failure): Promise<void> {
    const { contract, logger } = this.#services;
    const { claimed, lease } = attempt;
    const status = await this.#call(attempt, (on) => contract.fail(on, lease, failure));
    if (status === undefined) {
      this.#say(attempt, "failed", false);
      return;
    }
    // Without the message, which may quote the payload; it is stored with the job
    logger.warn(
      `Job ${lease.jobId} of type '${claimed.type}' failed in attempt ${claimed.attempt} of ${claimed.maxAttempts} with` +
        ` ${failure.errorClass}; its status is now ${status}.`,
    );
  }

  #say(attempt: Attempt, what: string, accepted: boolean | undefined): void {
    const job = `Job ${attempt.lease.jobId} of type '${attempt.claimed.type}'`;
    if (accepted === true) {
      this.#services.logger.debug(`${job}: ${what}.`);
    } else {
      this.#services.logger.warn(
        `${job} was not recorded as ${what}: its lease was lost, or an earlier call has recorded it without an answer.`,
      );
    }
  }

  /**
   * Sends the reports, and repeats the call until it is answered. Returns undefined if the lease is lost or the worker has to
   * stop.
   *
   * @param call undefined if only the reports are to be sent
   */
  async #call<T>(attempt: Attempt, call: ((on: Statements) => Promise<T>) | undefined): Promise<T | undefined> {
    const { contract, statements, outage, logger } = this.#services;
    const backoff = new Backoff();
    while (!attempt.leaseLost) {
      try {
        const someWereSent = await this.#sendReports(attempt, contract, statements);
        const answer = await call?.(statements);
        if (someWereSent || call !== undefined) {
          outage.over();
        }
        return answer;
      } catch (error) {
        if (!(error instanceof DatabaseUnavailable)) {
          throw error;
        }
        outage.failed(error);
        if (await pause(backoff.failed(), this.#givenUp.signal)) {
          logger.warn(`The outcome of job ${attempt.lease.jobId} was not recorded before the worker stopped: ${oneLine(error)}`);
          return undefined;
        }
      }
    }
    return undefined;
  }

  /** Sends the reports. Returns false if there were none. */
  async #sendReports(attempt: Attempt, contract: Contract, statements: Statements): Promise<boolean> {
    for (;;) {
      try {
        return (await attempt.reports.send(contract, statements)) !== undefined;
      } catch (error) {
        if (error instanceof DatabaseUnavailable) {
          throw error;
        }
        // The report is dropped
        this.#services.logger.error(`A report of job ${attempt.lease.jobId} was not recorded: ${oneLine(error)}`);
      }
    }
  }
}

function failed(failure: Failure): Outcome {
  return { kind: "failed", failure };
}

function stackOf(error: unknown): string | undefined {
  const parts: string[] = [];
  const seen = new Set<unknown>();
  let cause = error;
  for (; cause instanceof Error && !seen.has(cause); cause = cause.cause) {
    seen.add(cause);
    parts.push(cause.stack === undefined ? oneLine(cause) : textOf(cause.stack));
  }
  if (parts.length > 0 && cause !== undefined && !seen.has(cause)) {
    parts.push(textOf(cause));
  }
  return parts.length === 0 ? undefined : parts.join("\nCaused by: ");
}
