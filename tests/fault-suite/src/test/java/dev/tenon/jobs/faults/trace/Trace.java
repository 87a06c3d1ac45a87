package dev.tenon.jobs.faults.trace;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What has happened in a run: in the tables, and according to those who were there.
 *
 * @param changes all changes of jobs, by their numbers
 * @param submitted the jobs of which a submitter was told that they are committed
 * @param executions the calls of handlers
 * @param results the executions whose results are in the tables, by their jobs
 * @param limits the limits of which each job counts towards one at most
 * @param lines the jobs of each line, in the order of their numbers
 * @param steps what has happened to steps that are recorded, in the order in which it did for each
 *     of them
 */
public record Trace(
    List<JobChange> changes,
    Set<UUID> submitted,
    List<Execution> executions,
    Map<UUID, String> results,
    List<Limit> limits,
    List<List<UUID>> lines,
    List<StepEvent> steps) {

  /** A call of a handler, with a name, as the handler has noted it. */
  public record Execution(String name, UUID job, String worker) {}

  /** At most so many of these jobs may run at a time. */
  public record Limit(int max, Set<UUID> jobs) {}

  /**
   * A run of a step, or the record of its result, under a lease.
   *
   * @param isRecord whether the result was recorded; otherwise the step has begun to run
   */
  public record StepEvent(UUID job, String step, long lease, boolean isRecord) {}
}
