/**
 * Tenon in TypeScript and JavaScript: workers for jobs that a Java application declares, and submitters of its jobs.
 *
 * @packageDocumentation
 */

export { JobContext, type JobLog } from "./context.js";
export type { DatabaseOptions, Queryable } from "./database.js";
export {
  BacklogFull,
  CallRefused,
  DatabaseUnavailable,
  JobNotCompleted,
  JobStopped,
  PermanentError,
  Snooze,
  type StopReason,
  SubmitRefused,
  TenonError,
  WaitTimeout,
} from "./errors.js";
export type { Handler } from "./execution.js";
export type { RabbitMqOptions } from "./feed.js";
export { JobType, type JobTypeDescription, type TypedSubmitOptions } from "./job-type.js";
export { Jobs, type JobsOptions, type SignalOptions } from "./jobs.js";
export { type Logger, SILENT } from "./logging.js";
export type { LogLevel } from "./reporting.js";
export { SchemaViolation } from "./schemas.js";
export { type Job, type JobStatus, type Priority, type SubmitOptions, type Submitted, hasEnded } from "./submissions.js";
export { type TypeOptions, Worker, type WorkerOptions } from "./worker.js";
