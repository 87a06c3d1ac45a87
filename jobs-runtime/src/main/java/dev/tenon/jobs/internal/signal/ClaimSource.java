package dev.tenon.jobs.internal.signal;

/** The sources that a worker can check, in the order of its checks. */
public enum ClaimSource {
  /** The paused ones of the worker's types, while RabbitMQ delivers. */
  PAUSED_TYPES,

  /** The messages that RabbitMQ has delivered; checking them costs nothing. */
  MESSAGES,

  /** The query whether the table has jobs; the workers of a process share the answer. */
  WAITING,

  /** The jobs in the table: all, or only those that no message brings. */
  TABLE,

  /** The types with limits that have waiting jobs. */
  LIMITED_TYPES,

  /** The jobs of types with limits. */
  LIMITED
}
