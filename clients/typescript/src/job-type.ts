/** Job types with their schemas: what `tenon generate typescript` writes is made of them. */

import type { Queryable } from "./database.js";
import type { Jobs } from "./jobs.js";
import { payloadJson } from "./payloads.js";
import { Schemas } from "./schemas.js";
import type { SubmitOptions, Submitted } from "./submissions.js";

/** What is known about a job type. */
export interface JobTypeDescription {
  readonly name: string;
  /** The version of the type that the schemas are of. */
  readonly version: number;
  /** The JSON Schema of the payloads. */
  readonly payload: object;
  /** The JSON Schema of the results; undefined if there are none. */
  readonly result?: object | undefined;
}

/** Like {@link SubmitOptions}; the version is that of the type. */
export type TypedSubmitOptions = Omit<SubmitOptions, "version">;

/**
 * A job type with the types of its payloads and results. It checks each payload and each result against its JSON Schema, which
 * needs the package ajv.
 *
 * `tenon generate typescript` writes a constant of this class for each job type of a module.
 */
export class JobType<P, R = null> {
  readonly name: string;
  readonly version: number;
  readonly #definitions: Readonly<Record<string, object>>;
  #schemas: Promise<Schemas> | undefined;

  constructor(description: JobTypeDescription) {
    const { name, version, payload, result } = description;
    this.name = name;
    this.version = version;
    this.#definitions = { [`${name}.payload`]: payload, ...(result === undefined ? {} : { [`${name}.result`]: result }) };
  }

  /**
   * Submits a job; see {@link Jobs.submit}.
   *
   * @throws SubmitRefused the payload violates its schema, or the job was not submitted for another reason
   */
  async submit(jobs: Jobs, payload: P, options: TypedSubmitOptions = {}, transaction?: Queryable): Promise<Submitted> {
    const [submitted] = await this.submitAll(jobs, [payload], options, transaction);
    return submitted!;
  }

  /** Submits many jobs, all or none; otherwise like {@link submit}. */
  async submitAll(
    jobs: Jobs,
    payloads: readonly P[],
    options: TypedSubmitOptions = {},
    transaction?: Queryable,
  ): Promise<Submitted[]> {
    const schemas = options.validate === false ? undefined : await this.#loaded();
    const checked = payloads.map((payload) => JSON.parse(payloadJson(this.name, payload, schemas)) as unknown);
    return jobs.submitAll(this.name, checked, { ...options, version: this.version, validate: false }, transaction);
  }

  /**
   * The result of a job, once it has completed; see {@link Jobs.result}.
   *
   * @throws SchemaViolation the result violates its schema: another version of the type has written it, or it is encrypted
   */
  async result(jobs: Jobs, jobId: string, timeoutMillis: number): Promise<R> {
    return this.checkResult(await jobs.result(jobId, timeoutMillis));
  }

  /**
   * The value, if it is a payload of this type.
   *
   * @throws SchemaViolation it is none; the message names the place and the rule, without the value
   */
  async check(value: unknown): Promise<P> {
    (await this.#loaded()).checkPayload(this.name, value);
    return value as P;
  }

  /** The value, if it is a result of this type; otherwise like {@link check}. */
  async checkResult(value: unknown): Promise<R> {
    (await this.#loaded()).checkResult(this.name, value);
    return value as R;
  }

  #loaded(): Promise<Schemas> {
    this.#schemas ??= Schemas.of(this.#definitions).catch((error: unknown) => {
      // The next call tries again
      this.#schemas = undefined;
      throw error;
    });
    return this.#schemas;
  }
}
