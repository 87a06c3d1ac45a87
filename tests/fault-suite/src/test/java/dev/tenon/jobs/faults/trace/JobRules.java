package dev.tenon.jobs.faults.trace;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.faults.trace.Violation.Rule;
import dev.tenon.jobs.internal.store.StatusChange;
import dev.tenon.jobs.internal.store.StatusChange.LeaseChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules that the history of a single job has to follow. */
final class JobRules {

  private final List<JobChange> history;
  private final List<Violation> violations = new ArrayList<>();

  /** The workers that have claimed the job, by the lease. */
  private final Map<Long, String> holders = new HashMap<>();

  private final Set<Long> ended = new HashSet<>();

  private JobRules(List<JobChange> history) {
    this.history = history;
  }

  /**
   * Checks the history of a job.
   *
   * @param history its changes in order, at least one
   */
  static List<Violation> check(List<JobChange> history) {
    JobRules rules = new JobRules(history);
    JobChange before = null;
    for (JobChange change : history) {
      rules.check(before, change);
      before = change;
    }
    return rules.violations;
  }

  private void check(@Nullable JobChange before, JobChange change) {
    if (!isListed(before, change)) {
      violated(
          Rule.ONLY_LISTED_CHANGES,
          "StatusChange lists no such change as number " + change.number());
    }
    if (change.status() == JobStatus.RUNNING) {
      claimed(change);
    } else if (before != null && before.status() == JobStatus.RUNNING) {
      ended(change);
    }
  }

  private void claimed(JobChange claim) {
    String holder = holders.putIfAbsent(claim.lease(), String.valueOf(claim.worker()));
    if (holder != null) {
      violated(
          Rule.OUTCOMES_COME_FROM_THE_HOLDER,
          "lease %d was given to %s, and then to %s"
              .formatted(claim.lease(), holder, claim.worker()));
    }
  }

  private void ended(JobChange end) {
    if (!ended.add(end.lease())) {
      violated(
          Rule.ONE_OUTCOME_FOR_EACH_LEASE,
          "lease %d has a second outcome, number %d".formatted(end.lease(), end.number()));
    }
    String holder = holders.get(end.lease());
    if (!Objects.equals(holder, end.worker())) {
      violated(
          Rule.OUTCOMES_COME_FROM_THE_HOLDER,
          "the outcome number %d is of worker %s, and lease %d belongs to %s"
              .formatted(end.number(), end.worker(), end.lease(), holder));
    }
  }

  private static boolean isListed(@Nullable JobChange before, JobChange change) {
    for (StatusChange listed : StatusChange.values()) {
      if (before == null
          ? listed == StatusChange.SUBMIT && listed.to().contains(change.status())
          : listed.from().contains(before.status())
              && listed.to().contains(change.status())
              && change.lease() == leaseAfter(listed, before)
              && (listed.setsWorker() || Objects.equals(change.worker(), before.worker()))) {
        return true;
      }
    }
    return false;
  }

  private static long leaseAfter(StatusChange listed, JobChange before) {
    return listed.lease() == LeaseChange.GOES_UP ? before.lease() + 1 : before.lease();
  }

  private void violated(Rule rule, String what) {
    violations.add(new Violation(rule, history.get(0).job(), what, history));
  }
}
