package dev.tenon.jobs.operate;

import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.JobStoreRefusedException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Says how many workers are needed, for autoscalers and for people. Thread-safe.
 *
 * <p>The answer counts what workers can do: jobs that are due now or within the time that a worker
 * takes to start, schedules included, by how long jobs of their types take. Jobs that a limit or a
 * pause would hold back anyway do not count, nor do jobs that wait for others. Running jobs count
 * until they end.
 *
 * <p>A call reads a bounded amount of data, whatever the backlog: up to 10,000 jobs of each type
 * and priority are counted, or of each type with limits.
 */
public interface JobScaling {

  /**
   * Returns how many workers are needed now.
   *
   * @throws JobStoreException if the database cannot be reached, or has not answered within two
   *     seconds
   * @throws JobStoreRefusedException if PostgreSQL refuses the request, for instance because a
   *     right is missing
   */
  Demand demand(ScalingQuery query);

  /** The workers that are needed. Only Tenon implements it. */
  interface Demand {

    /** The number of workers: enough for {@link #slots()}, and at least {@link #busyWorkers()}. */
    int workers();

    /** The number of slots: how many jobs should run at a time, at least those that run now. */
    int slots();

    /** The number of slots that each worker has. */
    int slotsPerWorker();

    /** The number of workers that run jobs of the types now. */
    int busyWorkers();

    /** The number of live workers that handle some of the types, without quieted ones. */
    int liveWorkers();

    /** The types that have something to do, sorted by name. */
    List<TypeDemand> types();
  }

  /** The part of a type in the workers that are needed. Only Tenon implements it. */
  interface TypeDemand {

    /** The name of the type. */
    String type();

    /** The number of jobs that are due and wait for a worker. */
    long due();

    /** The number of jobs and schedules that become due while a worker starts. */
    long soon();

    /** Returns true if there are more due jobs than were counted. */
    boolean isCapped();

    /** The number of due jobs, and those that become due soon, by the version of the type. */
    Map<Integer, Long> versions();

    /**
     * The number of these jobs that the limits let start while what is due is drained; fewer than
     * {@link #due()} and {@link #soon()} together if a limit or a pause holds some back.
     */
    long startable();

    /** The number of running jobs. */
    long running();

    /**
     * The mean time that an attempt takes: of the last hour, or of the last day if none has ended
     * in that. Empty if none has ended in either; then the age of the running jobs counts, or one
     * second if none runs.
     */
    Optional<Duration> duration();

    /** The slots that the type needs; a fraction if its jobs are few and short. */
    double slots();

    /** The reason in words: the numbers above, and the limit that holds jobs back. */
    String reason();
  }
}
