/** What becomes of a job, and what a handler reports. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { PermanentError, Snooze, Worker } from "../src/index.js";
import { Lines, SCHEMAS, gate, java, job, outcomes, owner, role, submit, waitFor, waitUntil, worker } from "./harness.js";

const PRINTED = { text: "Fragile", pages: 1 };

for (const withRabbitMq of [false, true]) {
  test(`a job is run ${withRabbitMq ? "by a pointer" : "from the table"}`, async () => {
    const made = await worker({ withRabbitMq, pollIntervalMillis: withRabbitMq ? 3_600_000 : 100 });
    let seen: unknown;
    made.job("label.print", (payload, context) => {
      seen = [payload, context.type, context.version, context.attempt, context.maxAttempts, context.itemId, context.submittedBy];
      assert.deepEqual(context.headers, { tenant: "acme" });
      return { text: "printed", pages: 1 };
    });
    await made.start();
    if (withRabbitMq) {
      await waitUntil("the queue is consumed", () => made.consumes("jobs.label.print"));
    }
    const jobId = await submit("label.print", "Fragile", { itemId: "item-3", headers: { tenant: "acme" } });
    await waitFor(jobId, "completed");
    assert.deepEqual(seen, [{ text: "Fragile", copies: 1 }, "label.print", 1, 1, 3, "item-3", "pytest"]);
    assert.deepEqual(await java("result", { jobId }), { text: "printed", pages: 1 });
  });
}

test("an attempt that fails is retried, and the last one fails the job", async () => {
  const made = await worker();
  let attempts = 0;
  made.job("label.print", () => {
    attempts++;
    throw new RangeError(`attempt ${attempts}`, { cause: new Error("no paper") });
  });
  await made.start();
  const jobId = await submit();
  const failed = await waitFor(jobId, "failed");
  assert.equal(failed.errorClass, "RangeError");
  assert.equal(failed.errorMessage, "attempt 3");
  assert.deepEqual(await outcomes(jobId), ["failed", "failed", "failed"]);
  const stack = (await java("attempts", { jobId }))[0].stack as string;
  assert.match(stack, /RangeError: attempt 1\n\s+at .*\nCaused by: Error: no paper/s);
});

test("an error of a class without a name of its own is kept by its class", async () => {
  class PaperJam extends Error {}
  const made = await worker();
  made.job("label.print", () => {
    throw new PaperJam("Open the printer.");
  });
  await made.start();
  assert.equal((await waitFor(await submit(), "failed")).errorClass, "PaperJam");
});

test("a permanent error is not retried", async () => {
  const made = await worker();
  made.job("label.print", () => {
    throw new PermanentError("This text cannot be printed.");
  });
  await made.start();
  const jobId = await submit();
  assert.equal((await waitFor(jobId, "failed")).errorClass, "PermanentError");
  assert.deepEqual(await outcomes(jobId), ["failed"]);
});

test("an outcome that cannot be recorded counts as a failed attempt", async () => {
  const made = await worker();
  const looped = new Error("no paper");
  looped.cause = looped;
  const thrown: Record<string, unknown> = {
    snooze: Object.assign(new Snooze(0), { delayMillis: 400 * 24 * 3_600_000 }),
    message: Object.assign(new RangeError(), { message: 7 }),
    loop: looped,
    nothing: Object.create(null),
  };
  made.job<{ text: string }>("label.print", ({ text }) => {
    throw thrown[text];
  });
  await made.start();
  for (const [text, errorClass, message] of [
    ["snooze", "OutcomeNotRecorded", /could not be recorded: CallRefused: delay must be from 0 to 366 days/],
    ["message", "RangeError", /^7$/],
    ["loop", "Error", /^no paper$/],
    ["nothing", "object", /^A value of type object, which cannot be written as a string\.$/],
  ] as const) {
    const jobId = await submit("label.print", text);
    const failed = await waitFor(jobId, "failed");
    assert.equal(failed.errorClass, errorClass);
    assert.match(failed.errorMessage, message);
    assert.deepEqual(await outcomes(jobId), ["failed", "failed", "failed"]);
  }
});

test("reports that are not strings do not keep a job from ending", async () => {
  const made = await worker();
  made.job("label.print", (_payload, context) => {
    context.log.info(7 as unknown as string);
    context.progress(50, 7 as unknown as string);
    return PRINTED;
  });
  await made.start();
  const jobId = await submit();
  await waitFor(jobId, "completed");
  assert.deepEqual(await outcomes(jobId), ["completed"]);
  assert.deepEqual(((await java("logs", { jobId })) as { message: string }[]).map((line) => line.message), ["7"]);
});

test("a snooze counts no attempt", async () => {
  const made = await worker();
  let runs = 0;
  made.job("label.print", () => {
    runs++;
    if (runs < 4) {
      throw new Snooze(50);
    }
    return PRINTED;
  });
  await made.start();
  const jobId = await submit();
  assert.equal((await waitFor(jobId, "completed")).attempts, 1);
  assert.deepEqual(await outcomes(jobId), ["snoozed", "snoozed", "snoozed", "completed"]);
  assert.throws(() => new Snooze(-1), /The delay is -1 ms; it must be from 0 to 366 days/);
});

test("progress, log lines and emitted values arrive in order", async () => {
  const made = await worker();
  made.job("label.cut", async (_payload, context) => {
    context.log.info("begins", { knives: 2, text: "a\u0000b" });
    for (let number = 1; number <= 3; number++) {
      await context.emit({ number, text: null });
    }
    context.progress(130, "nearly done");
    context.log.warn("ends");
  });
  await made.start();
  const jobId = await submit("label.cut");
  const done = await waitFor(jobId, "completed");
  assert.equal(done.progress, 100);
  const logs = (await java("logs", { jobId })) as { level: string; message: string; data: string | null; emitted: unknown }[];
  assert.deepEqual(
    logs.map((line) => [line.level, line.message]),
    [["info", "begins"], ["info", ""], ["info", ""], ["info", ""], ["warn", "ends"]],
  );
  assert.deepEqual(JSON.parse(logs[0]!.data!), { knives: 2, text: "a\ufffdb" });
});

test("data of log lines that cannot be JSON is written as strings", async () => {
  const made = await worker();
  const loop: Record<string, unknown> = { name: "loop" };
  loop["self"] = loop;
  const data = {
    ratio: Number.NaN,
    big: 2n ** 64n,
    loop,
    nested: { list: [1n] },
    call: (): void => undefined,
    text: "kept\u0000",
    list: [1, null],
    get broken(): never {
      throw new Error("no value");
    },
  };
  made.job("label.print", (_payload, context) => {
    context.log.info("odd", data);
    context.log.info("none", null as unknown as Record<string, unknown>);
    return PRINTED;
  });
  await made.start();
  const jobId = await submit();
  await waitFor(jobId, "completed");
  const logs = (await java("logs", { jobId })) as { message: string; data: string | null }[];
  assert.deepEqual(logs.map((line) => line.message), ["odd", "none"]);
  assert.deepEqual(JSON.parse(logs[0]!.data!), {
    ratio: "NaN",
    big: "18446744073709551616",
    loop: "<ref *1> { name: 'loop', self: [Circular *1] }",
    nested: "{ list: [ 1n ] }",
    call: "() => undefined",
    text: "kept\ufffd",
    list: [1, null],
    broken: "undefined",
  });
});

test("a value that cannot be emitted fails the job for good", async () => {
  const made = await worker();
  made.job<{ text: string }>("label.cut", async ({ text }, context) => {
    await context.emit(text === "invalid" ? { number: "one" } : { number: 1, text: "x".repeat(70_000) });
    while (text === "too large, and another one") {
      await context.sleep(20);
      await context.emit({ number: 2 });
    }
  });
  await made.start();
  for (const [text, errorClass, message] of [
    ["invalid", "PermanentError", /^The emitted value is not valid: number breaks type/],
    ["too large", "EmittedValueRefused", /^A value that the job has emitted was not recorded: value has \d+ bytes/],
    ["too large, and another one", "PermanentError", /^A value of job type 'label.cut' was not recorded: value has \d+ bytes/],
  ] as const) {
    const jobId = await submit("label.cut", text);
    const failed = await waitFor(jobId, "failed");
    assert.equal(failed.errorClass, errorClass);
    assert.match(failed.errorMessage, message);
    assert.deepEqual(await outcomes(jobId), ["failed"]);
  }
});

test("values that violate their schemas are refused without being shown", async () => {
  const logger = new Lines();
  const made = await worker({ logger });
  made
    .job("label.print", (payload: { text: string }) => ({ text: payload.text, pages: payload.text === "good" ? 1 : 0 }))
    .job("label.cut", (_payload, context) => context.emit({ number: "secret" }));
  await made.start();
  const bad = await waitFor(await submit("label.print", "bad"), "failed");
  assert.equal(bad.errorClass, "SchemaViolation");
  assert.match(bad.errorMessage, /^The result is not valid: pages breaks minimum/);
  const cut = await waitFor(await submit("label.cut"), "failed");
  assert.match(cut.errorMessage, /^The emitted value is not valid: number breaks type/);
  assert(!(JSON.stringify(cut) + logger.text).includes("secret"));
  await waitFor(await submit("label.print", "good"), "completed");
});

test("whole numbers of more than 53 bits are refused, not rounded", async () => {
  const made = await worker({ schemas: undefined });
  let seen: unknown;
  made.job<{ text: string }>("label.print", (payload) => {
    seen = payload;
    return { text: payload.text, pages: payload.text === "result" ? -(2 ** 60) : 1 };
  });
  await made.start();
  const print = async (json: string): Promise<string> =>
    (await owner("SELECT job_id FROM tenon.submit('label.print', $1::json, 'node')", [json]))[0]!["job_id"] as string;
  const exact = '{"text": "\\"9007199254740993", "copies": 1, "numbers": [9007199254740991, 9007199254740992, 1.5e300]}';
  await waitFor(await print(exact), "completed");
  assert.deepEqual(seen, JSON.parse(exact));
  for (const number of ["9007199254740993", "-9223372036854775807", "1".repeat(400)]) {
    const jobId = await print(`{"text": "payload", "copies": 1, "numbers": [${number}]}`);
    const failed = await waitFor(jobId, "failed");
    assert.equal(failed.errorClass, "PayloadNotExact");
    assert.match(failed.errorMessage, /The payload has a whole number of more than 53 bits/);
    assert.deepEqual(await outcomes(jobId), ["failed"]);
  }
  const failed = await waitFor(await submit("label.print", "result"), "failed");
  assert.match(failed.errorMessage, /The result cannot be written as JSON.*a whole number of more than 53 bits may have been rounded/);
});

test("a result that cannot be JSON fails the job for good", async () => {
  const made = await worker({ schemas: undefined });
  const circular: Record<string, unknown> = {};
  circular["self"] = circular;
  made.job("label.print", () => circular);
  await made.start();
  const failed = await waitFor(await submit(), "failed");
  assert.match(failed.errorMessage, /The result cannot be written as JSON/);
});

test("as many jobs run at a time as there are slots", async () => {
  const made = await worker({ slots: 3, withRabbitMq: true });
  let now = 0;
  let most = 0;
  made.job("label.print", async (_payload, context) => {
    most = Math.max(most, ++now);
    await context.sleep(50);
    now--;
    return PRINTED;
  });
  await made.start();
  const ids = await Promise.all(Array.from({ length: 12 }, () => submit()));
  for (const id of ids) {
    await waitFor(id, "completed");
  }
  assert.equal(most, 3);
});

test("limits and the order of lines hold over workers", async () => {
  let cutting = 0;
  let most = 0;
  const glued: number[] = [];
  for (let number = 0; number < 2; number++) {
    const made = await worker({ slots: 4, withRabbitMq: true });
    made
      .job("label.cut", async (_payload, context) => {
        most = Math.max(most, ++cutting);
        await context.sleep(30);
        cutting--;
      })
      .job<{ number: number }>("label.glue", ({ number: place }) => void glued.push(place));
    await made.start();
  }
  const ids: string[] = [];
  for (let place = 0; place < 8; place++) {
    ids.push(await submit("label.cut"), await submit("label.glue", "roll", { number: place }));
  }
  for (const id of ids) {
    await waitFor(id, "completed");
  }
  assert.equal(most, 2);
  assert.deepEqual(glued, [0, 1, 2, 3, 4, 5, 6, 7]);
});

test("a type that was not granted is left out, and the others run", async () => {
  const logger = new Lines();
  const its = await role({ worker: ["label.print"] });
  const made = await worker({ database: its.database, logger, withRabbitMq: true });
  made.job("label.print", () => PRINTED).job("label.scan", () => undefined, { queue: "jobs.scanner" });
  await made.start();
  const refused = await submit("label.scan");
  await waitFor(await submit(), "completed");
  await waitFor(await submit(), "completed");
  assert(["pending", "queued"].includes((await job(refused)).status));
  assert.match(logger.text, /This worker gets no jobs of type 'label.scan'.*grant_worker/);
});

test("a worker that starts before its grant works after it", async () => {
  const logger = new Lines();
  const its = await role({});
  const made = await worker({ database: its.database, logger });
  made.job("label.print", () => PRINTED);
  await made.start();
  const jobId = await submit();
  await waitUntil("the heartbeat is refused", () => logger.text.includes("has refused the heartbeat"));
  await owner("SELECT tenon.grant_worker($1, ARRAY['label.print'])", [its.name]);
  await waitFor(jobId, "completed");
});

test("mistakes are named when the worker is made or started", async () => {
  const options = { database: "postgresql://127.0.0.1/x", name: "node", schemas: SCHEMAS, logger: new Lines() };
  assert.throws(() => new Worker({ ...options, slots: 0 }), /slots is 0; it must be from 1 to 1000/);
  assert.throws(() => new Worker({ ...options, pollIntervalMillis: 0 }), /pollIntervalMillis is 0; it must be positive/);
  assert.throws(() => new Worker({ ...options, name: "no good" }), /The worker id 'no good-.*' is not valid/);
  const made = new Worker(options).job("label.print", () => PRINTED);
  assert.throws(() => made.job("label.print", () => PRINTED), /'label.print' already has a handler/);
  assert.throws(() => made.job("label.cut", () => undefined, { version: 0 }), /version is 0; the first version is 1/);
  await assert.rejects(new Worker(options).start(), /The worker has no handlers/);
  await assert.rejects(new Worker(options).job("label.shred", () => undefined).start(), /The schemas contain no job type 'label.shred'/);
  const stopped = new Worker(options).job("label.print", () => PRINTED);
  await stopped.stop();
  await assert.rejects(stopped.start(), /has already been started or stopped/);
});

test("a handler that is still running when its job times out keeps only its slot", async () => {
  const made = await worker({ slots: 2 });
  const finish = gate();
  made
    .job("label.scan", async () => finish.opened, { queue: "jobs.scanner" })
    .job("label.print", () => PRINTED);
  await made.start();
  const late = await submit("label.scan");
  await waitFor(await submit(), "completed");
  const failed = await waitFor(late, "failed");
  assert.equal(failed.errorMessage, "The attempt took longer than its timeout of 2000 ms.");
  assert.deepEqual(await outcomes(late), ["timed_out"]);
  finish.open();
});
