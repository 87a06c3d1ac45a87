/** The message that points to a job. Nothing else in a message is trusted. */

/** A pointer to 50 jobs takes half of that. Anything larger is not even parsed. */
export const MAX_BYTES = 4096;

const INSTALLATION_HEADER = "tenon-installation";
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The content of a pointer: jobs of one type that can be claimed. */
export interface Pointer {
  readonly jobIds: readonly string[];
  readonly type: string;
}

/** The pointer in the body of a message, or undefined if it is anything else. */
export function parsePointer(body: Buffer): Pointer | undefined {
  if (body.length > MAX_BYTES) {
    return undefined;
  }
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body));
  } catch {
    return undefined;
  }
  if (content === null || typeof content !== "object" || Array.isArray(content)) {
    return undefined;
  }
  const { type, jobId, jobIds } = content as { type?: unknown; jobId?: unknown; jobIds?: unknown };
  const named: unknown[] = [...(typeof jobId === "string" ? [jobId] : []), ...(Array.isArray(jobIds) ? jobIds : [])];
  if (typeof type !== "string" || named.length === 0 || !named.every(isUuid)) {
    return undefined;
  }
  return { jobIds: named.map((id) => id.toLowerCase()), type };
}

/** Whether a message is known to belong to another installation. */
export function isForeign(headers: Readonly<Record<string, unknown>> | undefined, installation: string | undefined): boolean {
  const owner = headers?.[INSTALLATION_HEADER];
  return installation !== undefined && owner !== undefined && owner !== null && String(owner) !== installation.toLowerCase();
}

/** Whether a value is a UUID of 36 characters. */
export function isUuid(value: unknown): value is string {
  return typeof value === "string" && UUID.test(value);
}
