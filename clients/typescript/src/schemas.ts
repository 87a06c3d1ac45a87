/** Validation with the JSON Schemas that the annotation processor has written into the jar of the job types. */

import { readFile, readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";

import type { ErrorObject, ValidateFunction } from "ajv";
import { unzipSync } from "fflate";

import { TenonError } from "./errors.js";

const SUFFIX = ".schemas.json";
/** Written next to the schemas; of these documents, only the versions of signals are read. */
const ASYNCAPI = ".asyncapi.json";
const IN_JAR = /(^|\/)META-INF\/tenon\/[^/]+$/;
const MAX_SHOWN = 5;

/** Names the place and the rule that a value violates, without the value. */
export class SchemaViolation extends TenonError {}

interface Document {
  readonly name: string;
  readonly text: string;
}

type Validate = (schema: object) => ValidateFunction;

/** The schemas of payloads, results and signals. */
export class Schemas {
  readonly #definitions: ReadonlyMap<string, object>;
  readonly #signalVersions: ReadonlyMap<string, number>;
  readonly #compile: Validate;
  readonly #validators = new Map<string, ValidateFunction>();

  private constructor(definitions: Map<string, object>, signalVersions: Map<string, number>, compile: Validate) {
    this.#definitions = definitions;
    this.#signalVersions = signalVersions;
    this.#compile = compile;
  }

  /**
   * The schemas with these names, such as `label.print.payload`.
   *
   * @throws Error if ajv is not installed
   */
  static async of(definitions: Readonly<Record<string, object>>): Promise<Schemas> {
    return new Schemas(new Map(Object.entries(definitions)), new Map(), await compiler());
  }

  /**
   * Reads files, folders with files `*.schemas.json` at any depth, and jars.
   *
   * @throws Error if a source has no schemas, they are not what the processor writes, or ajv is not installed
   */
  static async load(sources: string | readonly string[]): Promise<Schemas> {
    const definitions = new Map<string, object>();
    const versions = new Map<string, number>();
    for (const source of typeof sources === "string" ? [sources] : sources) {
      let found = false;
      for (const document of await documents(source)) {
        if (document.name.endsWith(ASYNCAPI)) {
          signalVersions(document).forEach((version, name) => versions.set(name, version));
        } else {
          found = true;
          definitionsOf(document).forEach((schema, name) => definitions.set(name, schema));
        }
      }
      if (!found) {
        throw new Error(`${source} has no ${SUFFIX} file. The processor writes them to META-INF/tenon of the jar.`);
      }
    }
    return new Schemas(definitions, versions, await compiler());
  }

  /** Whether there is a schema for this type's payload. */
  hasType(type: string): boolean {
    return this.#definitions.has(`${type}.payload`);
  }

  /** @throws SchemaViolation if the payload violates its schema */
  checkPayload(type: string, payload: unknown): void {
    this.#check("payload", `${type}.payload`, payload);
  }

  /** @throws SchemaViolation if the result violates its schema, or the type has no result */
  checkResult(type: string, result: unknown): void {
    if (this.#definitions.has(`${type}.result`)) {
      this.#check("result", `${type}.result`, result);
    } else if (result !== null && result !== undefined) {
      throw new SchemaViolation("The result is not valid: this type has no result, so the handler must return nothing.");
    }
  }

  /** @throws SchemaViolation if the value violates its schema, or the type declares no values that its jobs emit */
  checkEmitted(type: string, value: unknown): void {
    if (!this.#definitions.has(`${type}.emitted`)) {
      throw new SchemaViolation(
        "The emitted value is not valid: this type has no emits, so the handler must not emit anything.",
      );
    }
    this.#check("emitted value", `${type}.emitted`, value);
  }

  /** Whether there is a schema for this signal, and it is not known to be that of another version. */
  knowsSignal(name: string, version: number): boolean {
    return this.#definitions.has(`${name}.signal`) && (this.#signalVersions.get(name) ?? version) === version;
  }

  /** @throws SchemaViolation if the payload violates the schema of the signal */
  checkSignal(name: string, payload: unknown): void {
    this.#check("signal", `${name}.signal`, payload);
  }

  #check(what: string, name: string, value: unknown): void {
    const schema = this.#definitions.get(name);
    if (schema === undefined) {
      throw new Error(`There is no schema ${name}.`);
    }
    let validate = this.#validators.get(name);
    if (validate === undefined) {
      validate = this.#compile(schema);
      this.#validators.set(name, validate);
    }
    if (!validate(value)) {
      const errors = validate.errors ?? [];
      const more = errors.length > MAX_SHOWN ? `; and ${errors.length - MAX_SHOWN} more` : "";
      throw new SchemaViolation(`The ${what} is not valid: ${errors.slice(0, MAX_SHOWN).map(describe).join("; ")}${more}.`);
    }
  }
}

async function compiler(): Promise<Validate> {
  let Ajv2020;
  try {
    ({ Ajv2020 } = await import("ajv/dist/2020.js"));
  } catch (error) {
    throw new Error("Validation needs the package ajv: npm install ajv. Or leave schemas out to run without validation.", {
      cause: error,
    });
  }
  // The documents have annotations that ajv does not know, such as x-sensitive
  const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: false, addUsedSchema: false });
  return (schema) => ajv.compile(schema);
}

async function documents(source: string): Promise<Document[]> {
  const info = await stat(source).catch(() => undefined);
  if (info === undefined) {
    throw new Error(`${source} does not exist.`);
  }
  if (info.isDirectory()) {
    const names = (await readdir(source, { recursive: true })).filter(isDocument).sort();
    return Promise.all(names.map(async (name) => ({ name, text: await readFile(join(source, name), "utf8") })));
  }
  if (/\.(jar|zip)$/.test(source)) {
    const files = unzipSync(await readFile(source), { filter: (file) => isDocument(file.name) && IN_JAR.test(file.name) });
    return Object.keys(files)
      .sort()
      .map((name) => ({ name: `${source}!${name}`, text: new TextDecoder().decode(files[name]) }));
  }
  const one = { name: source, text: await readFile(source, "utf8") };
  const beside = source.endsWith(SUFFIX) ? source.slice(0, -SUFFIX.length) + ASYNCAPI : undefined;
  const text = beside === undefined ? undefined : await readFile(beside, "utf8").catch(() => undefined);
  return beside === undefined || text === undefined ? [one] : [one, { name: beside, text }];
}

function isDocument(name: string): boolean {
  return basename(name).endsWith(SUFFIX) || basename(name).endsWith(ASYNCAPI);
}

function definitionsOf(document: Document): Map<string, object> {
  const definitions = parsed(document)["$defs"];
  if (definitions === null || typeof definitions !== "object") {
    throw new Error(`${document.name} is not a document of schemas that Tenon's processor has written.`);
  }
  return new Map(Object.entries(definitions as Record<string, object>));
}

function signalVersions(document: Document): Map<string, number> {
  const signals = parsed(document)["x-signals"] ?? {};
  return new Map(
    Object.entries(signals as Record<string, { version?: unknown }>).map(([name, described]) => [name, Number(described.version)]),
  );
}

function parsed(document: Document): Record<string, unknown> {
  try {
    return JSON.parse(document.text) as Record<string, unknown>;
  } catch (error) {
    throw new Error(`${document.name} is not a document that Tenon's processor has written.`, { cause: error });
  }
}

/** Without the message of ajv, which may quote the value: it may be secret, and must not be logged. */
function describe(error: ErrorObject): string {
  const where = error.instancePath === "" ? "it" : error.instancePath.slice(1).replaceAll("/", ".");
  if (error.keyword === "required") {
    return `${where} lacks ${String((error.params as { missingProperty: string }).missingProperty)}`;
  }
  const rule = JSON.stringify(error.params);
  return `${where} breaks ${error.keyword} ${rule.length <= 100 ? rule : `${rule.slice(0, 99)}…`}`;
}
