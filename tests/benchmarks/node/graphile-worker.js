// Graphile Worker, with the settings of the page "Performance" of its documentation: a local queue
// of 500 and outcomes recorded in batches. It deletes a job when it ends.

// As in its own performance test: no line in the log for each job. It is read when the library is.
process.env.NO_LOG_SUCCESS = "1";
const { makeWorkerUtils, run } = await import("graphile-worker");

const TASK = "bench_work";

export async function open(connectionString, concurrency) {
  const preset = {
    worker: {
      connectionString,
      concurrentJobs: concurrency,
      // A connection for each job, and one that listens
      maxPoolSize: concurrency + 1,
      localQueue: { size: 500 },
      completeJobBatchDelay: 0,
      failJobBatchDelay: 0,
    },
  };
  const utils = await makeWorkerUtils({ preset });
  await utils.migrate();
  return {
    async submit(payload) {
      await utils.addJob(TASK, payload);
    },

    async submitAll(payloads) {
      await utils.addJobs(payloads.map((payload) => ({ identifier: TASK, payload })));
    },

    async startWorker(handler) {
      const runner = await run({
        preset,
        taskList: { [TASK]: async (payload) => handler(payload) },
        crontab: "",
        noHandleSignals: true,
      });
      return () => runner.stop();
    },
  };
}
