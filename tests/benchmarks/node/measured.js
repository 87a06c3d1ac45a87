// One process of a job library of Node.js, which a measuring JVM tells what to do. It reads a
// command from each line of standard input, and writes these lines to standard output:
//
//   ready          once, when the tables are there
//   started N      N more jobs have started; the first one is told immediately
//   done           the command has been carried out
//   failed TEXT    it has not
//
// The commands, one at a time:
//
//   bulk FIRST COUNT             submits the jobs from number FIRST in one call
//   single FIRST COUNT LOOPS     submits them one by one, in so many loops side by side
//   work, rest                   starts and stops a worker
//
// It ends with its standard input.
//
// Usage: DATABASE_URL=... node measured.js LIBRARY CONCURRENCY

import { createInterface } from "node:readline";

// Standard output is for the JVM; what libraries log goes to standard error
console.log = console.info = console.debug = console.error;

const MILLIS_BETWEEN_COUNTS = 1;

const [library, concurrency] = process.argv.slice(2);
const { open } = await import(`./${library}.js`);
const system = await open(process.env.DATABASE_URL, Number(concurrency));

let stopWorker;
let anyStarted = false;
let untold = 0;

function tell(line) {
  process.stdout.write(line + "\n");
}

function tellStarted() {
  tell(`started ${untold}`);
  untold = 0;
}

/** The handler of all jobs: counts them, and does nothing else. */
function handle() {
  untold++;
  if (!anyStarted) {
    anyStarted = true;
    tellStarted();
  } else if (untold === 1) {
    setTimeout(tellStarted, MILLIS_BETWEEN_COUNTS);
  }
}

/** What Work.of makes in the JVM. */
function payload(number) {
  return {
    number,
    sentAtMicros: Date.now() * 1_000,
    customer: `Customer ${String(number).padStart(8, "0")}, 12 Example Street`,
  };
}

const commands = {
  async bulk(first, count) {
    await system.submitAll(Array.from({ length: count }, (_, index) => payload(first + index)));
  },

  async single(first, count, loops) {
    let next = first;
    const loop = async () => {
      while (next < first + count) {
        await system.submit(payload(next++));
      }
    };
    await Promise.all(Array.from({ length: loops }, loop));
  },

  async work() {
    anyStarted = false;
    stopWorker = await system.startWorker(handle);
  },

  async rest() {
    await stopWorker();
  },
};

tell("ready");
for await (const line of createInterface({ input: process.stdin })) {
  const [name, ...numbers] = line.split(" ");
  try {
    await commands[name](...numbers.map(Number));
    tell("done");
  } catch (error) {
    tell(`failed ${name}: ${String(error).replaceAll("\n", " ")}`);
  }
}
process.exit(0);
