package dev.tenon.jobs.internal.flow;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.jobs.internal.store.NewJob;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What limits and unique keys say of a few jobs of one type, by the rules as people tell them. It
 * says which jobs may be claimed, and not which ones are. Not thread-safe.
 */
final class LimitsModel {

  /** 0 is no limit. */
  int maxConcurrent;

  /** 0 is no limit. */
  int maxConcurrentPerKey;

  /** How many may start in all, in a window that does not end; 0 is no limit. */
  int rate;

  /** How many may start of each key; 0 is no limit. */
  int ratePerKey;

  private final Map<String, Integer> starts = new TreeMap<>();

  @Nullable Integer overriddenMaxConcurrent;

  boolean paused;

  final Map<UUID, ModelJob> jobs = new TreeMap<>();

  /** A job, as far as limits and unique keys go. Not thread-safe. */
  static final class ModelJob {
    private String key;
    private String payload;
    private JobPriority priority;
    private NewJob.@Nullable UniqueKey unique;
    private JobStatus status = JobStatus.PENDING;
    private boolean wasStarted;
    boolean due;
    boolean cancelRequested;
    int crashes;
    @Nullable Lease lease;

    ModelJob(NewJob job) {
      this.key = key(job);
      this.payload = job.payload();
      this.priority = job.priority();
      this.unique = job.unique();
      this.due = job.isDueImmediately();
    }

    private static String key(NewJob job) {
      return java.util.Objects.requireNonNull(job.limitKey());
    }

    JobStatus status() {
      return status;
    }

    boolean isWaiting() {
      return status == JobStatus.PENDING;
    }

    boolean isRunning() {
      return status == JobStatus.RUNNING;
    }

    /** The job has another status, and its unique key is free if that ends its scope. */
    void become(JobStatus next) {
      status = next;
      wasStarted = wasStarted || isRunning();
      if (unique != null && !isKept(unique)) {
        unique = null;
      }
    }

    private boolean isKept(NewJob.UniqueKey kept) {
      return kept.period() != null
          || switch (kept.scope()) {
            case UNTIL_STARTED -> isWaiting() && !wasStarted;
            case UNTIL_ENDED -> !status.isTerminal();
            case UNLESS_FAILED -> status != JobStatus.FAILED && status != JobStatus.CANCELLED;
            case UNTIL_DELETED -> true;
          };
    }

    /** The unique key, if the job has one. */
    @Nullable String uniqueKey() {
      return unique == null ? null : unique.key();
    }

    /** What the table should say of the job; it is due or not as long as it waits. */
    Row row() {
      return new Row(status, isWaiting() && due, key, uniqueKey(), payload, priority);
    }
  }

  /** What the table says of a job, as far as limits and unique keys go. */
  record Row(
      JobStatus status,
      boolean isDue,
      String key,
      @Nullable String uniqueKey,
      String payload,
      JobPriority priority) {}

  /**
   * Takes note of a submit.
   *
   * @return the job that stands for the new one: itself, or the one that has its unique key
   */
  UUID submit(NewJob job) {
    NewJob.UniqueKey unique = job.unique();
    if (unique != null) {
      for (Map.Entry<UUID, ModelJob> other : jobs.entrySet()) {
        if (unique.key().equals(other.getValue().uniqueKey())) {
          replace(other.getValue(), job, unique.onDuplicate());
          return other.getKey();
        }
      }
    }
    jobs.put(job.id(), new ModelJob(job));
    return job.id();
  }

  private static void replace(ModelJob present, NewJob job, DuplicatePolicy policy) {
    if (policy == DuplicatePolicy.KEEP || !present.isWaiting()) {
      return;
    }
    present.payload = job.payload();
    present.priority = job.priority();
    present.key = ModelJob.key(job);
    if (policy == DuplicatePolicy.REPLACE_TIME) {
      present.due = job.isDueImmediately();
    }
  }

  private int limit() {
    return overriddenMaxConcurrent != null ? overriddenMaxConcurrent : maxConcurrent;
  }

  private long running() {
    return jobs.values().stream().filter(ModelJob::isRunning).count();
  }

  private long running(String key) {
    return jobs.values().stream().filter(job -> job.isRunning() && job.key.equals(key)).count();
  }

  /** How many jobs may be claimed. */
  int claimable() {
    if (paused) {
      return 0;
    }
    Map<String, Integer> byKey = new TreeMap<>();
    jobs.values().stream()
        .filter(job -> job.isWaiting() && job.due)
        .forEach(job -> byKey.merge(job.key, 1, Integer::sum));
    long all = 0;
    for (Map.Entry<String, Integer> key : byKey.entrySet()) {
      long ofKey = key.getValue();
      if (maxConcurrentPerKey > 0) {
        ofKey = Math.min(ofKey, maxConcurrentPerKey - running(key.getKey()));
      }
      if (ratePerKey > 0) {
        ofKey = Math.min(ofKey, ratePerKey - starts.getOrDefault(key.getKey(), 0));
      }
      all += Math.max(0, ofKey);
    }
    if (limit() > 0) {
      all = Math.min(all, limit() - running());
    }
    if (rate > 0) {
      all = Math.min(all, rate - starts());
    }
    return (int) Math.max(0, all);
  }

  private int starts() {
    return starts.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Takes note of a claim, and says what is wrong with it. */
  List<String> claim(List<ClaimedJob> claimed) {
    List<String> faults = new ArrayList<>();
    if (!claimed.isEmpty() && paused) {
      faults.add("claims of a paused type");
    }
    for (ClaimedJob each : claimed) {
      ModelJob job = jobs.get(each.id());
      if (job == null) {
        faults.add("claims a job that is not there");
        continue;
      }
      if (!job.isWaiting()) {
        faults.add("claims a job that is " + job.status);
      }
      if (!job.due) {
        faults.add("claims a job that is not due");
      }
      if (!job.payload.equals(each.payload())) {
        faults.add("runs " + each.payload() + " in place of " + job.payload);
      }
      job.become(JobStatus.RUNNING);
      starts.merge(job.key, 1, Integer::sum);
      if (rate > 0 && starts() > rate) {
        faults.add(starts() + " have started, and the rate is " + rate);
      }
      if (ratePerKey > 0 && starts.getOrDefault(job.key, 0) > ratePerKey) {
        faults.add("more of " + job.key + " have started than the rate of " + ratePerKey);
      }
      job.lease = each.lease();
      if (limit() > 0 && running() > limit()) {
        faults.add(running() + " run, and the limit is " + limit());
      }
      if (maxConcurrentPerKey > 0 && running(job.key) > maxConcurrentPerKey) {
        faults.add(
            running(job.key) + " run of " + job.key + ", and the limit is " + maxConcurrentPerKey);
      }
    }
    return faults;
  }
}
