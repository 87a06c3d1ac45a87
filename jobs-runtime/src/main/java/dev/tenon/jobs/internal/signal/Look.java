package dev.tenon.jobs.internal.signal;

/** What a worker can look at, in the order of their turns. */
public enum Look {
  /** Which of the worker's types are paused, while RabbitMQ delivers. */
  PAUSED_TYPES,

  /** What RabbitMQ has delivered; that costs nothing. */
  MESSAGES,

  /** Whether the table has jobs: a question whose answer the workers of a process share. */
  WAITING,

  /** Jobs in the table: all, or only those that no message brings. */
  TABLE,

  /** Of which types with limits jobs wait. */
  LIMITED_TYPES,

  /** Jobs of these types. */
  LIMITED
}
