package dev.tenon.jobs.internal.rollout;

import static dev.tenon.jobs.internal.rollout.Wording.counted;

import dev.tenon.jobs.internal.rollout.Replacement.Outcome;
import dev.tenon.jobs.internal.rollout.Situation.JobGroup;
import dev.tenon.jobs.internal.rollout.Situation.LiveWorker;
import dev.tenon.jobs.internal.rollout.Situation.TaskGroup;
import dev.tenon.jobs.operate.JobRollouts.Finding;
import dev.tenon.jobs.operate.JobRollouts.Kind;
import dev.tenon.jobs.operate.JobRollouts.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/** Finds the types and versions that nobody would know any more, or does not know yet. */
final class JobRules {

  private static final int MAX_OLDEST = 3;

  private final Replacement replacement;
  private final BuildDescription build;

  JobRules(Replacement replacement) {
    this.replacement = replacement;
    this.build = replacement.build();
  }

  /** The findings about jobs. */
  List<Finding> ofJobs(List<JobGroup> groups) {
    SortedMap<String, SortedMap<Integer, List<JobGroup>>> byVersion =
        groups.stream()
            .collect(
                Collectors.groupingBy(
                    JobGroup::type,
                    TreeMap::new,
                    Collectors.groupingBy(JobGroup::version, TreeMap::new, Collectors.toList())));
    List<Finding> found = new ArrayList<>();
    byVersion.forEach(
        (type, versions) ->
            versions.forEach((version, jobs) -> ofJobs(type, version, jobs).ifPresent(found::add)));
    return found;
  }

  private Optional<Finding> ofJobs(String type, int version, List<JobGroup> groups) {
    long waiting = groups.stream().mapToLong(JobGroup::waiting).sum();
    long running = groups.stream().mapToLong(JobGroup::running).sum();
    String jobs =
        Wording.jobs(waiting, running, "of '%s' with version %d".formatted(type, version));
    return of(type, version, new Named(jobs, waiting + running, oldest(groups)));
  }

  /**
   * Jobs, or tasks that get their jobs later.
   *
   * @param words what they are, with their number
   * @param number their number
   * @param oldest the oldest of them
   */
  private record Named(String words, long number, List<UUID> oldest) {}

  /** The finding about jobs of a type and version; empty if somebody runs them afterwards. */
  private Optional<Finding> of(String type, int version, Named jobs) {
    Outcome outcome = replacement.outcome(type, version);
    if (outcome == Outcome.RUNS || isExternal(type)) {
      return Optional.empty();
    }
    Verdict verdict = replacement.verdict(type, version);
    Optional<BuildDescription.TypeDescription> handled = build.handled(type);
    if (verdict == Verdict.GO) {
      return Optional.of(
          found(
              verdict,
              Kind.ALREADY_UNKNOWN,
              type,
              jobs,
              "no live worker runs them, and neither will the build.",
              "Start a worker that knows them, or cancel them."));
    }
    if (outcome == Outcome.FAILS) {
      return Optional.of(
          found(
              verdict,
              Kind.NO_UPCASTER,
              type,
              jobs,
              "the build has version %d and no upcaster from %d, so they would fail."
                  .formatted(handled.orElseThrow().versions().version(), version),
              verdict == Verdict.AFTER
                  ? "Let the live workers finish them first, or keep @Upcaster(from = %d)."
                      .formatted(version)
                  : "Keep @Upcaster(from = %d), or cancel them.".formatted(version)));
    }
    if (handled.isPresent()) {
      return Optional.of(
          found(
              verdict,
              Kind.NEWER_VERSION,
              type,
              jobs,
              "the build knows version %d at most, so they would wait."
                  .formatted(handled.get().versions().version()),
              verdict == Verdict.AFTER
                  ? "Let the live workers finish them first."
                  : "Deploy a build that knows version %d, or cancel them.".formatted(version)));
    }
    return Optional.of(
        found(
            verdict,
            Kind.UNKNOWN_TYPE,
            type,
            jobs,
            "the build does not run that type, and no worker that stays does.",
            "Let the live workers finish them first, or keep the type with its handler."));
  }

  private static Finding found(
      Verdict verdict, Kind kind, String type, Named jobs, String message, String remedy) {
    return new Found(
        verdict, kind, type, jobs.number(), jobs.oldest(), jobs.words() + ": " + message, remedy);
  }

  private boolean isExternal(String type) {
    return build.named(type).filter(name -> build.type(name).isExternal()).isPresent();
  }

  /** The oldest jobs of some groups. */
  static List<UUID> oldest(List<JobGroup> groups) {
    // Ids begin with the time of the submit, and their text has the same order
    return groups.stream()
        .map(JobGroup::oldest)
        .sorted(Comparator.comparing(UUID::toString))
        .limit(MAX_OLDEST)
        .toList();
  }

  /** The findings about tasks of workflows. */
  List<Finding> ofTasks(List<TaskGroup> groups) {
    List<Finding> found = new ArrayList<>();
    for (TaskGroup group : groups) {
      if (group.isForEach()) {
        ofJobsToCome(group).ifPresent(found::add);
      }
      Optional<BuildDescription.TypeDescription> handled = build.handled(group.type());
      if (handled.isEmpty() || handled.get().inputs().contains(group.input())) {
        continue;
      }
      found.add(
          new Found(
              Verdict.AFTER,
              Kind.UNKNOWN_INPUT,
              group.type(),
              group.jobs(),
              List.of(group.oldest()),
              "%s of workflows need %s() of '%s' for their payload, which the build does not have, so they would wait."
                  .formatted(counted(group.jobs(), "task"), group.input(), group.type()),
              "Let these workflows end first, or keep the method."));
    }
    return found;
  }

  /** The finding about tasks that have no jobs yet: these count as if they were there. */
  private Optional<Finding> ofJobsToCome(TaskGroup group) {
    String tasks =
        "%s of workflows with jobs of '%s' with version %d"
            .formatted(counted(group.jobs(), "task"), group.type(), group.version());
    return of(
        group.type(), group.version(), new Named(tasks, group.jobs(), List.of(group.oldest())));
  }

  /** The findings about the workers that live while the build goes out. */
  List<Finding> ofWorkers() {
    List<Finding> found = new ArrayList<>();
    new TreeMap<>(build.types())
        .forEach(
            (name, type) -> {
              if (type.isExternal()) {
                return;
              }
              if (build.handlers().containsKey(name)) {
                ofHandled(name, type, found);
              } else {
                ofSubmitted(name, type, found);
              }
            });
    return found;
  }

  private void ofHandled(String name, BuildDescription.TypeDescription type, List<Finding> found) {
    SortedSet<Integer> known = new TreeSet<>();
    build
        .names(name)
        .forEach(
            each ->
                replacement.live().stream()
                    // Workers in other languages say with each claim which versions they know
                    .filter(worker -> worker.module() != null)
                    .map(LiveWorker::knows)
                    .filter(knows -> knows.containsKey(each))
                    .forEach(knows -> known.add(knows.get(each))));
    int version = type.versions().version();
    for (int other : known) {
      if (other > version && !replacement.runByOthers(name, other)) {
        found.add(
            new Found(
                Verdict.AFTER,
                Kind.NEWER_VERSION,
                name,
                "Live workers know version %d of '%s', and the build version %d. As long as their application submits jobs, more of these will come, which the build would leave waiting."
                    .formatted(other, name, version),
                "Stop what submits version %d first, let its jobs end, and check again."
                    .formatted(other)));
      } else if (other < version && !type.versions().reads(other)) {
        found.add(
            new Found(
                Verdict.AFTER,
                Kind.VERSION_GAP,
                name,
                "Live workers know version %d of '%s', which the build cannot read. As long as their application submits jobs, those would fail."
                    .formatted(other, name),
                "Keep @Upcaster(from = %d), or stop what submits version %d first."
                    .formatted(other, other)));
      } else if (other < version) {
        found.add(
            new Found(
                Verdict.GO,
                Kind.OLDER_WORKERS,
                name,
                "Live workers know version %d of '%s' at most. They leave jobs of version %d to workers of the build."
                    .formatted(other, name, version),
                "Nothing, if workers of the build start before the older ones have stopped."));
      }
    }
  }

  private void ofSubmitted(
      String name, BuildDescription.TypeDescription type, List<Finding> found) {
    int version = type.versions().version();
    if (replacement.runByOthers(name, version)) {
      return;
    }
    found.add(
        new Found(
            Verdict.AFTER,
            Kind.WORKERS_FIRST,
            name,
            "The build submits version %d of '%s' and does not run it, and no live worker%s does: its jobs would wait."
                .formatted(version, name, replacement.replaced().isEmpty() ? "" : " that stays"),
            "Deploy workers that know version %d of '%s' first.".formatted(version, name)));
  }

  /** The findings about types that only the replaced workers know. */
  List<Finding> ofGoneTypes(Set<String> withJobs) {
    SortedMap<String, Integer> gone = new TreeMap<>();
    for (LiveWorker worker : replacement.replaced()) {
      worker
          .knows()
          .forEach(
              (type, version) -> {
                boolean isServed =
                    build.handled(type).isPresent() || replacement.runByOthers(type, version);
                if (!isServed && !withJobs.contains(type)) {
                  gone.merge(type, version, Math::max);
                }
              });
    }
    return gone.keySet().stream()
        .<Finding>map(
            type ->
                new Found(
                    Verdict.GO,
                    Kind.UNKNOWN_TYPE,
                    type,
                    "No job of '%s' waits or runs now. If the older processes submit more before they stop, nobody runs those."
                        .formatted(type),
                    "Check again when the older processes have stopped."))
        .toList();
  }
}
