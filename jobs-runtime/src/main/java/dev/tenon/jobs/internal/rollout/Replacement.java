package dev.tenon.jobs.internal.rollout;

import dev.tenon.jobs.internal.rollout.Situation.LiveWorker;
import dev.tenon.jobs.operate.JobRollouts.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A build that replaces the live workers of its modules, while all others stay: who runs which jobs
 * before and afterwards. Immutable.
 */
final class Replacement {

  private final BuildDescription build;
  private final List<LiveWorker> live;
  private final List<LiveWorker> replaced;
  private final List<LiveWorker> staying;

  Replacement(BuildDescription build, List<LiveWorker> live) {
    this.build = build;
    this.live = live;
    this.replaced = live.stream().filter(this::isReplaced).toList();
    this.staying = live.stream().filter(worker -> !isReplaced(worker)).toList();
  }

  private boolean isReplaced(LiveWorker worker) {
    return worker.module() != null && build.modules().contains(worker.module());
  }

  BuildDescription build() {
    return build;
  }

  /** The live workers that the build replaces. */
  List<LiveWorker> replaced() {
    return replaced;
  }

  /** The live workers of all modules. */
  List<LiveWorker> live() {
    return live;
  }

  /** Returns whether a worker that stays runs such jobs. */
  boolean runByOthers(String type, int version) {
    return staying.stream().anyMatch(worker -> !worker.isQuieted() && worker.runs(type, version));
  }

  /** Returns whether some worker runs such jobs now, or does when it is resumed. */
  boolean runNow(String type, int version) {
    return any(worker -> worker.runs(type, version));
  }

  /** Returns whether some worker handles the type now, in any version. */
  boolean handledNow(String type) {
    return any(worker -> worker.knows().containsKey(type));
  }

  private boolean any(Predicate<LiveWorker> which) {
    return live.stream().anyMatch(which);
  }

  /** The result for jobs of a type and version. */
  enum Outcome {
    /** The build runs them, or a worker that stays does. */
    RUNS,
    /** No worker would claim them. */
    STAYS,
    /** The build would claim them, cannot read them, and they would fail. */
    FAILS
  }

  /** Returns what happens to jobs of a type and version after the rollout. */
  Outcome outcome(String type, int version) {
    Optional<BuildDescription.TypeDescription> handled = build.handled(type);
    if (handled.isPresent() && version <= handled.get().versions().version()) {
      return handled.get().versions().reads(version) ? Outcome.RUNS : Outcome.FAILS;
    }
    return runByOthers(type, version) ? Outcome.RUNS : Outcome.STAYS;
  }

  /**
   * Returns how much it matters that such jobs would not be run afterwards: those that somebody
   * runs now can be waited for, and what nobody runs even now is not the fault of the build.
   */
  Verdict verdict(String type, int version) {
    if (runNow(type, version)) {
      return Verdict.AFTER;
    }
    if (handledNow(type)) {
      return Verdict.GO;
    }
    if (build.handled(type).isPresent()) {
      return Verdict.NO;
    }
    return live.isEmpty() ? Verdict.AFTER : Verdict.GO;
  }
}
