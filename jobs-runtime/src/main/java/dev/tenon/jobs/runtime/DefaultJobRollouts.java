package dev.tenon.jobs.runtime;

import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.internal.rollout.BuildDescription;
import dev.tenon.jobs.internal.rollout.DescriptionJson;
import dev.tenon.jobs.internal.rollout.RolloutCheck;
import dev.tenon.jobs.internal.rollout.RolloutStore;
import dev.tenon.jobs.internal.rollout.Situation;
import dev.tenon.jobs.internal.rollout.Situation.LiveWorker;
import dev.tenon.jobs.operate.JobRollouts;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Checks rollouts for people and programs. Thread-safe. */
final class DefaultJobRollouts implements JobRollouts {

  private final RolloutStore store;
  private final Function<Collection<JobHandlers>, BuildDescription> own;

  /**
   * Creates the checks.
   *
   * @param own returns the description of this process, with these handlers and those of its
   *     workers
   */
  DefaultJobRollouts(RolloutStore store, Function<Collection<JobHandlers>, BuildDescription> own) {
    this.store = store;
    this.own = own;
  }

  @Override
  public Report check(JobHandlers... handlers) {
    BuildDescription build = own.apply(List.of(handlers));
    return reading(() -> RolloutCheck.check(build, store.read(), List.of()));
  }

  @Override
  public Report check(Collection<String> descriptions) {
    BuildDescription build = DescriptionJson.read(descriptions);
    return reading(() -> RolloutCheck.check(build, store.read(), List.of()));
  }

  @Override
  public List<RunningVersion> running() {
    return reading(
        () -> {
          Situation situation = store.read();
          Map<BuildKey, List<LiveWorker>> byBuild =
              situation.workers().stream()
                  .filter(worker -> worker.module() != null)
                  .collect(
                      Collectors.groupingBy(BuildKey::of, LinkedHashMap::new, Collectors.toList()));
          return byBuild.entrySet().stream()
              .map(each -> version(each.getKey(), each.getValue(), situation))
              .sorted(
                  Comparator.comparing(RunningVersion::module)
                      .thenComparing(each -> each.version().orElse("")))
              .toList();
        });
  }

  /**
   * Workers that count as one version.
   *
   * @param build the build, if the application has given no version; otherwise empty
   */
  private record BuildKey(
      String module, Optional<String> version, Optional<BuildDescription> build) {

    static BuildKey of(LiveWorker worker) {
      Optional<String> version = Optional.ofNullable(worker.version());
      return new BuildKey(
          String.valueOf(worker.module()),
          version,
          version.isPresent() ? Optional.empty() : Optional.of(buildOf(worker)));
    }
  }

  private static BuildDescription buildOf(LiveWorker worker) {
    BuildDescription build = worker.build();
    return build == null
        ? BuildDescription.ofKnown(String.valueOf(worker.module()), worker.knows())
        : build;
  }

  private static RunningVersion version(
      BuildKey key, List<LiveWorker> workers, Situation situation) {
    // Workers of one version may have different handlers each
    BuildDescription build =
        BuildDescription.of(workers.stream().map(DefaultJobRollouts::buildOf).toList());
    return new Running(
        key.module(),
        key.version(),
        workers.stream().map(LiveWorker::id).sorted().toList(),
        workers.stream().mapToInt(LiveWorker::running).sum(),
        RolloutCheck.check(build, situation, List.of()));
  }

  private record Running(
      String module, Optional<String> version, List<String> workers, int runningJobs, Report alone)
      implements RunningVersion {}

  private static <T> T reading(Supplier<T> read) {
    return Searches.reading("The rollout cannot be checked", read);
  }
}
