/** Receives pointers from RabbitMQ. Without it, or while it is unavailable, jobs are found in the table. */

import amqplib, { type Channel, type ChannelModel, type ConsumeMessage } from "amqplib";

import type { Attempts } from "./attempts.js";
import type { Deliveries } from "./deliveries.js";
import type { Heartbeat } from "./heartbeat.js";
import { type Logger, type Outage, RareLines, oneLine } from "./logging.js";
import { Backoff, Wake, pause } from "./pacing.js";
import { isForeign, isUuid, parsePointer } from "./pointer.js";

const HEARTBEAT_SECONDS = 15;
const CONNECT_MILLIS = 10_000;
const CLOSE_MILLIS = 2_000;

/** How long to wait before consuming a missing or refused queue again. */
const RETRY_MILLIS = 2_000;

/** How to connect to RabbitMQ. */
export interface RabbitMqOptions {
  /** Such as `amqp://user:password@host:5672/vhost`; `amqps` for TLS. */
  readonly url: string;
  /** The prefix of all exchange and queue names, as in `RabbitMqOptions.withNamePrefix` of Java. */
  readonly namePrefix?: string | undefined;
  /**
   * The id of Tenon's schema (`SELECT id FROM tenon.installation`, which the owner of the schema may read). If it is given,
   * pointers of other installations are rejected, instead of finding nothing to claim.
   */
  readonly installation?: string | undefined;
}

/** What a feed needs of the worker. */
export interface FeedServices {
  readonly rabbitMq: RabbitMqOptions;
  readonly queues: readonly string[];
  readonly types: ReadonlySet<string>;
  readonly attempts: Attempts;
  readonly deliveries: Deliveries;
  readonly heartbeat: Heartbeat;
  readonly outage: Outage;
  readonly logger: Logger;
}

/** Consumes the queues, and listens for cancellations. */
export class Feed {
  readonly #services: FeedServices;
  readonly #queues: readonly string[];
  readonly #control: string;
  readonly #lines = new RareLines();
  readonly #channels = new Map<string, Channel>();
  readonly #lost = new Wake();

  constructor(services: FeedServices) {
    const prefix = services.rabbitMq.namePrefix ?? "";
    this.#services = services;
    this.#queues = services.queues.map((queue) => prefix + queue);
    this.#control = `${prefix}jobs.control`;
  }

  /** Whether this queue, or the control exchange, is consumed. */
  consumes(name: string): boolean {
    return this.#channels.has(name);
  }

  /** Consumes until the signal is aborted, and connects again as often as needed. */
  async run(stopping: AbortSignal): Promise<void> {
    const backoff = new Backoff();
    stopping.addEventListener("abort", () => this.#lost.set(), { once: true });
    while (!stopping.aborted) {
      try {
        await this.#serve(stopping, backoff);
      } catch (error) {
        if (!stopping.aborted) {
          this.#services.outage.failed(error);
        }
      }
      this.#channels.clear();
      this.#services.deliveries.forget();
      await pause(backoff.failed(), stopping);
    }
  }

  async #serve(stopping: AbortSignal, backoff: Backoff): Promise<void> {
    const { rabbitMq, outage } = this.#services;
    const url = new URL(rabbitMq.url);
    if (!url.searchParams.has("heartbeat")) {
      // Detects a broker that died silently
      url.searchParams.set("heartbeat", String(HEARTBEAT_SECONDS));
    }
    const connection = await amqplib.connect(url.toString(), { timeout: CONNECT_MILLIS });
    let failure: unknown;
    let isOpen = true;
    connection.on("error", (error: unknown) => (failure = error));
    connection.on("close", () => {
      isOpen = false;
      this.#lost.set();
    });
    try {
      outage.over();
      while (!stopping.aborted && isOpen) {
        await this.#subscribe(connection);
        backoff.reset();
        await this.#lost.wait(RETRY_MILLIS);
      }
    } finally {
      await Promise.race([this.#close(connection), pause(CLOSE_MILLIS, new AbortController().signal)]);
    }
    if (!stopping.aborted) {
      throw failure ?? new Error("The connection was closed.");
    }
  }

  /** The channels first: a connection that is closed drops what they have not sent yet, such as the last acknowledgements. */
  async #close(connection: ChannelModel): Promise<void> {
    const channels = [...this.#channels.values()];
    // From here on, nothing can be settled
    this.#channels.clear();
    await Promise.allSettled(channels.map(async (channel) => channel.close()));
    await connection.close().catch(() => undefined);
  }

  /** Each queue has its own channel, because RabbitMQ closes the channel of a refused request. */
  async #subscribe(connection: ChannelModel): Promise<void> {
    for (const name of [...this.#queues, this.#control]) {
      if (this.#channels.has(name)) {
        continue;
      }
      const channel = await connection.createChannel();
      let refusal: unknown;
      channel.on("error", (error: unknown) => (refusal = error));
      channel.on("close", () => {
        if (this.#channels.get(name) === channel) {
          this.#channels.delete(name);
        }
      });
      try {
        await (name === this.#control ? this.#listen(channel) : this.#consume(channel, name));
        this.#channels.set(name, channel);
      } catch (error) {
        if (this.#lines.admit(name) > 0) {
          this.#services.logger.warn(
            `RabbitMQ does not let this worker consume '${name}': ${oneLine(refusal ?? error)}. It takes jobs from the table, and` +
              ` tries again every ${RETRY_MILLIS / 1000} s.`,
          );
        }
      }
    }
  }

  async #listen(channel: Channel): Promise<void> {
    const { queue } = await channel.assertQueue("", { exclusive: true, autoDelete: true, durable: false });
    // Before it is bound: RabbitMQ deletes the queue with its consumer if the exchange does not exist, or is refused
    await channel.consume(queue, (message) => this.#onControl(message), { noAck: true });
    await channel.bindQueue(queue, this.#control, "");
  }

  async #consume(channel: Channel, queue: string): Promise<void> {
    await channel.prefetch(this.#services.attempts.slots);
    await channel.consume(queue, (message) => {
      if (message === null) {
        this.#services.logger.warn(`RabbitMQ has cancelled the consumer of '${queue}', because the queue no longer exists.`);
        this.#channels.delete(queue);
        channel.close().catch(() => undefined);
      } else {
        this.#onMessage(channel, queue, message);
      }
    });
  }

  #onMessage(channel: Channel, queue: string, message: ConsumeMessage): void {
    const { rabbitMq, types, deliveries, logger } = this.#services;
    const pointer = parsePointer(message.content);
    const headers = message.properties.headers as Record<string, unknown> | undefined;
    if (pointer === undefined || isForeign(headers, rabbitMq.installation)) {
      channel.nack(message, false, false);
      const heldBack = this.#lines.admit(`refused from ${queue}`);
      if (heldBack > 0) {
        logger.warn(
          `A message of ${message.content.length} bytes in queue '${queue}' is not a pointer to a job of this installation. It is` +
            ` rejected. ${heldBack} such messages have arrived since the last log line about that queue; there is at most one line` +
            " per minute.",
        );
      }
      return;
    }
    if (!types.has(pointer.type) && this.#lines.admit(`unknown from ${queue}`) > 0) {
      logger.warn(`Queue '${queue}' has pointers to jobs of a type that this worker does not handle. They go back to the queue.`);
    }
    const settle = (acknowledge: boolean): void => {
      // After the channel is lost, RabbitMQ has returned the message itself
      if (this.#channels.get(queue) !== channel) {
        return;
      }
      if (acknowledge) {
        channel.ack(message);
      } else {
        channel.nack(message, false, true);
      }
    };
    deliveries.arrived({ pointer, settle, arrivedAt: performance.now() });
  }

  #onControl(message: ConsumeMessage | null): void {
    // Anybody may have sent it, so it is only a hint to ask the table
    if (message?.properties.type !== "cancel" || message.content.length !== 36) {
      return;
    }
    const jobId = message.content.toString("latin1");
    if (isUuid(jobId) && this.#services.attempts.runs(jobId.toLowerCase())) {
      this.#services.heartbeat.beatNow();
    }
  }
}
