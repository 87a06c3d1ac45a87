/** A worker in a separate process, which tests kill, freeze and stop. The label's text says what it does. */

import { Worker } from "../src/index.js";

const NAME = process.env["WORKER_NAME"]!;

const worker = new Worker({
  database: process.env["WORKER_DATABASE"]!,
  rabbitMq: { url: process.env["WORKER_RABBITMQ"]! },
  name: NAME,
  ...(JSON.parse(process.env["WORKER_SETTINGS"]!) as object),
});

worker.job<{ text: string }>("label.print", async ({ text }, context) => {
  context.progress(50, "started");
  switch (text) {
    case "takes a while":
      await context.sleep(2_000);
      break;
    case "hangs":
      await context.sleep(600_000);
      break;
    case "does not listen":
      await new Promise((resolve) => setTimeout(resolve, 600_000));
      break;
    case "hangs in the first process":
      if (NAME === "first") {
        await context.sleep(600_000);
      }
      break;
  }
  return { text: NAME, pages: 1 };
});

await worker.run();
console.log("the worker has returned");
// A handler that does not listen would keep the process alive
process.exit(0);
