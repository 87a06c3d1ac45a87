package dev.tenon.jobs.store;

import dev.tenon.jobs.JobStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What limits say of a few jobs of one type, by the rules as people tell them. It says which jobs
 * may be claimed, and not which ones are. Not thread-safe.
 */
final class LimitsModel {

  /** 0 is no limit. */
  int maxConcurrent;

  /** 0 is no limit. */
  int maxConcurrentPerKey;

  @Nullable Integer overriddenMaxConcurrent;

  boolean paused;

  final Map<UUID, ModelJob> jobs = new TreeMap<>();

  /** A job, as far as limits go. Not thread-safe. */
  static final class ModelJob {
    final String key;
    JobStatus status = JobStatus.PENDING;
    boolean due;
    boolean cancelRequested;
    int crashes;
    @Nullable Lease lease;

    ModelJob(String key, boolean due) {
      this.key = key;
      this.due = due;
    }

    boolean isWaiting() {
      return status == JobStatus.PENDING;
    }

    boolean isRunning() {
      return status == JobStatus.RUNNING;
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
      all +=
          maxConcurrentPerKey == 0
              ? key.getValue()
              : Math.max(0, Math.min(key.getValue(), maxConcurrentPerKey - running(key.getKey())));
    }
    return (int) (limit() == 0 ? all : Math.max(0, Math.min(all, limit() - running())));
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
      job.status = JobStatus.RUNNING;
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
