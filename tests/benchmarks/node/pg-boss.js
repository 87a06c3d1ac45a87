// pg-boss, with one worker that fetches many jobs at a time and, as long as it gets as many as it
// asks for, does not wait for its next poll (`notifyWorker`). It keeps a job that has ended.

import PgBoss from "pg-boss";

const QUEUE = "bench-work";

// Each fetch sorts all jobs that wait, whatever it takes of them. With a backlog of 100,000 jobs,
// one worker with batches of 5,000 took PostgreSQL 0.046 ms a job, and four with batches of 2,000
// 0.072; one with 20,000 takes it 0.036.
const BATCH = 20_000;

// The shortest interval that it accepts
const POLL_SECONDS = 0.5;

export async function open(connectionString, concurrency) {
  const boss = new PgBoss({ connectionString, max: concurrency });
  boss.on("error", (error) => console.error(error));
  await boss.start();
  await boss.createQueue(QUEUE);
  return {
    async submit(payload) {
      await boss.send(QUEUE, payload);
    },

    async submitAll(payloads) {
      await boss.insert(payloads.map((data) => ({ name: QUEUE, data })));
    },

    async startWorker(handler) {
      const options = { batchSize: BATCH, pollingIntervalSeconds: POLL_SECONDS };
      const id = await boss.work(QUEUE, options, async (jobs) => {
        if (jobs.length === BATCH) {
          boss.notifyWorker(id);
        }
        for (const job of jobs) {
          handler(job.data);
        }
      });
      return () => boss.offWork({ id });
    },
  };
}
