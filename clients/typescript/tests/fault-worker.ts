/** A worker of the fault suite, which does what the handlers of its NodeMain do. TypeScriptWorker starts it. */

import { randomUUID } from "node:crypto";
import { appendFileSync } from "node:fs";
import { join } from "node:path";

import { PermanentError, Worker } from "@tenon/jobs";

interface Work {
  readonly action: "WORK" | "FAIL_ONCE";
  readonly millis: number;
  readonly padding: string;
}

const type = setting("TYPE");

// What a handler did survives the process, like a ledger in Java
const ledger = join(setting("FOLDER"), `executed-${process.pid}`);

const worker = new Worker({
  database: setting("DATABASE"),
  rabbitMq: { url: setting("RABBITMQ"), namePrefix: setting("NAME_PREFIX") },
  name: "typescript",
  slots: Number(setting("SLOTS")),
  heartbeatIntervalMillis: Number(setting("HEARTBEAT_MILLIS")),
  gracePeriodMillis: Number(setting("GRACE_MILLIS")),
});

worker.job<Work>(type, async ({ action, millis }, context) => {
  const header = context.headers["faults.type"];
  if (header !== type) {
    throw new PermanentError(`Its header has become ${header}.`);
  }
  const execution = randomUUID();
  appendFileSync(ledger, `${execution}\t${context.jobId}\t${worker.id}\n`);
  if (action === "FAIL_ONCE" && context.attempt === 1) {
    throw new Error("The first attempt fails.");
  }
  await context.sleep(millis);
  return { execution };
});

console.log("ready");
await worker.run();

function setting(name: string): string {
  const value = process.env[`FAULTS_${name}`];
  if (value === undefined) {
    throw new Error(`FAULTS_${name} is missing.`);
  }
  return value;
}
