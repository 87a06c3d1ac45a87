/** The HTTP side: a page, an order, and the steps of a job as server-sent events. */

import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";

import { SchemaViolation } from "@tenon/jobs";

import type { Conversions } from "./conversions.js";
import { cadConversionProcess } from "./jobs/plm-jobs.js";

const MAX_BYTES = 10_000;
const EVENTS = /^\/conversions\/([0-9a-f-]{36})\/events$/;

/** Who uses the page: it has no log-in. */
const ORDER = { item: "HOUSING-00001", by: "web" };

/**
 * The web server of the page, which does not listen yet.
 *
 * @param page the page in HTML
 */
export function server(conversions: Conversions, page: string): Server {
  return createServer((request, response) => {
    answer(conversions, page, request, response).catch((error: unknown) => {
      console.error(`${request.method} ${request.url}: ${error instanceof Error ? error.stack : String(error)}`);
      if (response.headersSent) {
        response.end();
      } else {
        send(response, 500, { error: "This did not work. Try again." });
      }
    });
  });
}

async function answer(
  conversions: Conversions,
  page: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = new URL(request.url ?? "/", "http://localhost").pathname;
  const job = EVENTS.exec(path)?.[1];
  if (request.method === "GET" && path === "/") {
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end(page);
  } else if (request.method === "POST" && path === "/conversions") {
    await order(conversions, request, response);
  } else if (request.method === "GET" && job !== undefined) {
    await follow(conversions, job, response);
  } else {
    send(response, 404, { error: "There is no such page." });
  }
}

async function order(conversions: Conversions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // A form of another site cannot send this type
  if (request.headers["content-type"] !== "application/json") {
    send(response, 415, { error: "An order is JSON." });
    return;
  }
  let conversion;
  try {
    conversion = await cadConversionProcess.check(JSON.parse(await body(request)));
  } catch (error) {
    if (error instanceof SchemaViolation || error instanceof SyntaxError) {
      send(response, 400, { error: error.message });
      return;
    }
    throw error;
  }
  send(response, 201, { jobId: await conversions.order(conversion, ORDER) });
}

async function body(request: IncomingMessage): Promise<string> {
  let text = "";
  request.setEncoding("utf8");
  for await (const chunk of request) {
    text += chunk as string;
    if (text.length > MAX_BYTES) {
      throw new SyntaxError(`An order has at most ${MAX_BYTES} characters.`);
    }
  }
  return text;
}

async function follow(conversions: Conversions, jobId: string, response: ServerResponse): Promise<void> {
  const left = new AbortController();
  response.on("close", () => left.abort());
  response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
  for await (const step of conversions.follow(jobId, left.signal)) {
    response.write(`data: ${JSON.stringify(step)}\n\n`);
  }
  response.end("event: end\ndata: {}\n\n");
}

function send(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(value));
}
