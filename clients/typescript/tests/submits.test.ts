/** Jobs that this client submits are those that Java would submit, in the caller's transaction. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

import pg from "pg";

import {
  BacklogFull,
  DatabaseUnavailable,
  JobNotCompleted,
  Jobs,
  JobType,
  SubmitRefused,
  type Worker,
  WaitTimeout,
} from "../src/index.js";
import { PATIENCE_MILLIS, SCHEMAS, afterwards, gate, job, owner, submitter, waitUntil, whileLocked, worker } from "./harness.js";

const LABEL = { text: "Fragile", copies: 2 };
const HOUR = 3_600_000;

/** A worker that prints labels. */
async function printing(): Promise<Worker> {
  const made = await worker({ withRabbitMq: true });
  made.job<{ text: string; copies: number }>("label.print", ({ text, copies }) => {
    if (text === "bad") {
      throw new RangeError("This label cannot be printed.");
    }
    return { text, pages: copies };
  });
  await made.start();
  return made;
}

test("a job is run, and its result awaited", async () => {
  const { jobs } = await submitter();
  await printing();
  const submitted = await jobs.submit("label.print", LABEL, { itemId: "item-1", headers: { tenant: "acme" } });
  assert(submitted.isNew);
  assert.deepEqual(await jobs.result(submitted.jobId, PATIENCE_MILLIS), { text: "Fragile", pages: 2 });
  const found = await jobs.find(submitted.jobId, { withPayload: true });
  assert.equal(found?.status, "completed");
  assert.equal(found.itemId, "item-1");
  assert.equal(found.submittedBy, "node");
  assert.deepEqual(found.payload, LABEL);
  assert.deepEqual(found.headers, { tenant: "acme" });
  assert.equal((await job(submitted.jobId)).status, "completed");
});

test("a type with its schemas submits jobs and returns results", async () => {
  const { jobs } = await submitter();
  await printing();
  const payload = { type: "object", properties: { copies: { type: "integer", minimum: 1 } }, required: ["text", "copies"] };
  const labelPrint = new JobType<typeof LABEL, { text: string; pages: number }>({
    name: "label.print",
    version: 1,
    payload,
    result: { required: ["text", "pages"] },
  });
  const { jobId } = await labelPrint.submit(jobs, LABEL, { itemId: "item-2" });
  assert.deepEqual(await labelPrint.result(jobs, jobId, PATIENCE_MILLIS), { text: "Fragile", pages: 2 });
  const found = await jobs.find(jobId);
  assert.equal(found?.itemId, "item-2");
  assert.equal(found.version, 1);
  assert.equal((await labelPrint.submitAll(jobs, [LABEL, LABEL])).length, 2);
  await assert.rejects(labelPrint.submit(jobs, { text: "x", copies: 0 }), (error) => {
    assert(error instanceof SubmitRefused);
    assert.match(error.message, /copies breaks minimum/);
    return true;
  });
  const newer = new JobType<typeof LABEL>({ name: "label.print", version: 7, payload });
  await assert.rejects(newer.submit(jobs, LABEL), /version is 7; the applications read payloads/);
});

test("a job that fails says so to those who await it", async () => {
  const { jobs } = await submitter();
  await printing();
  const { jobId } = await jobs.submit("label.print", { text: "bad", copies: 1 });
  await assert.rejects(jobs.result(jobId, PATIENCE_MILLIS), (error) => {
    assert(error instanceof JobNotCompleted);
    assert.equal(error.message, `Job ${jobId} of type 'label.print' has ended as failed.`);
    assert.equal(error.job.errorClass, "RangeError");
    return true;
  });
});

test("a job is part of the transaction of the caller", async () => {
  const { jobs, role } = await submitter();
  const client = new pg.Client(role.database);
  await client.connect();
  afterwards(() => client.end());
  await client.query("BEGIN");
  const undone = await jobs.submit("label.print", LABEL, {}, client);
  await client.query("ROLLBACK");
  await client.query("BEGIN");
  const done = await jobs.submit("label.print", LABEL, {}, client);
  assert.equal(await jobs.find(done.jobId), undefined);
  assert.equal((await jobs.find(done.jobId, {}, client))?.jobId, done.jobId);
  await client.query("COMMIT");
  assert.equal(await jobs.find(undone.jobId), undefined);
  assert.equal((await jobs.find(done.jobId))?.jobId, done.jobId);
});

test("a refusal is recognized whichever copy of pg the transaction uses", async () => {
  const { jobs } = await submitter();
  const refuse = (fields: object) => ({ query: () => Promise.reject(Object.assign(new Error("no"), fields)) });
  await assert.rejects(
    jobs.submit("label.print", LABEL, {}, refuse({ code: "42501", severity: "ERROR" })),
    new SubmitRefused("no", "42501"),
  );
  // The code of an error of Node.js
  await assert.rejects(jobs.submit("label.print", LABEL, {}, refuse({ code: "EPIPE" })), DatabaseUnavailable);
});

test("many jobs are submitted together or not at all", async () => {
  const { jobs } = await submitter();
  const payloads = Array.from({ length: 2_500 }, (_, number) => ({ text: `label ${number}`, copies: 1 }));
  const submitted = await jobs.submitAll("label.print", payloads, { delayMillis: HOUR });
  assert.equal(new Set(submitted.map((each) => each.jobId)).size, 2_500);
  assert.deepEqual((await jobs.find(submitted.at(-1)!.jobId, { withPayload: true }))?.payload, payloads.at(-1));
  const before = await owner("SELECT count(*) FROM tenon.job_data");
  await assert.rejects(
    jobs.submitAll("label.print", [...payloads, "text"], { validate: false }),
    new SubmitRefused("Payload 501 of type 'label.print' is a JSON string; it must be a JSON object.", "22023"),
  );
  assert.deepEqual(await owner("SELECT count(*) FROM tenon.job_data"), before);
  assert.deepEqual(await jobs.submitAll("label.print", []), []);
});

test("the server ends statements for many jobs before the client gives up", async () => {
  const { role } = await submitter();
  const jobs = new Jobs({ database: { connectionString: role.database, query_timeout: 1_000 }, submittedBy: "node" });
  afterwards(() => jobs.close());
  await whileLocked("tenon.job_data", () =>
    // So many that they take two calls, and so a transaction
    assert.rejects(jobs.submitAll("label.print", Array(1_001).fill(LABEL)), (error) => {
      assert(error instanceof DatabaseUnavailable);
      assert.match(error.message, /statement timeout/);
      return true;
    }),
  );
});

test("options say when, and how urgent", async () => {
  const { jobs } = await submitter();
  const runAt = new Date("2101-02-03T04:05:06.789Z");
  const timed = await jobs.find((await jobs.submit("label.print", LABEL, { runAt, priority: "critical" })).jobId);
  assert.deepEqual(timed?.runAt, runAt);
  assert.equal(timed?.priority, "critical");
  const delayed = await jobs.find((await jobs.submit("label.print", LABEL, { delayMillis: 2 * HOUR })).jobId);
  assert.equal(delayed!.runAt.getTime() - delayed!.submittedAt.getTime(), 2 * HOUR);
  // PostgreSQL 14 reads no interval of more than 31 bits of milliseconds
  const long = { delayMillis: 1_440 * HOUR, startWithinMillis: 2_880 * HOUR };
  const far = await jobs.find((await jobs.submit("label.print", LABEL, long)).jobId);
  assert.equal(far!.runAt.getTime() - far!.submittedAt.getTime(), 1_440 * HOUR);
});

test("a payload is checked before it is sent", async () => {
  const { jobs } = await submitter();
  const circular: Record<string, unknown> = {};
  circular["self"] = circular;
  for (const [payload, message] of [
    [{ text: "x", copies: 0 }, /The payload is not valid: copies breaks minimum/],
    [{ text: "x" }, /The payload is not valid: it lacks copies/],
    [{ text: "\ud800", copies: 1 }, /cannot be written as JSON: a surrogate without its partner/],
    [{ text: "x", copies: Number.NaN }, /cannot be written as JSON: NaN is not a number that JSON has/],
    [{ text: "x", copies: 2 ** 53 }, /cannot be written as JSON: a whole number of more than 53 bits may have been rounded/],
    [{ text: () => "x", copies: 1 }, /cannot be written as JSON: a function cannot be written as JSON/],
    [circular, /cannot be written as JSON: Converting circular structure/],
    [undefined, /cannot be written as JSON: it is undefined/],
  ] as const) {
    await assert.rejects(jobs.submit("label.print", payload), (error) => {
      assert(error instanceof SubmitRefused);
      assert.match(error.message, message);
      return true;
    });
  }
  // Whole pairs, and what only looks like half of one
  const { jobId } = await jobs.submit("label.print", { text: "\u{1f600} \\ud800", copies: 1 }, { delayMillis: HOUR });
  assert.deepEqual((await jobs.find(jobId, { withPayload: true }))?.payload, { text: "\u{1f600} \\ud800", copies: 1 });
});

test("a refusal has the message of the function", async () => {
  const { jobs, role } = await submitter();
  await assert.rejects(
    jobs.submit("label.unknown", {}),
    new SubmitRefused(
      `Role '${role.name}' may not submit jobs of type 'label.unknown'. The owner of the schema can allow it with grant_submitter.`,
      "42501",
    ),
  );
  await assert.rejects(
    jobs.submit("label.print", LABEL, { itemId: " " }),
    new SubmitRefused("item_id is blank. Name who or what it is.", "22023"),
  );
  await assert.rejects(new Jobs({ database: role.database }).submit("label.print", LABEL), /Nobody is named who submits jobs/);
  await assert.rejects(jobs.find("7"), /'7' is not the id of a job, which is a UUID/);
});

test("a job is cancelled, waiting or running", async () => {
  const { jobs } = await submitter();
  const waiting = await jobs.submit("label.print", LABEL, { delayMillis: HOUR });
  assert.equal(await jobs.cancel(waiting.jobId, "ann", "no paper"), "cancelled");
  assert.equal((await job(waiting.jobId)).status, "cancelled");

  const started = gate();
  const made = await worker({ withRabbitMq: true });
  made.job("label.print", async (_payload, context) => {
    started.open();
    await context.sleep(PATIENCE_MILLIS);
  });
  await made.start();
  const running = await jobs.submit("label.print", LABEL);
  await started.opened;
  assert.equal(await jobs.cancel(running.jobId, "ann"), "running");
  assert.equal((await jobs.wait(running.jobId, PATIENCE_MILLIS)).status, "cancelled");
  const unknown = randomUUID();
  await assert.rejects(jobs.cancel(unknown, "ann"), new RegExp(`There is no job ${unknown} of a type that role`));
});

test("a signal is kept once", async () => {
  const { jobs } = await submitter();
  const { jobId } = await jobs.submit("label.print", LABEL, { delayMillis: HOUR });
  const options = { sentBy: "office", id: "event-1" };
  assert.equal(await jobs.sendSignal(jobId, "label.approved", { by: "ann" }, options), true);
  assert.equal(await jobs.sendSignal(jobId, "label.approved", { by: "ann" }, options), false);
  await assert.rejects(jobs.sendSignal(jobId, "label.approved", { by: "" }, options), /The signal 'label.approved' cannot be sent/);
  await jobs.cancel(jobId, "ann");
  await assert.rejects(jobs.sendSignal(jobId, "label.approved", { by: "ann" }, { sentBy: "office" }), /the job has ended/);
});

test("a wait ends when the time is up, and finds no job that is not there", async () => {
  const { jobs } = await submitter();
  const { jobId } = await jobs.submit("label.print", LABEL, { delayMillis: HOUR });
  await assert.rejects(jobs.wait(jobId, 200), (error) => {
    assert(error instanceof WaitTimeout);
    assert.deepEqual(error.jobIds, [jobId]);
    return true;
  });
  await assert.rejects(jobs.wait(randomUUID(), PATIENCE_MILLIS), /There is no job .* of a type that the role was granted/);
});

test("a wait survives the loss of its connection", async () => {
  const { jobs, role } = await submitter();
  const { jobId } = await jobs.submit("label.print", LABEL, { delayMillis: HOUR });
  const ended = jobs.wait(jobId, PATIENCE_MILLIS);
  // The connection of the wait, and the one that has submitted
  const cut = await waitUntil("both are cut off", async () => {
    const [row] = await owner(
      "SELECT array_agg(a.pid) FILTER (WHERE pg_terminate_backend(a.pid)) AS cut FROM pg_stat_activity a" +
        " WHERE a.usename = $1 AND EXISTS (SELECT FROM tenon.awaited_jobs)",
      [role.name],
    );
    return row!["cut"] as number[] | null;
  });
  await waitUntil("the server has ended them", async () => {
    const rows = await owner("SELECT FROM pg_stat_activity WHERE pid = ANY ($1)", [cut]);
    return rows.length === 0;
  });
  await jobs.cancel(jobId, "ann");
  assert.equal((await ended).status, "cancelled");
});

test("all of several jobs are awaited, in their order", async () => {
  const { jobs } = await submitter();
  await printing();
  const texts = Array.from({ length: 20 }, (_, number) => `${number}`);
  const submitted = await jobs.submitAll("label.print", texts.map((text) => ({ text, copies: 1 })));
  const ended = await jobs.waitAll(submitted.map((each) => each.jobId), PATIENCE_MILLIS);
  assert.deepEqual(ended.map((each) => (each.result as { text: string }).text), texts);
});

test("an unreachable server is not a refusal", async () => {
  const jobs = new Jobs({ database: "postgresql://nobody@127.0.0.1:1/x", submittedBy: "node" });
  await assert.rejects(jobs.submit("label.print", LABEL), DatabaseUnavailable);
});

test("a full backlog is not a refusal", async () => {
  const { jobs } = await submitter();
  await owner(
    "UPDATE tenon.job_types SET max_waiting = 1, submission = submission || '{\"backlogBy\": \"\"}' WHERE type = 'label.print'",
  );
  afterwards(() =>
    owner("UPDATE tenon.job_types SET max_waiting = 0, submission = submission - 'backlogBy' WHERE type = 'label.print'"),
  );
  await jobs.submit("label.print", LABEL, { delayMillis: HOUR });
  await assert.rejects(jobs.submit("label.print", LABEL), (error) => {
    assert(error instanceof BacklogFull);
    assert.match(error.message, /1 jobs wait, and the bound is 1/);
    return true;
  });
});

test("a program that has submitted its jobs ends", async () => {
  const { role } = await submitter();
  const program = `
    import { Jobs } from ${JSON.stringify(new URL("../src/index.js", import.meta.url).href)};
    const jobs = new Jobs({ database: ${JSON.stringify(role.database)}, submittedBy: "node" });
    const options = { delayMillis: ${HOUR} };
    await jobs.submit("label.print", { text: "one", copies: 1 }, options);
    const { jobId } = await jobs.submit("label.print", { text: "two", copies: 1 }, options);
    console.log(jobId);
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], {
    timeout: PATIENCE_MILLIS,
  });
  assert.equal((await job(stdout.trim())).status, "pending");
});

test("a schema of any name is quoted, and schemas that are not there are named", async () => {
  const { role } = await submitter();
  const strange = new Jobs({ database: role.database, submittedBy: "node", schema: 'no"such' });
  await assert.rejects(strange.submit("label.print", LABEL), (error) => error instanceof SubmitRefused && error.sqlstate === "3F000");
  const without = new Jobs({ database: role.database, submittedBy: "node", schemas: `${SCHEMAS}/nothing-here` });
  await assert.rejects(without.submit("label.print", LABEL), /nothing-here does not exist/);
});

test("schemas that come later are read then", async () => {
  const { role } = await submitter();
  const folder = await mkdtemp(join(tmpdir(), "tenon-schemas-"));
  afterwards(() => rm(folder, { recursive: true }));
  const jobs = new Jobs({ database: role.database, submittedBy: "node", schemas: folder });
  afterwards(() => jobs.close());
  await assert.rejects(jobs.submit("label.print", LABEL), /has no .schemas.json file/);
  const schemas = { $defs: { "label.print.payload": { required: ["color"] } } };
  await writeFile(join(folder, "Labels.schemas.json"), JSON.stringify(schemas));
  await assert.rejects(jobs.submit("label.print", LABEL), /The payload is not valid: it lacks color/);
});
