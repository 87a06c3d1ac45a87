/** What all tests need: an application in Java, roles, workers in this process and in others. */

import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterEach } from "node:test";

import amqplib, { type Channel } from "amqplib";
import pg from "pg";

import { Jobs, type Logger, Worker, type WorkerOptions } from "../src/index.js";

/** Many times what anything here takes. */
export const PATIENCE_MILLIS = 60_000;

/** The Java side takes a worker for dead after three seconds without a heartbeat. */
export const HEARTBEAT_MILLIS = 300;

export const TYPES = ["label.print", "label.scan", "label.cut", "label.glue"];

const ADDRESS = process.env["TENON_TEST_CONTROL"] ?? "";
export const SCHEMAS = process.env["TENON_TEST_SCHEMAS"] ?? "";
const DOCS = process.env["TENON_TEST_DOCS"] ?? resolve("../../docs");

if (ADDRESS === "") {
  throw new Error("These tests run together with Java: mvn -pl clients/typescript -am test, or ./dev test");
}

/** A golden file of the wire contract. */
export function golden(file: string): any {
  return JSON.parse(readFileSync(join(DOCS, "wire-contract", `${file}.json`), "utf8"));
}

/** What the condition gives, once it is neither false, null nor undefined. */
export async function waitUntil<T>(what: string, condition: () => T | Promise<T>): Promise<Exclude<NonNullable<T>, false>> {
  const giveUpAt = performance.now() + PATIENCE_MILLIS;
  for (;;) {
    const value = await condition();
    if (value !== false && value !== undefined && value !== null) {
      return value as Exclude<NonNullable<T>, false>;
    }
    if (performance.now() > giveUpAt) {
      throw new Error(`${what}: that did not happen in ${PATIENCE_MILLIS / 1000} s`);
    }
    await new Promise((next) => setTimeout(next, 20));
  }
}

/** A promise, and the function that fulfils it. */
export function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolveIt) => (open = resolveIt));
  return { opened, open };
}

/** Calls the application in Java. */
export async function java(command: string, args: Record<string, unknown> = {}): Promise<any> {
  const response = await fetch(`${ADDRESS}/${command}`, { method: "POST", body: JSON.stringify(args) });
  const answer = (await response.json()) as { error?: string };
  if (!response.ok) {
    throw new Error(answer.error);
  }
  return answer;
}

const SETTINGS = (await java("settings")) as { database: string; rabbitmq: string };

export const RABBITMQ = SETTINGS.rabbitmq;

/** Submits a job in Java, and returns its id. */
export async function submit(type = "label.print", text = "Fragile", more: Record<string, unknown> = {}): Promise<string> {
  return (await java("submit", { type, text, ...more })) as string;
}

/** A job as Java reads it. */
export function job(jobId: string): Promise<any> {
  return java("job", { jobId });
}

/** The job, once it has one of these statuses; fails immediately if it has ended in another one. */
export function waitFor(jobId: string, ...statuses: string[]): Promise<any> {
  return waitUntil(`job ${jobId} becomes ${statuses.join(" or ")}`, async () => {
    const found = await job(jobId);
    if (statuses.includes(found.status)) {
      return found;
    }
    if (["completed", "failed", "cancelled"].includes(found.status)) {
      throw new Error(JSON.stringify(found));
    }
    return undefined;
  });
}

export async function outcomes(jobId: string): Promise<string[]> {
  return ((await java("attempts", { jobId })) as { outcome: string }[]).map((attempt) => attempt.outcome);
}

/** Runs a statement as the owner of the tables. */
export async function owner(sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(SETTINGS.database);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

/** Does something while nobody else can read or write a table. */
export async function whileLocked(table: string, use: () => Promise<unknown>): Promise<void> {
  const client = new pg.Client(SETTINGS.database);
  await client.connect();
  try {
    await client.query("BEGIN");
    await client.query(`LOCK TABLE ${table}`);
    await use();
  } finally {
    await client.end();
  }
}

/** Does something with a channel of RabbitMQ. */
export async function withChannel<T>(use: (channel: Channel) => Promise<T>): Promise<T> {
  const connection = await amqplib.connect(RABBITMQ);
  connection.on("error", () => undefined);
  try {
    const channel = await connection.createChannel();
    const used = await use(channel);
    // A connection that is closed drops what its channels have not sent yet
    await channel.close();
    return used;
  } finally {
    await connection.close().catch(() => undefined);
  }
}

const cleanUps: (() => Promise<unknown> | unknown)[] = [];

/** Is done after the test, the last one first. */
export function afterwards(cleanUp: () => Promise<unknown> | unknown): void {
  cleanUps.push(cleanUp);
}

afterEach(async () => {
  for (let cleanUp = cleanUps.pop(); cleanUp !== undefined; cleanUp = cleanUps.pop()) {
    await cleanUp();
  }
  // Each test finds no jobs
  await owner("DELETE /* by the test */ FROM by_test.jobs");
  await owner("TRUNCATE tenon.job_steps, tenon.job_signals, tenon.job_cursors, tenon.awaited_jobs");
  await owner("DELETE FROM tenon.workers WHERE role IS NOT NULL");
});

/** A role with grants. */
export interface Role {
  readonly name: string;
  /** The database, for somebody who logs in as this role. */
  readonly database: string;
}

/** Creates a role for this test. */
export async function role(grants: { worker?: string[]; submitter?: string[] }, name?: string): Promise<Role> {
  const made = name ?? `node_${randomBytes(6).toString("hex")}`;
  await owner(`CREATE ROLE "${made}" LOGIN`);
  afterwards(async () => {
    await owner("SELECT tenon.revoke_worker($1), tenon.revoke_submitter($1)", [made]);
    await owner(`DROP OWNED BY "${made}"`);
    await owner(`DROP ROLE "${made}"`);
  });
  for (const kind of ["worker", "submitter"] as const) {
    if (grants[kind] !== undefined) {
      await owner(`SELECT tenon.grant_${kind}($1, $2)`, [made, grants[kind]]);
    }
  }
  const url = new URL(SETTINGS.database);
  url.username = made;
  return { name: made, database: url.toString() };
}

/** A logger that keeps the lines. */
export class Lines implements Logger {
  readonly all: string[] = [];

  debug(message: string): void {
    this.all.push(`DEBUG ${message}`);
  }

  info(message: string): void {
    this.all.push(`INFO ${message}`);
  }

  warn(message: string): void {
    this.all.push(`WARN ${message}`);
  }

  error(message: string): void {
    this.all.push(`ERROR ${message}`);
  }

  get text(): string {
    return this.all.join("\n");
  }
}

/** A worker in this process, which is stopped after the test. */
export async function worker(options: Partial<WorkerOptions> & { withRabbitMq?: boolean } = {}): Promise<Worker> {
  const { withRabbitMq, ...given } = options;
  const made = new Worker({
    database: given.database ?? (await role({ worker: TYPES })).database,
    rabbitMq: withRabbitMq === true ? { url: RABBITMQ } : undefined,
    name: "node",
    pollIntervalMillis: 100,
    heartbeatIntervalMillis: HEARTBEAT_MILLIS,
    schemas: SCHEMAS,
    logger: new Lines(),
    ...given,
  });
  afterwards(() => made.stop());
  return made;
}

/** A submitter, whose connections are closed after the test. */
export async function submitter(types: string[] = TYPES): Promise<{ jobs: Jobs; role: Role }> {
  const its = await role({ submitter: types });
  const jobs = new Jobs({ database: its.database, submittedBy: "node", schemas: SCHEMAS });
  afterwards(() => jobs.close());
  return { jobs, role: its };
}

/** A worker in a separate process, to be killed and frozen: `worker-process.ts`. */
export class WorkerProcess {
  readonly #process: ChildProcess;
  readonly #ended: Promise<number | null>;
  output = "";

  private constructor(child: ChildProcess) {
    this.#process = child;
    this.#ended = new Promise((resolveIt) => child.on("close", resolveIt));
    child.stdout?.on("data", (data: Buffer) => (this.output += data.toString()));
    child.stderr?.on("data", (data: Buffer) => (this.output += data.toString()));
  }

  static async start(name: string, its: Role, settings: Record<string, unknown> = {}): Promise<WorkerProcess> {
    const child = spawn(process.execPath, [new URL("worker-process.js", import.meta.url).pathname], {
      env: {
        ...process.env,
        WORKER_DATABASE: its.database,
        WORKER_RABBITMQ: RABBITMQ,
        WORKER_NAME: name,
        WORKER_SETTINGS: JSON.stringify({ heartbeatIntervalMillis: HEARTBEAT_MILLIS, ...settings }),
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const made = new WorkerProcess(child);
    afterwards(async () => {
      child.kill("SIGKILL");
      await made.wait();
    });
    return made;
  }

  send(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** Its exit code, once it has ended. */
  wait(): Promise<number | null> {
    return this.#ended;
  }
}
