// A library without a database, for NodeProcessTest. Its worker runs what waits when it is started.

export async function open() {
  let waiting = [];
  return {
    async submit(payload) {
      waiting.push(payload);
    },

    async submitAll(payloads) {
      if (payloads.length === 13) {
        throw new Error("thirteen jobs are refused");
      }
      waiting.push(...payloads);
    },

    async startWorker(handler) {
      waiting.forEach(handler);
      waiting = [];
      return async () => {};
    },
  };
}
