package dev.tenon.jobs.internal.schedule;

import dev.tenon.jobs.annotation.OverlapPolicy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decision about due runs of a schedule, when an earlier one may not have ended.
 *
 * @param submitted the times of the runs to submit
 * @param leftOut the times of the runs to skip
 * @param waiting the time of the run that waits from now on; null if none does
 */
public record OverlappingRuns(
    List<Instant> submitted, List<Instant> leftOut, @Nullable Instant waiting) {

  /**
   * Decides by a policy.
   *
   * @param policy the policy
   * @param due the times of the runs that are due, oldest first
   * @param waited the time of the run that has waited until now; null if none has
   * @param isBusy true if an earlier run has not ended
   */
  public static OverlappingRuns of(
      OverlapPolicy policy, List<Instant> due, @Nullable Instant waited, boolean isBusy) {
    return switch (policy) {
      case ALLOW -> new OverlappingRuns(due, List.of(), null);
      case SKIP -> oneUnless(isBusy, due);
      case QUEUE_ONE -> oneAfterAnother(isBusy, due, waited);
      case CANCEL_RUNNING -> newest(due);
    };
  }

  private static OverlappingRuns oneUnless(boolean isBusy, List<Instant> due) {
    int submitted = isBusy || due.isEmpty() ? 0 : 1;
    return new OverlappingRuns(due.subList(0, submitted), due.subList(submitted, due.size()), null);
  }

  private static OverlappingRuns oneAfterAnother(
      boolean isBusy, List<Instant> due, @Nullable Instant waited) {
    List<Instant> inTurn = new ArrayList<>();
    if (waited != null) {
      inTurn.add(waited);
    }
    inTurn.addAll(due);
    int submitted = isBusy || inTurn.isEmpty() ? 0 : 1;
    int kept = Math.min(submitted + 1, inTurn.size());
    return new OverlappingRuns(
        inTurn.subList(0, submitted),
        inTurn.subList(kept, inTurn.size()),
        kept > submitted ? inTurn.get(submitted) : null);
  }

  /** Submits the newest run only, because each run would be cancelled by the next one. */
  private static OverlappingRuns newest(List<Instant> due) {
    int last = Math.max(0, due.size() - 1);
    return new OverlappingRuns(due.subList(last, due.size()), due.subList(0, last), null);
  }
}
