/** The JSON of payloads and signals, checked before it is sent. */

import { SubmitRefused } from "./errors.js";
import { hasLoneSurrogate, toJson } from "./json.js";
import { SchemaViolation, type Schemas } from "./schemas.js";

/**
 * The payload as JSON.
 *
 * @param schemas what it is checked against, if they have its type; undefined for no check
 * @throws SubmitRefused if it cannot be written, or violates its schema
 */
export function payloadJson(type: string, payload: unknown, schemas: Schemas | undefined): string {
  const json = written(payload, `The payload of type '${type}'`);
  if (schemas?.hasType(type) === true) {
    try {
      // Check what the job will get: dates have become strings
      schemas.checkPayload(type, JSON.parse(json));
    } catch (error) {
      if (error instanceof SchemaViolation) {
        throw new SubmitRefused(`A job of type '${type}' was not submitted. ${error.message}`, undefined, { cause: error });
      }
      throw error;
    }
  }
  return json;
}

/**
 * A value as JSON.
 *
 * @param what the value's name at the beginning of a sentence
 * @throws SubmitRefused if it cannot be written
 */
export function written(value: unknown, what: string): string {
  let json: string | undefined;
  try {
    json = toJson(value);
  } catch (error) {
    throw new SubmitRefused(`${what} cannot be written as JSON: ${(error as Error).message}.`);
  }
  if (json === undefined) {
    throw new SubmitRefused(`${what} cannot be written as JSON: it is ${typeof value}.`);
  }
  // JSON.stringify writes half of a surrogate pair as an escape
  if (hasLoneSurrogate(json) || /\\ud[89ab][0-9a-f]{2}(?!\\ud[c-f])/i.test(json.replaceAll("\\\\", ""))) {
    throw new SubmitRefused(`${what} cannot be written as JSON: a surrogate without its partner.`);
  }
  return json;
}
