/** The worker, the class that applications use. */

import { randomBytes } from "node:crypto";

import type pg from "pg";

import { type Attempt, Attempts } from "./attempts.js";
import { Claimer } from "./claiming.js";
import { Contract } from "./contract.js";
import { type DatabaseOptions, Session, Sessions, clientConfig } from "./database.js";
import { Deliveries } from "./deliveries.js";
import { CallRefused, DatabaseUnavailable } from "./errors.js";
import { Execution, type Handler, type JobType } from "./execution.js";
import { Feed, type RabbitMqOptions } from "./feed.js";
import { Claims, Heartbeat } from "./heartbeat.js";
import { type Logger, Outage, RareLines, oneLine } from "./logging.js";
import { Backoff, Wake, pause } from "./pacing.js";
import { Schemas } from "./schemas.js";

/** How long handlers may take to stop after they were asked to, and how long deregistering may take. */
const SIGNAL_PERIOD_MILLIS = 5_000;
const GOODBYE_PERIOD_MILLIS = 5_000;

/** Reports are sent at most five times a second. */
const REPORT_PAUSE_MILLIS = 200;

/** How long a handler may continue before the log names it. */
const PATIENCE_MILLIS = 5_000;

/** The settings of a worker. */
export interface WorkerOptions {
  /** A URL or the settings of `pg`; the role needs only the rights that `grant_worker` gives. */
  readonly database: DatabaseOptions;
  /** How to connect to RabbitMQ; without it, jobs are taken from the table. */
  readonly rabbitMq?: RabbitMqOptions | undefined;
  /** The beginning of this worker's id, so that people recognize it. */
  readonly name: string;
  /** The schema of Tenon's tables; `tenon` by default. */
  readonly schema?: string | undefined;
  /** The maximum number of jobs that run at a time; 1 by default. */
  readonly slots?: number | undefined;
  /** Files, folders or jars with the JSON Schemas of the types; without them, nothing is validated. */
  readonly schemas?: string | readonly string[] | undefined;
  /** The time between two polls of the table; 1,000 by default. */
  readonly pollIntervalMillis?: number | undefined;
  /** The time between two heartbeats; at most the application's interval, which is 5,000 by default. */
  readonly heartbeatIntervalMillis?: number | undefined;
  /** How long running handlers may continue when the worker stops; 30,000 by default. */
  readonly gracePeriodMillis?: number | undefined;
  /** Takes the lines of the client's own log; `console` by default. */
  readonly logger?: Logger | undefined;
}

/** What may be said about a type. */
export interface TypeOptions {
  /** The newest version of the type that the handler knows; its results are of this version. 1 by default. */
  readonly version?: number | undefined;
  /** The routing key of the type, if `@JobType` names one. */
  readonly queue?: string | undefined;
  /** Earlier names of the type, which jobs may still be waiting under. */
  readonly aliases?: readonly string[] | undefined;
}

/**
 * Runs jobs of external types. It survives the loss of either server, however long it lasts.
 *
 * All handlers share the event loop with the worker's heartbeats. A handler that blocks it for seconds makes the worker count
 * as dead: put such work into a `worker_threads` thread or a process.
 */
export class Worker {
  /** The id of this worker. */
  readonly id: string;
  readonly #options: WorkerOptions;
  readonly #contract: Contract;
  readonly #logger: Logger;
  readonly #slots: number;
  readonly #types = new Map<string, JobType>();
  readonly #hurry = new AbortController();
  readonly #ended: Promise<void>;
  #end: () => void = () => undefined;
  /** True as soon as `start` is called; false again if it fails. */
  #isStarted = false;
  #running: Running | undefined;
  #stopped: Promise<void> | undefined;

  constructor(options: WorkerOptions) {
    this.#ended = new Promise((resolve) => (this.#end = resolve));
    this.#slots = options.slots ?? 1;
    if (!Number.isInteger(this.#slots) || this.#slots < 1 || this.#slots > 1000) {
      throw new RangeError(`slots is ${this.#slots}; it must be from 1 to 1000.`);
    }
    for (const name of ["pollIntervalMillis", "heartbeatIntervalMillis"] as const) {
      const millis = options[name];
      if (millis !== undefined && !(millis > 0)) {
        throw new RangeError(`${name} is ${millis}; it must be positive.`);
      }
    }
    this.id = `${options.name}-${randomBytes(8).toString("hex")}`;
    this.#contract = new Contract(options.schema ?? "tenon", this.id);
    this.#logger = options.logger ?? console;
    this.#options = options;
  }

  /**
   * Declares the handler of a type.
   *
   * @param type the type, as `@JobType` names it
   * @param handler gets the payload as JSON values, and returns the result as JSON values, or nothing
   */
  job<P = any, R = unknown>(type: string, handler: Handler<P, R>, options: TypeOptions = {}): this {
    const version = options.version ?? 1;
    if (!Number.isInteger(version) || version < 1) {
      throw new RangeError(`version is ${version}; the first version is 1.`);
    }
    if (this.#isStarted) {
      throw new Error("The worker has already started. Declare all handlers before you start it.");
    }
    const names = [type, ...(options.aliases ?? [])];
    for (const name of names) {
      if (this.#types.has(name)) {
        throw new Error(`'${name}' already has a handler.`);
      }
    }
    for (const name of names) {
      this.#types.set(name, { name, schemaName: type, version, queue: options.queue ?? `jobs.${type}`, handler });
    }
    return this;
  }

  /**
   * Starts the worker. The servers need not be reachable yet. If the worker is stopped meanwhile, it does not start.
   *
   * @throws Error if it has no handlers, was started before, or its schemas cannot be read
   */
  async start(): Promise<void> {
    if (this.#isStarted || this.#stopped !== undefined) {
      throw new Error("This worker has already been started or stopped. Create another one.");
    }
    if (this.#types.size === 0) {
      throw new Error("The worker has no handlers. Declare one with worker.job(…).");
    }
    this.#isStarted = true;
    let schemas: Schemas | undefined;
    try {
      schemas = await this.#loadSchemas();
    } catch (error) {
      this.#isStarted = false;
      throw error;
    }
    // It may have been stopped while the schemas were read
    if (this.#stopped !== undefined) {
      return;
    }
    this.#running = new Running(this.#contract, this.#types, this.#slots, this.#options, schemas, this.#logger);
    this.#running.start();
    const from = this.#options.rabbitMq === undefined ? "from the table" : "by RabbitMQ and from the table";
    this.#logger.info(`Worker ${this.id} takes jobs of ${[...this.#types.keys()].sort().join(", ")} in ${this.#slots} slots, ${from}.`);
  }

  async #loadSchemas(): Promise<Schemas | undefined> {
    const sources = this.#options.schemas;
    if (sources === undefined) {
      return undefined;
    }
    const schemas = await Schemas.load(sources);
    for (const { schemaName } of this.#types.values()) {
      if (!schemas.hasType(schemaName)) {
        throw new Error(`The schemas contain no job type '${schemaName}'. Is it spelled as in @JobType?`);
      }
    }
    return schemas;
  }

  /**
   * Stops the worker; is fulfilled when it has stopped. The worker takes no more jobs. Handlers may finish within the grace
   * period; then they are asked to stop, and jobs that still run are released. A handler may call this, but must not await it.
   */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    try {
      await this.#running?.stop(this.#options.gracePeriodMillis ?? 30_000, this.#hurry.signal);
      this.#logger.info(`Worker ${this.id} has stopped.`);
    } finally {
      this.#end();
    }
  }

  /**
   * Starts the worker; is fulfilled when it has stopped, because of SIGTERM, SIGINT or `stop`. A second signal ends the grace
   * period.
   */
  async run(): Promise<void> {
    const onSignal = (signal: NodeJS.Signals): void => {
      if (this.#stopped === undefined) {
        this.#logger.info(`Worker ${this.id} is stopping, because it received ${signal}.`);
        void this.stop();
      } else {
        this.#logger.info(`Worker ${this.id} is asking its handlers to stop, because it received another signal.`);
        this.#hurry.abort();
      }
    };
    process.on("SIGTERM", onSignal).on("SIGINT", onSignal);
    try {
      await this.start();
      await this.#ended;
    } finally {
      process.off("SIGTERM", onSignal).off("SIGINT", onSignal);
    }
  }

  /** Whether this queue, or the control exchange, is consumed; for tests. @internal */
  consumes(name: string): boolean {
    return this.#running?.consumes(name) ?? false;
  }
}

/** The loops of a started worker. */
class Running {
  readonly #contract: Contract;
  readonly #logger: Logger;
  readonly #outage: Outage;
  readonly #sessions: Sessions;
  readonly #forClaims: Session;
  readonly #forHeartbeats: Session;
  readonly #attempts: Attempts;
  readonly #heartbeat: Heartbeat;
  readonly #execution: Execution;
  readonly #claimer: Claimer;
  readonly #feed: Feed | undefined;
  readonly #reports = new Wake();
  /** Set when an attempt begins or ends. */
  readonly #changed = new Wake();
  readonly #deadlines = new Wake();
  readonly #lines = new RareLines();
  readonly #claiming = new AbortController();
  readonly #feeding = new AbortController();
  readonly #rest = new AbortController();
  #loops: Promise<void>[] = [];
  #claimed: Promise<void> = Promise.resolve();

  constructor(
    contract: Contract,
    types: ReadonlyMap<string, JobType>,
    slots: number,
    options: WorkerOptions,
    schemas: Schemas | undefined,
    logger: Logger,
  ) {
    const config: pg.ClientConfig = clientConfig(options.database, `tenon ${contract.workerId}`);
    const outage = new Outage("PostgreSQL", "Handlers continue. Outcomes are kept, and recorded when the database is back.", logger);
    const forClaimer = new Wake();
    const wakeReporter = (): void => this.#reports.set();
    this.#contract = contract;
    this.#logger = logger;
    this.#outage = outage;
    this.#sessions = new Sessions(config);
    this.#forClaims = new Session(config);
    this.#forHeartbeats = new Session(config);
    this.#attempts = new Attempts(slots, [forClaimer, this.#changed, this.#deadlines]);
    const deliveries = new Deliveries(forClaimer);
    const claims = new Claims();
    const common = { contract, attempts: this.#attempts, outage, logger };
    this.#heartbeat = new Heartbeat({
      ...common,
      statements: this.#forHeartbeats,
      claims,
      intervalMillis: options.heartbeatIntervalMillis ?? 5_000,
    });
    this.#execution = new Execution({
      ...common,
      statements: this.#sessions,
      schemas,
      beatNow: () => this.#heartbeat.beatNow(),
      report: (attempt) => this.#report(attempt),
    });
    this.#claimer = new Claimer({
      ...common,
      statements: this.#forClaims,
      types,
      deliveries,
      claims,
      heartbeat: this.#heartbeat,
      execution: this.#execution,
      pollIntervalMillis: options.pollIntervalMillis ?? 1_000,
      changed: forClaimer,
      wakeReporter,
    });
    this.#feed =
      options.rabbitMq === undefined
        ? undefined
        : new Feed({
            rabbitMq: options.rabbitMq,
            queues: [...new Set([...types.values()].map((type) => type.queue))].sort(),
            types: new Set(types.keys()),
            attempts: this.#attempts,
            deliveries,
            heartbeat: this.#heartbeat,
            outage: new Outage("RabbitMQ", "Jobs are taken from the table meanwhile.", logger),
            logger,
          });
  }

  consumes(name: string): boolean {
    return this.#feed?.consumes(name) ?? false;
  }

  start(): void {
    this.#claimed = this.#claimer.run(this.#claiming.signal);
    this.#loops = [this.#heartbeat.run(this.#rest.signal), this.#reportAll(), this.#watchDeadlines()];
    if (this.#feed !== undefined) {
      this.#loops.push(this.#feed.run(this.#feeding.signal));
    }
  }

  /** Stops everything, in bounded time even without servers. */
  async stop(gracePeriodMillis: number, hurry: AbortSignal): Promise<void> {
    const graceEnds = performance.now() + gracePeriodMillis;
    hurry.addEventListener("abort", () => this.#changed.set(), { once: true });
    this.#claiming.abort();
    // A claim in progress may still bring jobs. If PostgreSQL does not answer it, deregistering waits for it
    await atMost(GOODBYE_PERIOD_MILLIS, this.#claimed);
    // The last pointers are settled. New ones would wait here for the whole grace period
    this.#feeding.abort();
    if (!(await this.#isIdle(graceEnds, hurry))) {
      this.#attempts.running().forEach((attempt) => attempt.stop("worker-stops"));
      await this.#isIdle(performance.now() + SIGNAL_PERIOD_MILLIS, new AbortController().signal);
    }
    this.#execution.giveUp();
    this.#rest.abort();
    this.#reports.set();
    this.#deadlines.set();
    await atMost(GOODBYE_PERIOD_MILLIS, Promise.all(this.#loops));
    const left = this.#attempts.running().map((attempt) => attempt.lease.jobId);
    if (left.length > 0) {
      this.#logger.warn(`The handlers of ${left.length} jobs did not stop. The jobs are released: ${left.join(", ")}`);
    }
    await atMost(2 * GOODBYE_PERIOD_MILLIS, this.#deregister());
    [this.#sessions, this.#forClaims, this.#forHeartbeats].forEach((session) => session.close());
  }

  /** Waits until no attempt has a slot. Returns false if the time runs out or the wait is cut short. */
  async #isIdle(giveUpAt: number, hurry: AbortSignal): Promise<boolean> {
    while (this.#attempts.freeSlots < this.#attempts.slots) {
      const left = giveUpAt - performance.now();
      if (left <= 0 || hurry.aborted) {
        return false;
      }
      await this.#changed.wait(left);
    }
    return true;
  }

  async #deregister(): Promise<void> {
    const giveUpAt = performance.now() + GOODBYE_PERIOD_MILLIS;
    const backoff = new Backoff();
    for (;;) {
      try {
        await this.#contract.deregister(this.#forClaims);
        return;
      } catch (error) {
        const wait = backoff.failed();
        if (error instanceof CallRefused) {
          this.#logger.error(`The worker could not be deregistered: ${oneLine(error)}`);
          return;
        }
        if (performance.now() + wait > giveUpAt) {
          this.#logger.warn(
            `The worker could not be deregistered. Others get its jobs once its heartbeats are missed: ${oneLine(error)}`,
          );
          return;
        }
        await pause(wait, new AbortController().signal);
      }
    }
  }

  async #reportAll(): Promise<void> {
    const backoff = new Backoff();
    while (!(await pause(REPORT_PAUSE_MILLIS, this.#rest.signal))) {
      await this.#reports.wait();
      const areSent = await Promise.all(
        this.#attempts
          .running()
          .filter((attempt) => attempt.reports.hasSome)
          .map((attempt) => this.#report(attempt)),
      );
      if (areSent.every((isSent) => isSent)) {
        backoff.reset();
      } else {
        await pause(backoff.failed(), this.#rest.signal);
      }
    }
  }

  /** Sends the reports of one attempt. Returns false if PostgreSQL cannot be reached, so that they are kept for later. */
  async #report(attempt: Attempt): Promise<boolean> {
    try {
      const isHeld = await attempt.reports.send(this.#contract, this.#sessions);
      if (isHeld === false) {
        attempt.lose();
      }
      if (isHeld !== undefined) {
        this.#outage.over();
      }
      return true;
    } catch (error) {
      this.#reports.set();
      if (error instanceof DatabaseUnavailable) {
        this.#outage.failed(error);
        return false;
      }
      // The report is dropped; others may follow
      this.#logger.error(`A report of job ${attempt.lease.jobId} was not recorded: ${oneLine(error)}`);
      return true;
    }
  }

  /** Asks handlers to stop at their timeouts, and logs which of them do not. */
  async #watchDeadlines(): Promise<void> {
    while (!this.#rest.signal.aborted) {
      const now = performance.now();
      let next = now + PATIENCE_MILLIS;
      for (const attempt of this.#attempts.running()) {
        if (attempt.stopReason === undefined && attempt.expiresAt <= now) {
          attempt.stop("timed-out");
          this.#heartbeat.beatNow();
        } else if (attempt.stopReason === undefined) {
          next = Math.min(next, attempt.expiresAt);
        }
        this.#logUnresponsive(attempt, now);
      }
      await this.#deadlines.wait(Math.max(1, next - performance.now()));
    }
  }

  #logUnresponsive(attempt: Attempt, now: number): void {
    const since = attempt.askedToStopAt;
    if (since === undefined || attempt.handlerEnded || now - since < PATIENCE_MILLIS) {
      return;
    }
    if (this.#lines.admit(attempt.lease.jobId) > 0) {
      this.#logger.warn(
        `Job ${attempt.lease.jobId} of type '${attempt.claimed.type}' was asked to stop ${Math.round((now - since) / 1000)} s ago but` +
          " is still running. Its handler must follow context.signal. It keeps its slot until it returns.",
      );
    }
  }
}

/** Waits for a promise, but not longer than this. */
async function atMost(millis: number, promise: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  await Promise.race([promise.finally(() => over.abort()), pause(millis, over.signal)]);
}
