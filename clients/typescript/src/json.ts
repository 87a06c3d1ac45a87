/** Strings and JSON as PostgreSQL and Java accept them. */

import { inspect } from "node:util";

import { textOf } from "./logging.js";

/** Characters that strings of PostgreSQL or UTF-8 cannot contain. */
const UNSTORABLE = /\u0000|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** From here on, JavaScript writes an exponent, as nobody does for a whole number. */
const FIRST_WITH_EXPONENT = 1e21;

/** The string with U+0000 and lone surrogates replaced. */
export function clean(text: string): string {
  return text.replace(UNSTORABLE, "\ufffd");
}

/**
 * The value as JSON, or undefined for undefined.
 *
 * @throws TypeError if something in it cannot be written as JSON
 */
export function toJson(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === "number" && !Number.isFinite(item)) {
      throw new TypeError(`${item} is not a number that JSON has`);
    }
    if (Number.isInteger(item) && !Number.isSafeInteger(item) && Math.abs(item as number) < FIRST_WITH_EXPONENT) {
      throw new TypeError("a whole number of more than 53 bits may have been rounded by JavaScript");
    }
    if (typeof item === "function" || typeof item === "symbol") {
      throw new TypeError(`a ${typeof item} cannot be written as JSON`);
    }
    return item;
  });
}

/** Like {@link toJson}, with characters replaced that cannot be stored. */
export function toCleanJson(value: unknown): string | undefined {
  return toJson(cleaned(value));
}

/** Like {@link toCleanJson}, but what cannot be written becomes a string: no line of a log is a reason to fail. */
export function toLogJson(data: Readonly<Record<string, unknown>>): string | undefined {
  try {
    return toCleanJson(data);
  } catch {
    return toCleanJson(Object.fromEntries(Object.keys(data).map((key) => [key, loggable(data, key)])));
  }
}

function loggable(data: Readonly<Record<string, unknown>>, key: string): unknown {
  let value: unknown;
  try {
    value = data[key];
    const json = toCleanJson(value);
    return json === undefined ? undefined : JSON.parse(json);
  } catch {
    return typeof value === "object" ? inspect(value, { breakLength: Infinity, customInspect: false }) : textOf(value);
  }
}

function cleaned(value: unknown): unknown {
  if (typeof value === "string") {
    return clean(value);
  }
  if (Array.isArray(value)) {
    return value.map(cleaned);
  }
  if (value !== null && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [clean(key), cleaned(item)]));
  }
  return value;
}

/** Whether the JSON has a whole number that JavaScript would round. */
export function hasInexactNumber(json: string): boolean {
  // Most payloads have no number that is long enough
  return /\d{16}/.test(json) && (json.match(/"(?:[^"\\]+|\\.)*"|-?\d[\d.eE+-]*/g) ?? []).some(isInexact);
}

function isInexact(token: string): boolean {
  if (!/^-?\d{16,}$/.test(token)) {
    return false;
  }
  const read = Number(token);
  return !Number.isFinite(read) || BigInt(read) !== BigInt(token);
}

/** The number of bytes of a string in UTF-8. */
export function utf8Length(text: string): number {
  return Buffer.byteLength(text, "utf8");
}

/** Whether a string has half of a surrogate pair. */
export function hasLoneSurrogate(text: string): boolean {
  return /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text);
}
