package dev.tenon.jobs.faults;

import java.time.Duration;
import java.util.Map;

/**
 * What was measured in one round of a long run: while things broke, then with one worker and
 * nothing else to do, and after everything that had ended was deleted.
 *
 * @param faults what was done to the system
 * @param ended the jobs that ended while things broke
 * @param endedPerSecond the same, a second
 * @param submitting how long a submit took while things broke
 * @param settling the time from the last fault until every job had ended
 * @param quietSubmitting how long a submit took with nothing else to do
 * @param starting the time from such a submit to its start
 * @param drained a backlog's jobs a second
 * @param submitter the process that submits and takes part in maintenance, which is never killed
 * @param worker the worker that is never killed
 * @param databaseConnections the sessions of PostgreSQL
 * @param brokerConnections the connections of RabbitMQ
 * @param messages the messages that wait though no job does
 * @param sizes bytes of each table and index, by name
 */
record SoakRound(
    int faults,
    long ended,
    double endedPerSecond,
    Latencies submitting,
    Duration settling,
    Latencies quietSubmitting,
    Latencies starting,
    double drained,
    ProcessMeasure submitter,
    ProcessMeasure worker,
    long databaseConnections,
    long brokerConnections,
    long messages,
    Map<String, Long> sizes) {

  SoakRound {
    sizes = Map.copyOf(sizes);
  }

  /** Bytes of all tables and indexes. */
  long size() {
    return sizes.values().stream().mapToLong(Long::longValue).sum();
  }
}
