/** Cancelled jobs, timeouts, and workers that are asked to stop. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { JobStopped, type StopReason } from "../src/index.js";
import { PATIENCE_MILLIS, TYPES, WorkerProcess, gate, java, job, outcomes, owner, role, submit, waitFor, waitUntil, withChannel, worker } from "./harness.js";

const PRINTED = { text: "Fragile", pages: 1 };

test("a running job is cancelled", async () => {
  const made = await worker();
  const started = gate();
  const reasons: StopReason[] = [];
  made.job("label.print", async (_payload, context) => {
    context.signal.addEventListener("abort", () => reasons.push((context.signal.reason as JobStopped).reason));
    started.open();
    await context.sleep(PATIENCE_MILLIS);
  });
  await made.start();
  const jobId = await submit();
  await started.opened;
  assert.equal(await java("cancel", { jobId }), "REQUESTED");
  await waitFor(jobId, "cancelled");
  assert.deepEqual(reasons, ["cancelled"]);
  assert.deepEqual(await outcomes(jobId), ["cancelled"]);
});

test("a cancel arrives immediately over RabbitMQ", async () => {
  // Its claims keep the worker alive; only the hint makes it beat
  const made = await worker({ withRabbitMq: true, slots: 2, heartbeatIntervalMillis: 3_600_000 });
  const started = gate();
  made.job("label.print", async (_payload, context) => {
    started.open();
    await context.sleep(PATIENCE_MILLIS);
  });
  await made.start();
  await waitUntil("the control exchange is consumed", () => made.consumes("jobs.control"));
  const jobId = await submit();
  await started.opened;
  await java("cancel", { jobId });
  await waitFor(jobId, "cancelled");
});

test("whatever a cancelled handler throws, it is cancelled", async () => {
  const made = await worker();
  const started = gate();
  made.job("label.print", async (_payload, context) => {
    started.open();
    await context.sleep(PATIENCE_MILLIS).catch((cause: unknown) => {
      throw new Error("the printer was switched off", { cause });
    });
  });
  await made.start();
  const jobId = await submit();
  await started.opened;
  await java("cancel", { jobId });
  await waitFor(jobId, "cancelled");
});

test("an attempt that takes too long times out", async () => {
  const made = await worker();
  const reasons: StopReason[] = [];
  made.job(
    "label.scan",
    async (_payload, context) => {
      await context.sleep(PATIENCE_MILLIS).catch((error: unknown) => {
        reasons.push((error as JobStopped).reason);
        throw error;
      });
    },
    { queue: "jobs.scanner" },
  );
  await made.start();
  const jobId = await submit("label.scan");
  await waitFor(jobId, "failed");
  assert.deepEqual(reasons, ["timed-out"]);
  assert.deepEqual(await outcomes(jobId), ["timed_out"]);
});

test("a worker that stops lets its handlers finish, and takes no more jobs", async () => {
  const made = await worker({ withRabbitMq: true });
  const started = gate();
  const finish = gate();
  made.job("label.print", async (_payload, context) => {
    started.open();
    await finish.opened;
    context.throwIfStopped();
    return { text: "in peace", pages: 1 };
  });
  await made.start();
  const jobId = await submit();
  await started.opened;
  const stopped = made.stop();
  const left = await submit();
  finish.open();
  await stopped;
  assert.equal((await job(jobId)).status, "completed");
  assert(["pending", "queued"].includes((await job(left)).status));
  assert.deepEqual(await owner("SELECT id FROM tenon.workers WHERE id = $1", [made.id]), []);
});

test("while handlers finish, a worker that stops leaves pointers to others", async () => {
  const made = await worker({ withRabbitMq: true, gracePeriodMillis: 2 * PATIENCE_MILLIS });
  const started = gate();
  const finish = gate();
  made.job("label.print", async () => {
    started.open();
    await finish.opened;
    return PRINTED;
  });
  await made.start();
  await waitUntil("the queue is consumed", () => made.consumes("jobs.label.print"));
  await submit();
  await started.opened;
  const stopped = made.stop();
  await waitUntil("the queue is no longer consumed", () => !made.consumes("jobs.label.print"));
  const left = await submit();
  await withChannel((channel) =>
    waitUntil("somebody else gets the pointer", async () => {
      const pointer = await channel.get("jobs.label.print", { noAck: true });
      return pointer !== false && pointer.content.toString().includes(left);
    }),
  );
  finish.open();
  await stopped;
});

test("a worker that is stopped while it starts takes no jobs", async () => {
  const its = await role({ worker: TYPES });
  const stopped = [await worker({ database: its.database }), await worker({ database: its.database })];
  const ran: string[] = [];
  stopped.forEach((made) => made.job("label.print", (_payload, context) => void ran.push(context.jobId)));
  const starting = stopped[0]!.start();
  await assert.rejects(stopped[0]!.start(), /already been started or stopped/);
  const running = stopped[1]!.run();
  await Promise.all(stopped.map((made) => made.stop()));
  await Promise.all([starting, running]);
  const other = await worker({ database: its.database });
  other.job("label.print", () => PRINTED);
  await other.start();
  await waitFor(await submit(), "completed");
  assert.deepEqual(ran, []);
  assert.deepEqual(await owner("SELECT id FROM tenon.workers WHERE id = ANY ($1)", [stopped.map((made) => made.id)]), []);
});

test("after the grace period, handlers are asked to stop, and their jobs released", async () => {
  const made = await worker({ gracePeriodMillis: 100 });
  const started = gate();
  made.job("label.print", async (_payload, context) => {
    started.open();
    await context.sleep(PATIENCE_MILLIS);
  });
  await made.start();
  const jobId = await submit();
  await started.opened;
  await made.stop();
  assert.deepEqual(await outcomes(jobId), ["released"]);
  assert.equal((await job(jobId)).attempts, 0);
});

test("a handler may stop the worker", async () => {
  const made = await worker();
  made.job("label.print", () => {
    void made.stop();
    return PRINTED;
  });
  await made.start();
  const jobId = await submit();
  await waitFor(jobId, "completed");
  await made.stop();
});

test("a process ends after SIGTERM, and finishes what it runs", async () => {
  const its = await role({ worker: TYPES });
  const first = await WorkerProcess.start("first", its);
  const jobId = await submit("label.print", "takes a while");
  await waitUntil("the job is running", async () => (await job(jobId)).progress === 50);
  first.send("SIGTERM");
  assert.equal(await first.wait(), 0, first.output);
  assert.match(first.output, /is stopping, because it received SIGTERM[^]*has stopped[^]*the worker has returned/);
  assert.equal((await job(jobId)).status, "completed");
});

test("a second signal ends the grace period", async () => {
  const its = await role({ worker: TYPES });
  const first = await WorkerProcess.start("first", its);
  const jobId = await submit("label.print", "hangs");
  await waitUntil("the job is running", async () => (await job(jobId)).progress === 50);
  first.send("SIGINT");
  await waitUntil("it stops", () => first.output.includes("because it received SIGINT"));
  first.send("SIGINT");
  assert.equal(await first.wait(), 0, first.output);
  assert.deepEqual(await outcomes(jobId), ["released"]);
});
