package dev.tenon.benchmarks;

import java.util.Locale;

/** Something that a scenario measures. */
enum Figure {
  RATE("jobs/s", "%,.0f"),
  KEPT("% of the rate at the start", "%.0f"),
  SHARE("% of what the slots allow", "%.1f"),
  P50("p50 ms", "%,.1f"),
  P99("p99 ms", "%,.1f"),
  FIRST_START("ms to the first job, new", "%,.0f"),
  START("ms to the first job, again", "%,.0f"),
  TRANSACTIONS("transactions/s", "%.1f"),
  CONNECTIONS("connections", "%.0f"),
  JVM_LOAD("JVM % of a core", "%.2f"),
  POSTGRES_LOAD("PostgreSQL % of a core", "%.2f"),
  RABBITMQ_LOAD("RabbitMQ % of a core", "%.2f"),
  JVM_TIME("JVM ms/job", "%.3f"),
  NODE_TIME("Node.js ms/job", "%.3f"),
  POSTGRES_TIME("PostgreSQL ms/job", "%.3f"),
  RABBITMQ_TIME("RabbitMQ ms/job", "%.3f"),
  ALLOCATED("JVM KiB allocated/job", "%.1f"),
  WAL_OF_SUBMIT("WAL bytes of the submit", "%,.0f"),
  WAL_OF_RUN("from claim to outcome", "%,.0f"),
  WAL_OF_DELETION("of the deletion", "%,.0f"),
  WAL("WAL bytes/job", "%,.0f");

  private final String unit;
  private final String format;

  Figure(String unit, String format) {
    this.unit = unit;
    this.format = format;
  }

  String unit() {
    return unit;
  }

  /** Whether a larger value is a better one. */
  boolean moreIsBetter() {
    return this == RATE || this == KEPT || this == SHARE;
  }

  /** A value of it, as tables show it. */
  String show(double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
