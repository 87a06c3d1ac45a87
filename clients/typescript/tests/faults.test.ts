/** What a worker survives, and what happens to its jobs when it does not. */

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { Socket } from "node:net";
import { test } from "node:test";

import { Attempt, Attempts } from "../src/attempts.js";
import { Contract } from "../src/contract.js";
import { Session } from "../src/database.js";
import { DatabaseUnavailable } from "../src/errors.js";
import { Execution } from "../src/execution.js";
import { Jobs } from "../src/index.js";
import { Outage } from "../src/logging.js";
import {
  Lines,
  RABBITMQ,
  TYPES,
  WorkerProcess,
  afterwards,
  gate,
  java,
  job,
  outcomes,
  owner,
  role,
  submit,
  waitFor,
  waitUntil,
  withChannel,
  worker,
} from "./harness.js";

const PRINTED = { text: "Fragile", pages: 1 };

test("the job of a killed worker runs elsewhere", async () => {
  const its = await role({ worker: TYPES });
  const first = await WorkerProcess.start("first", its);
  const jobId = await submit("label.print", "hangs in the first process");
  await waitUntil("the job is running", async () => (await job(jobId)).progress === 50);
  first.send("SIGKILL");
  await WorkerProcess.start("second", its);
  await waitFor(jobId, "completed");
  assert.equal((await java("result", { jobId })).text, "second");
  assert.deepEqual(await outcomes(jobId), ["lost", "completed"]);
});

test("a frozen worker loses its lease, and continues", async () => {
  const its = await role({ worker: TYPES });
  const first = await WorkerProcess.start("first", its);
  const jobId = await submit("label.print", "hangs in the first process");
  await waitUntil("the job is running", async () => (await job(jobId)).progress === 50);
  first.send("SIGSTOP");
  const second = await WorkerProcess.start("second", its);
  await waitFor(jobId, "completed");
  second.send("SIGTERM");
  assert.equal(await second.wait(), 0, second.output);
  first.send("SIGCONT");
  const next = await submit("label.print", "next");
  await waitFor(next, "completed");
  assert.equal((await java("result", { jobId: next })).text, "first");
  first.send("SIGTERM");
  assert.equal(await first.wait(), 0, first.output);
  assert.match(first.output, new RegExp(`Asking job ${jobId} of type 'label.print' to stop: the job was given to another worker`));
  assert.deepEqual(await outcomes(jobId), ["lost", "completed"]);
});

test("nothing of a job is recorded whose lease was lost", async () => {
  const made = await worker();
  const started = gate();
  const goOn = gate();
  let runs = 0;
  let signal: AbortSignal | undefined;
  made.job("label.print", async (_payload, context) => {
    if (++runs > 1) {
      return { text: "the second", pages: 1 };
    }
    signal = context.signal;
    started.open();
    await goOn.opened;
    context.progress(99, "late");
    context.log.info("late");
    return { text: "the first", pages: 1 };
  });
  await made.start();
  const jobId = await submit();
  await started.opened;
  // As the rescue does for a worker that counts as dead
  await owner(
    "UPDATE /* by the test */ by_test.jobs SET status = 'pending', lease = lease + 1, run_at = now() WHERE id = $1",
    [jobId],
  );
  await waitUntil("the handler is told", () => signal?.aborted);
  goOn.open();
  await waitFor(jobId, "completed");
  assert.equal((await java("result", { jobId })).text, "the second");
  assert.deepEqual(await outcomes(jobId), ["completed"]);
  assert.deepEqual(await java("logs", { jobId }), []);
});

test("a job whose claim got no answer is released", async () => {
  const its = await role({ worker: TYPES });
  const made = await worker({ database: its.database, pollIntervalMillis: 1_000 });
  made.job("label.print", () => PRINTED).job("label.cut", () => undefined);
  // While the worker cannot get it, the job is claimed in its name
  await owner("SELECT tenon.revoke_worker($1, ARRAY['label.print'])", [its.name]);
  await made.start();
  await waitFor(await submit("label.cut"), "completed");
  const jobId = await submit();
  await owner("SELECT tenon.grant_worker($1, ARRAY['label.print'])", [its.name]);
  const session = new Session({ connectionString: its.database });
  afterwards(() => session.close());
  const claimed = await new Contract("tenon", made.id).claim(session, new Map([["label.print", 1]]), 1);
  assert.deepEqual(claimed.map((each) => each.lease.jobId), [jobId]);
  await waitUntil("it is released", async () => (await outcomes(jobId)).includes("released"));
});

test("the server ends a statement before the client gives up", async () => {
  const { database } = await role({ worker: TYPES });
  const session = new Session({ connectionString: database, query_timeout: 1_000 });
  const limited = new Session({ connectionString: `${database}?statement_timeout=500`, query_timeout: 1_000 });
  afterwards(() => [session, limited].forEach((each) => each.close()));
  assert.deepEqual(await limited.rows("SHOW statement_timeout"), [{ statement_timeout: "500ms" }]);
  assert.deepEqual(await session.rows("SHOW statement_timeout"), [{ statement_timeout: "900ms" }]);
  await assert.rejects(session.rows("SELECT pg_sleep(60)"), (error) => {
    assert(error instanceof DatabaseUnavailable);
    assert.match(error.message, /statement timeout/);
    return true;
  });
});

test("a refused login counts as a server that cannot be reached", async () => {
  const its = await role({ worker: TYPES });
  await owner(`ALTER ROLE "${its.name}" NOLOGIN`);
  const session = new Session({ connectionString: its.database });
  const jobs = new Jobs({ database: its.database, submittedBy: "node" });
  afterwards(() => [session, jobs].forEach((each) => each.close()));
  const refused = (error: unknown): true => {
    assert(error instanceof DatabaseUnavailable);
    assert.match(error.message, /is not permitted to log in/);
    return true;
  };
  await assert.rejects(session.rows("SELECT 1"), refused);
  await assert.rejects(jobs.find(randomUUID()), refused);
  await assert.rejects(jobs.wait(randomUUID(), 0), refused);
  await owner(`ALTER ROLE "${its.name}" LOGIN`);
  assert.deepEqual(await session.rows("SELECT 1 AS one"), [{ one: 1 }]);
});

test("an outage ends only when a statement is answered", async () => {
  const logger = new Lines();
  const outage = new Outage("PostgreSQL", "Handlers continue.", logger);
  outage.failed(new Error("refused"));
  // Nothing listens there
  const statements = new Session({ connectionString: "postgresql://127.0.0.1:1/nowhere" });
  const attempts = new Attempts(1, []);
  const execution = new Execution({
    contract: new Contract("tenon", "node-1"),
    statements,
    attempts,
    outage,
    schemas: undefined,
    logger,
    beatNow: () => undefined,
    report: () => Promise.resolve(),
  });
  const claimed = {
    lease: { jobId: randomUUID(), number: 1 },
    type: "label.cut",
    version: 1,
    attempt: 1,
    maxAttempts: 1,
    timeoutMillis: 3_600_000,
    payloadJson: "{}",
    itemId: null,
    submittedBy: "node",
    headers: {},
  };
  const attempt = new Attempt(claimed, performance.now(), () => undefined, logger);
  attempts.add(attempt);
  execution.giveUp();
  execution.start({ name: "label.cut", schemaName: "label.cut", version: 1, queue: "jobs.label.cut", handler: () => undefined }, attempt);
  await waitUntil("the outcome was tried", () => attempts.freeSlots === 1);
  assert.match(logger.text, /was not recorded before the worker stopped/);
  assert(!logger.text.includes("reachable again"));
});

test("forged messages do no harm", async () => {
  const logger = new Lines();
  const ran: string[] = [];
  const made = await worker({ withRabbitMq: true, pollIntervalMillis: 3_600_000, schemas: undefined, logger });
  made.job("label.print", (_payload, context) => {
    ran.push(context.jobId);
    return PRINTED;
  });
  const delayed = await submit("label.print", "delayed");
  await owner(
    "UPDATE /* by the test */ by_test.jobs SET status = 'pending', run_at = now() + interval '1 hour', publish_at = now() + interval '1 hour'",
  );
  const pointer = (id: string): string => JSON.stringify({ jobId: id, type: "label.print" });
  await withChannel(async (channel) => {
    for (const body of ["", "hello", "[".repeat(4_000), "x".repeat(2 << 20), '{"jobId":1,"type":"label.print"}', pointer("\r\nERROR forged"), pointer(randomUUID()), pointer(delayed)]) {
      channel.publish("jobs", "jobs.label.print", Buffer.from(body), { type: "\r\nERROR forged line" });
    }
    channel.publish("jobs", "jobs.label.print", Buffer.from([0xff, 0xfe, 0]), { headers: { "tenon-installation": [1, { a: null }] } });
    for (const body of ["", "hello", "x".repeat(100_000), randomUUID(), delayed]) {
      channel.publish("jobs.control", "", Buffer.from(body), { type: "cancel" });
    }
  });
  await made.start();
  const real = await submit("label.print", "real");
  await waitFor(real, "completed");
  await waitUntil("all messages are settled", async () =>
    withChannel(async (channel) => (await channel.checkQueue("jobs.label.print")).messageCount === 0),
  );
  await made.stop();
  assert.deepEqual(ran, [real]);
  assert(["pending", "queued"].includes((await job(delayed)).status));
  assert(!logger.all.some((line) => line.includes("\n")));
  assert.match(logger.text, /is not a pointer to a job of this installation/);
});

test("pointers of an unknown type go back to the queue", async () => {
  const logger = new Lines();
  const made = await worker({ withRabbitMq: true, logger });
  made.job("label.print", () => PRINTED);
  await withChannel(async (channel) => {
    channel.publish("jobs", "jobs.label.print", Buffer.from(JSON.stringify({ jobId: randomUUID(), type: "label.shred" })));
  });
  await made.start();
  await waitFor(await submit(), "completed");
  await waitUntil("it is noticed", () => logger.text.includes("pointers to jobs of a type that this worker does not handle"));
  await made.stop();
  await withChannel(async (channel) => {
    const left = await waitUntil("it is in the queue", () => channel.get("jobs.label.print", { noAck: true }));
    assert.equal((JSON.parse(left.content.toString()) as { type: string }).type, "label.shred");
  });
});

test("while the control exchange is missing, no queues are left behind", async () => {
  const logger = new Lines();
  const before = (await java("queues")) as string[];
  const made = await worker({ rabbitMq: { url: RABBITMQ, namePrefix: "missing." }, logger });
  made.job("label.print", () => PRINTED);
  await made.start();
  await waitUntil("the exchange is missed", () => logger.text.includes("does not let this worker consume 'missing.jobs.control'"));
  await waitUntil("its queue is gone", async () => ((await java("queues")) as string[]).every((queue) => before.includes(queue)));
});

test("while PostgreSQL is away, reports are tried again with growing pauses", async () => {
  const tries: number[] = [];
  const stream = (): Socket => {
    tries.push(performance.now());
    return new Socket();
  };
  const { database } = await role({ worker: TYPES });
  const made = await worker({ database: { connectionString: database, stream }, heartbeatIntervalMillis: 1_000 });
  const started = gate();
  const goOn = gate();
  const finish = gate();
  made.job("label.print", async (_payload, context) => {
    started.open();
    await goOn.opened;
    context.log.info("while PostgreSQL is away");
    await finish.opened;
    return PRINTED;
  });
  await made.start();
  const jobId = await submit();
  await started.opened;
  await java("postgres", { change: "stop" });
  try {
    goOn.open();
    const before = tries.length;
    // Heartbeats are tried every 1.2 seconds. Without a backoff, reports are tried five times a second
    await waitUntil("a pause is longer", () => tries.some((at, index) => index > before && at - tries[index - 1]! > 800));
  } finally {
    await java("postgres", { change: "start" });
  }
  await waitUntil("the line is there", async () => ((await java("logs", { jobId })) as unknown[]).length === 1);
  finish.open();
  await waitFor(jobId, "completed");
});

test("a restart of both servers loses nothing", async () => {
  const made = await worker({ withRabbitMq: true, slots: 2 });
  const started = gate();
  const finish = gate();
  const runs: string[] = [];
  made.job<{ text: string }>("label.print", async ({ text }, context) => {
    runs.push(context.jobId);
    if (text === "over the restart") {
      started.open();
      context.log.info("before");
      await finish.opened;
      context.log.info("while PostgreSQL is away");
    }
    return { text, pages: 1 };
  });
  await made.start();
  const jobId = await submit("label.print", "over the restart");
  await started.opened;
  // RabbitMQ first: without it, everything continues
  await java("rabbitmq", { change: "stop" });
  await waitFor(await submit("label.print", "without RabbitMQ"), "completed");
  await java("postgres", { change: "stop" });
  // The handler ends while there is nobody to tell
  finish.open();
  await java("postgres", { change: "start" });
  await java("rabbitmq", { change: "start" });
  await waitFor(jobId, "completed");
  await waitUntil("the queue is consumed again", () => made.consumes("jobs.label.print"));
  for (const text of ["after", "the", "restart"]) {
    await waitFor(await submit("label.print", text), "completed");
  }
  assert.equal(runs.filter((id) => id === jobId).length, 1);
  assert.deepEqual(await outcomes(jobId), ["completed"]);
  const messages = ((await java("logs", { jobId })) as { message: string }[]).map((line) => line.message);
  assert.deepEqual(messages, ["before", "while PostgreSQL is away"]);
});

test("a queue that comes later is consumed", async () => {
  const made = await worker({ withRabbitMq: true, schemas: undefined });
  made.job("label.print", () => PRINTED, { queue: "jobs.later" });
  await made.start();
  await withChannel((channel) => channel.assertQueue("jobs.later", { durable: true }));
  afterwards(() => withChannel((channel) => channel.deleteQueue("jobs.later")));
  await waitUntil("it is consumed", () => made.consumes("jobs.later"));
  await withChannel(async (channel) => {
    await channel.deleteQueue("jobs.later");
    await channel.assertQueue("jobs.later", { durable: true });
  });
  await waitUntil("it is consumed again", () =>
    withChannel(async (channel) => (await channel.checkQueue("jobs.later")).consumerCount === 1),
  );
});
