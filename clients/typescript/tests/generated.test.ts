/** What `tenon generate typescript` writes. A test of the command compares these files with its output. */

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { Jobs, JobType, SchemaViolation, SubmitRefused } from "../src/index.js";
import type { DrawShapes, DrawShapesResult } from "./generated/draw-jobs.js";
import type { ShapeCheckEverything } from "./generated/shapes-jobs.js";

// In an application the package is installed; here its name stands for the sources that were compiled with these tests
const GENERATED = fileURLToPath(new URL("generated/", import.meta.url));
const PACKAGE = `${GENERATED}node_modules/@tenon/jobs`;
mkdirSync(PACKAGE, { recursive: true });
writeFileSync(`${GENERATED}package.json`, '{"type": "module"}');
writeFileSync(`${PACKAGE}/package.json`, '{"type": "module", "exports": "./index.js"}');
writeFileSync(`${PACKAGE}/index.js`, 'export * from "../../../../../src/index.js";');

const { drawShapes } = await import("./generated/draw-jobs.js");
const { hostileNames, typedDict } = await import("./generated/hostile-jobs.js");
const { reportPrint } = await import("./generated/report-jobs.js");
const { shapeCheckEverything } = await import("./generated/shapes-jobs.js");

const DRAWING: DrawShapes = { first: { type: "Circle", radius: 1 }, others: [{ type: "Empty" }] };

const EVERYTHING: ShapeCheckEverything = {
  text: "",
  email: "ann@example.com",
  offset: -5,
  big: 5_000_000_000,
  ratio: "Infinity",
  price: 1,
  count: 10,
  codes: [1, 2, 3],
  note: null,
  limit: undefined,
  names: ["ann"],
  tags: [null, "a"],
  matrix: [[1]],
  prices: { a: 0.5 },
  trees: { a: { name: "a", children: [{ name: "b", children: [] }] } },
  plain: { name: "a" },
  page: { entries: [], number: 1 },
};

/** Nothing listens there: whatever is refused was not sent. */
const jobs = new Jobs({ database: "postgresql://nobody@localhost:1/nothing", submittedBy: "node" });

async function refused(check: Promise<unknown>, message: RegExp): Promise<void> {
  await assert.rejects(check, (error) => {
    assert(error instanceof SchemaViolation);
    assert.match(error.message, message);
    return true;
  });
}

test("valid payloads and results are accepted", async () => {
  assert.equal(await drawShapes.check(DRAWING), DRAWING);
  assert.equal(await shapeCheckEverything.check(EVERYTHING), EVERYTHING);
  const drawn: DrawShapesResult = await drawShapes.checkResult({ type: "Drawn", file: "a.svg" });
  assert(drawn.type === "Drawn" && drawn.file === "a.svg");
});

test("each rule is checked", async () => {
  const wrong: [object, RegExp][] = [
    [{ text: null }, /text breaks type/],
    [{ email: "ann" }, /email breaks pattern/],
    [{ offset: -6 }, /offset breaks minimum/],
    [{ offset: 0.5 }, /offset breaks type/],
    [{ big: 5_000_000_001 }, /big breaks maximum/],
    [{ ratio: "NaN" }, /ratio breaks /],
    [{ codes: [] }, /codes breaks minItems/],
    [{ codes: [1, 2, 3, 4] }, /codes breaks maxItems/],
    [{ note: "0123456789" }, /note breaks maxLength/],
    [{ names: [" "] }, /names.0 breaks pattern/],
    [{ matrix: [[0]] }, /matrix.0.0 breaks minimum/],
    [{ prices: { " ": 1 } }, /prices breaks pattern/],
    [{ prices: { a: 0 } }, /prices.a breaks exclusiveMinimum/],
    [{ trees: { a: { name: "a" } } }, /trees.a lacks children/],
    [{ trees: { a: { name: "a", children: [{ name: "", children: [] }] } } }, /trees.a.children.0.name breaks pattern/],
  ];
  for (const [change, message] of wrong) {
    await refused(shapeCheckEverything.check({ ...EVERYTHING, ...change }), message);
  }
});

test("records that hold themselves are checked", async () => {
  const tree = { name: "a", children: [{ name: "b", children: [] }] };
  assert.equal(await shapeCheckEverything.checkResult(tree), tree);
  await refused(shapeCheckEverything.checkResult({ name: "a", children: [{ name: "", children: [] }] }), /children.0.name/);
});

test("records of sealed interfaces are checked", async () => {
  for (const first of [{ radius: 1 }, { type: "Circle", radius: 0 }, { type: "Triangle" }, { type: "Square", radius: 1 }]) {
    await refused(drawShapes.check({ first, others: [] }), /The payload is not valid: first/);
  }
});

test("times are checked", async () => {
  assert.equal(await reportPrint.checkResult("2026-03-01T12:00:00Z"), "2026-03-01T12:00:00Z");
  await refused(reportPrint.checkResult("tomorrow"), /it breaks pattern/);
});

test("any names and strings are harmless", async () => {
  const payload = { plain: "", list: [{ type: "a" }], "quotes \"'`\\": "line\nbreak", "\u{1f600} \u00e9": 0.5 };
  assert.equal(await hostileNames.check(payload), payload);
  assert.equal(hostileNames.version, 3);
  for (const change of [{ "quotes \"'`\\": "line break" }, { "line\nbreak": 0 }, { "\u{1f600} \u00e9": 1 }]) {
    await refused(hostileNames.check({ ...payload, ...change }), /breaks/);
  }
  await hostileNames.checkResult({ next: { type: "*/", next: { type: "So\"me", class: "" } } });
  await refused(hostileNames.checkResult({ next: { type: "*/", next: { type: "*" } } }), /next/);
  await typedDict.check({ wide: 1, count: 1, color: "A_THIRD [CONSTANT] | MORE", both: "ab" });
  for (const change of [{ bytes: "a" }, { codes: { 1: 1 } }, { codes: { a: 1, b: 2 } }, { both: "a" }]) {
    await refused(typedDict.check({ wide: 1, count: 0, ...change }), /breaks/);
  }
});

test("nothing is sent that is not valid", async () => {
  const wrong: DrawShapes = { first: { type: "Circle", radius: 0 }, others: [] };
  await assert.rejects(drawShapes.submit(jobs, wrong), (error) => {
    assert(error instanceof SubmitRefused);
    assert.match(error.message, /^A job of type 'draw.shapes' was not submitted. The payload is not valid: first/);
    return true;
  });
  await assert.rejects(shapeCheckEverything.submitAll(jobs, [EVERYTHING, { ...EVERYTHING, price: NaN }]), /cannot be written as JSON/);
});

test("the compiler refuses other shapes", () => {
  // Never called: what is refused here is an error of the compiler, and without one, tsc fails
  const unused = async (): Promise<void> => {
    // @ts-expect-error A circle has no side
    await drawShapes.submit(jobs, { first: { type: "Circle", side: 1 }, others: [] });
    // @ts-expect-error There must be a list of others
    await drawShapes.submit(jobs, { first: { type: "Empty" } });
    // @ts-expect-error The version is that of the type
    await drawShapes.submit(jobs, DRAWING, { version: 2 });
    // @ts-expect-error Only some results have a file
    (await drawShapes.result(jobs, "", 1)).file;
  };
  assert.equal(typeof unused, "function");
});

test("a type without results has none", async () => {
  const type = new JobType<object>({ name: "a.b", version: 1, payload: { type: "object" } });
  assert.equal(await type.checkResult(null), null);
  await refused(type.checkResult({}), /has no result/);
});
