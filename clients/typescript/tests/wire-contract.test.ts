/** The golden files of the wire contract hold for this client, as they do for Java and for Python. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Contract, type Statements } from "../src/contract.js";
import { Session, Sessions } from "../src/database.js";
import { CallRefused } from "../src/errors.js";
import { Jobs, SubmitRefused } from "../src/index.js";
import { MAX_BYTES, isForeign, parsePointer } from "../src/pointer.js";
import { afterwards, golden, java, owner, role, submit, waitUntil } from "./harness.js";

const MESSAGES = golden("messages");

test("messages are read as the golden file says", () => {
  assert.equal(MAX_BYTES, MESSAGES.maxBytes);
  for (const each of MESSAGES.bodies) {
    assert.deepEqual(parsePointer(Buffer.from(each.body)) ?? null, each.pointer, each.why);
  }
  const [first] = MESSAGES.bodies;
  assert.notEqual(parsePointer(Buffer.from(first.body.padEnd(MAX_BYTES))), undefined);
  assert.equal(parsePointer(Buffer.from(first.body.padEnd(MAX_BYTES + 1))), undefined);
  for (const each of MESSAGES.headers) {
    assert.equal(isForeign(each.headers, each.installation), each.foreign, each.why);
    assert.equal(isForeign(each.headers, undefined), false);
  }
});

interface Step {
  readonly function?: string;
  readonly arguments?: Record<string, unknown>;
  readonly submit?: Record<string, unknown> & { job: string; type: string; text: string };
  readonly cancel?: { job: string };
  readonly jobs?: string[];
  readonly rows?: Record<string, unknown>[];
  readonly error?: { sqlstate: string; message: string };
}

const WORKER_CALLS = new Set([
  "heartbeat",
  "claim",
  "progress",
  "log",
  "emit",
  "complete",
  "fail",
  "snooze",
  "release",
  "cancelled",
  "deregister",
]);

const UNITS: Record<string, number> = { second: 1_000, seconds: 1_000, minute: 60_000, minutes: 60_000, hour: 3_600_000, hours: 3_600_000 };

function millis(interval: unknown): number {
  const [number, unit] = String(interval).split(" ");
  return Number(number) * UNITS[unit!]!;
}

test("the session runs as the golden file says", async () => {
  const session = golden("session") as { role: string; grants: string[]; steps: Step[] };
  const its = await role({ worker: session.grants }, session.role);
  const on = new Session({ connectionString: its.database });
  afterwards(() => on.close());
  const real = new Map<string, string>();
  let calls = 0;
  for (const step of session.steps) {
    if (step.submit !== undefined) {
      const { job: id, type, text, ...more } = step.submit;
      real.set(id, await submit(type, text, more));
    }
    if (step.cancel !== undefined) {
      await java("cancel", { jobId: real.get(step.cancel.job) });
    }
    if (step.function === undefined) {
      continue;
    }
    if (!WORKER_CALLS.has(step.function)) {
      // Of steps and waits, which this client does not have
      await inSql(on, step, real);
      continue;
    }
    calls++;
    const call = (): Promise<unknown[]> => workerCall(on, step, real);
    if (step.error === undefined) {
      // A claim passes over a job whose row somebody holds at that moment, as maintenance may
      const findsJobs = step.function === "claim" && step.rows!.length > 0;
      const rows = await waitUntil("the claim finds a job", async () => {
        const found = await call();
        return findsJobs && found.length === 0 ? undefined : found;
      });
      assert.deepEqual(rows, step.rows, JSON.stringify(step));
    } else {
      await assert.rejects(call, (error) => {
        assert(error instanceof CallRefused);
        assert.equal(error.sqlstate, step.error!.sqlstate);
        assert.equal(error.message, `${step.error!.message} (${step.error!.sqlstate})`);
        return true;
      });
    }
  }
  assert(calls > 20);
});

async function inSql(on: Statements, step: Step, real: ReadonlyMap<string, string>): Promise<void> {
  let sql = (step as { sql?: string }).sql!;
  real.forEach((id, goldenId) => (sql = sql.replaceAll(goldenId, id)));
  await on.rows(sql);
}

async function workerCall(on: Statements, step: Step, real: ReadonlyMap<string, string>): Promise<unknown[]> {
  const { worker = "printing-1", ...given } = step.arguments! as Record<string, never>;
  const contract = new Contract("tenon", worker as string);
  const goldenIds = new Map([...real].map(([goldenId, id]) => [id, goldenId]));
  const args = given as Record<string, unknown>;
  const lease = { jobId: real.get(args["job_id"] as string)!, number: args["lease"] as number };
  const json = (name: string): string | undefined => (args[name] === undefined ? undefined : JSON.stringify(args[name]));
  switch (step.function) {
    case "heartbeat": {
      const listed = await contract.heartbeat(on, args["host"] as string, args["process_id"] as number, args["concurrency"] as number);
      return listed.map((item) => ({
        job_id: goldenIds.get(item.lease.jobId),
        lease: item.lease.number,
        cancel_requested: item.cancelRequested,
      }));
    }
    case "claim": {
      const types = args["types"] as string[];
      const versions = new Map(types.map((type, place) => [type, (args["versions"] as number[])[place]!]));
      const ids = (args["job_ids"] as string[] | undefined)?.map((id) => real.get(id)!);
      const claimed = await contract.claim(on, versions, args["max_jobs"] as number, ids);
      return claimed.map((job) => ({
        job_id: goldenIds.get(job.lease.jobId),
        type: job.type,
        version: job.version,
        lease: job.lease.number,
        attempt: job.attempt,
        max_attempts: job.maxAttempts,
        timeout_millis: job.timeoutMillis,
        payload: JSON.parse(job.payloadJson) as unknown,
        item_id: job.itemId,
        submitted_by: job.submittedBy,
        headers: Object.keys(job.headers).length === 0 ? null : job.headers,
      }));
    }
    case "progress":
      return [{ progress: await contract.progress(on, lease, args["percent"] as number, args["message"] as string | undefined) }];
    case "log":
      return [{ log: await contract.log(on, lease, args["level"] as string, args["message"] as string, json("data")) }];
    case "emit":
      return [{ emit: await contract.emit(on, lease, args["number"] as number, json("value")!, (args["version"] as number) ?? 1) }];
    case "complete":
      return [{ complete: await contract.complete(on, lease, json("result"), (args["version"] as number) ?? 1) }];
    case "fail": {
      const failure = {
        errorClass: args["error_class"] as string,
        message: args["error_message"] as string,
        stack: args["stack"] as string | undefined,
        permanent: args["permanent"] as boolean | undefined,
      };
      const after = args["retry_after"] === undefined ? undefined : millis(args["retry_after"]);
      return [{ fail: (await contract.fail(on, lease, failure, after)) ?? null }];
    }
    case "snooze":
      return [{ snooze: await contract.snooze(on, lease, millis(args["delay"])) }];
    case "release":
      return [{ release: await contract.release(on, lease) }];
    case "cancelled":
      return [{ cancelled: await contract.cancelled(on, lease) }];
    case "deregister":
      return [{ deregister: await contract.deregister(on) }];
    default:
      throw new Error(step.function);
  }
}

test("the submits run as the golden file says", async () => {
  const session = golden("submits") as { role: string; grants: string[]; steps: Step[] };
  const its = await role({ submitter: session.grants }, session.role);
  const jobs = new Jobs({ database: its.database });
  afterwards(() => jobs.close());
  const real = new Map<string, string>();
  for (const step of session.steps.filter((each) => each.function !== undefined)) {
    const call = (): Promise<unknown> => submitterCall(jobs, its.database, step, real);
    if (step.error === undefined) {
      assert.deepEqual(await call(), step.rows, JSON.stringify(step));
    } else {
      await assert.rejects(call, (error) => {
        assert(error instanceof SubmitRefused);
        assert.equal(error.sqlstate, step.error!.sqlstate);
        assert.equal(error.message, step.error!.message);
        return true;
      });
    }
  }
});

async function submitterCall(jobs: Jobs, database: string, step: Step, real: Map<string, string>): Promise<unknown> {
  const args = step.arguments!;
  const options = {
    submittedBy: args["submitted_by"] as string,
    itemId: args["item_id"] as string | undefined,
    priority: args["priority"] as "high" | undefined,
    version: args["version"] as number | undefined,
    delayMillis: args["delay"] === undefined ? undefined : millis(args["delay"]),
    headers: args["headers"] as Record<string, string> | undefined,
  };
  const idOf = (name: string): string => real.get(args[name] as string) ?? (args[name] as string);
  switch (step.function) {
    case "submit": {
      const submitted = await jobs.submit(args["type"] as string, args["payload"], options);
      real.set(step.jobs![0]!, submitted.jobId);
      return [{ job_id: step.jobs![0], is_new: submitted.isNew }];
    }
    case "submit_all": {
      const all = await jobs.submitAll(args["type"] as string, args["payloads"] as unknown[], options);
      return all.map((submitted, place) => {
        real.set(step.jobs![place]!, submitted.jobId);
        return { number: place + 1, job_id: step.jobs![place], is_new: submitted.isNew };
      });
    }
    case "read_jobs": {
      const goldenIds = new Map([...real].map(([goldenId, id]) => [id, goldenId]));
      const ids = (args["job_ids"] as string[]).map((id) => real.get(id)!);
      const found = await jobs.findAll(ids, { withPayload: true });
      return found.map((job) => ({
        job_id: goldenIds.get(job.jobId),
        type: job.type,
        version: job.version,
        // A pointer may have been published by now
        status: job.status === "queued" ? "pending" : job.status,
        priority: job.priority,
        item_id: job.itemId,
        submitted_by: job.submittedBy,
        attempts: job.attempts,
        max_attempts: job.maxAttempts,
        payload: job.payload,
        result: job.result,
        error_reason: job.errorReason,
        headers: Object.keys(job.headers).length === 0 ? null : job.headers,
      }));
    }
    case "watch_jobs": {
      // Waits call it; here only that a submitter may
      const sessions = new Sessions({ connectionString: database });
      afterwards(() => sessions.close());
      const ids = (args["job_ids"] as string[]).map((id) => real.get(id)!);
      return sessions.rows("SELECT tenon.watch_jobs($1::uuid, $2::uuid[])", [args["watcher"], ids]);
    }
    case "send_signal":
      return [
        {
          send_signal: await jobs.sendSignal(idOf("job_id"), args["name"] as string, args["payload"], {
            sentBy: args["sent_by"] as string,
            id: args["id"] as string,
          }),
        },
      ];
    case "cancel_job":
      return [
        {
          cancel_job: await jobs.cancel(
            idOf("job_id"),
            args["cancelled_by"] as string,
            (args["reason"] as string | null) ?? undefined,
          ),
        },
      ];
    default:
      throw new Error(step.function);
  }
}

test("every function is in a golden session", async () => {
  for (const [functions, file] of [
    ["worker_functions", "session"],
    ["submitter_functions", "submits"],
  ]) {
    const rows = await owner(`SELECT split_part(f::text, '(', 1) AS name FROM tenon.${functions}() AS f`);
    const named = new Set((golden(file!).steps as Step[]).map((step) => step.function));
    for (const { name } of rows) {
      assert(named.has((name as string).replace("tenon.", "")), `${name} in ${file}`);
    }
  }
});
