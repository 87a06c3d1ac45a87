package dev.tenon.jobs.internal.rollout;

import static dev.tenon.jobs.internal.rollout.Wording.counted;

import dev.tenon.jobs.internal.rollout.Situation.Progress;
import dev.tenon.jobs.internal.rollout.Situation.RecordGroup;
import dev.tenon.jobs.internal.rollout.Situation.SignalGroup;
import dev.tenon.jobs.operate.JobRollouts.Finding;
import dev.tenon.jobs.operate.JobRollouts.Kind;
import dev.tenon.jobs.operate.JobRollouts.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds steps, waits and signals of jobs under way that the handlers of a build do not have. */
final class StepRules {

  private static final String STEP = "step";
  private static final Set<String> WAITS = Set.of("wait", "sleep");

  /** A wait that has ended is not repeated. */
  private static final String WAITING = "waiting";

  /** States of steps whose outcome is not known yet, so that somebody has to find out. */
  private static final Set<String> OPEN = Set.of("begun", "in_doubt", "failed");

  private final BuildDescription build;

  StepRules(BuildDescription build) {
    this.build = build;
  }

  List<Finding> of(Progress progress) {
    List<Finding> found = new ArrayList<>();
    for (RecordGroup group : progress.records()) {
      handler(group.type()).flatMap(handler -> ofRecord(handler, group)).ifPresent(found::add);
    }
    for (SignalGroup group : progress.signals()) {
      handler(group.type()).flatMap(handler -> ofSignal(handler, group)).ifPresent(found::add);
    }
    return found;
  }

  private Optional<BuildDescription.Handler> handler(String type) {
    return build.named(type).flatMap(name -> Optional.ofNullable(build.handlers().get(name)));
  }

  private static Optional<Finding> ofRecord(BuildDescription.Handler handler, RecordGroup group) {
    if (group.kind().equals(STEP) && !handler.hasStep(group.name())) {
      return Optional.of(ofStep(group));
    }
    boolean isUnknownWait =
        WAITS.contains(group.kind())
            && group.state().equals(WAITING)
            && !handler.hasWait(group.name());
    return isUnknownWait
        ? Optional.of(
            new Found(
                Verdict.AFTER,
                Kind.UNKNOWN_WAIT,
                group.type(),
                group.jobs(),
                List.of(group.oldest()),
                "%s of '%s' are in the %s '%s', which the handler of the build does not have: they would continue without it."
                    .formatted(
                        counted(group.jobs(), "job"), group.type(), group.kind(), group.name()),
                "Let these jobs end first, or keep '%s' in the handler, as an alias if it was renamed."
                    .formatted(group.name())))
        : Optional.empty();
  }

  private static Finding ofStep(RecordGroup group) {
    boolean isOpen = OPEN.contains(group.state());
    return new Found(
        isOpen ? Verdict.AFTER : Verdict.GO,
        Kind.UNKNOWN_STEP,
        group.type(),
        group.jobs(),
        List.of(group.oldest()),
        isOpen
            ? "%s of '%s' have begun the step '%s' and not ended it, and the handler of the build does not have it: nobody would find out what became of it."
                .formatted(counted(group.jobs(), "job"), group.type(), group.name())
            : "%s of '%s' have done the step '%s', which the handler of the build does not have. If another step does the same under another name, it would be done again."
                .formatted(counted(group.jobs(), "job"), group.type(), group.name()),
        "Let these jobs end first, or keep '%s' in the handler, as an alias if it was renamed."
            .formatted(group.name()));
  }

  private Optional<Finding> ofSignal(BuildDescription.Handler handler, SignalGroup group) {
    if (!handler.signals().contains(group.name())) {
      return Optional.of(
          signal(
              group,
              "the handler of the build does not wait for it, so it would not be delivered",
              "Let these jobs end first, or keep the signal in a wait of the handler."));
    }
    BuildDescription.Versions known = build.signals().get(group.name());
    if (known != null && !known.reads(group.version())) {
      return Optional.of(
          signal(
              group,
              "the build reads version %d and not %d, so it would not be delivered"
                  .formatted(known.version(), group.version()),
              "Let these jobs end first, or keep an @Upcaster(from = %d) in the signal's record."
                  .formatted(group.version())));
    }
    return Optional.empty();
  }

  private static Finding signal(SignalGroup group, String why, String remedy) {
    return new Found(
        Verdict.AFTER,
        Kind.UNKNOWN_SIGNAL,
        group.type(),
        group.jobs(),
        List.of(group.oldest()),
        "%s '%s' for jobs of '%s' are not delivered yet: %s."
            .formatted(counted(group.jobs(), "signal"), group.name(), group.type(), why),
        remedy);
  }
}
