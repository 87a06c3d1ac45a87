package dev.tenon.jobs.internal.scaling;

import dev.tenon.jobs.definition.JobLimits;
import dev.tenon.jobs.internal.flow.OperatorStore;
import dev.tenon.jobs.internal.operate.MonitorWorkers;
import dev.tenon.jobs.internal.scaling.ScalingRows.LimitKey;
import dev.tenon.jobs.internal.scaling.ScalingRows.Limited;
import dev.tenon.jobs.internal.scaling.ScalingRows.Started;
import dev.tenon.jobs.internal.scaling.ScalingRows.Took;
import dev.tenon.jobs.internal.scaling.TypeWork.Bounds;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.operate.JobMonitor.Worker;
import dev.tenon.jobs.operate.JobScaling.Demand;
import dev.tenon.jobs.operate.JobTypeState;
import dev.tenon.jobs.operate.ScalingQuery;
import dev.tenon.jobs.operate.WorkerQuery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Reads what there is to do, and calculates how many workers that needs. Thread-safe. */
public final class ScalingReader {

  /** The number of keys whose starts are looked up; further ones count as having room. */
  private static final int MAX_KEYS = 2_000;

  private final ScalingStore store;
  private final OperatorStore operators;
  private final MonitorWorkers workers;
  private final Duration silence;

  /**
   * Creates a reader.
   *
   * @param silence the time without a heartbeat that makes a worker count as lost
   */
  public ScalingReader(Database database, Duration silence) {
    this.store = new ScalingStore(database);
    this.operators = new OperatorStore(database);
    this.workers = new MonitorWorkers(database);
    this.silence = silence;
  }

  /** Returns the workers that are needed for the types of a query. */
  public Demand demand(ScalingQuery query) {
    TypeSelection selection = new TypeSelection(query.types(), operators.list());
    LiveFleet fleet = new LiveFleet(live(), selection);
    WaitingTally waiting = new WaitingTally(selection, fleet::newest);
    store.unlimited(query.startUp()).forEach(waiting::add);
    List<Limited> limited = store.limited(query.startUp()).stream().filter(waiting::add).toList();
    store.scheduled(query.startUp()).forEach(waiting::add);

    Set<String> types = new TreeSet<>(waiting.types());
    types.addAll(fleet.runningTypes());
    Map<String, Duration> durations = durations(selection);
    Map<String, Bounds> bounds = bounds(query, selection, waiting, limited);
    List<TypeWork> work = new ArrayList<>();
    for (String type : types) {
      work.add(
          new TypeWork(
              type,
              waiting.of(type),
              fleet.running(type),
              durations.get(type),
              bounds.getOrDefault(type, Bounds.NONE),
              selection.state(type).map(JobTypeState::isPaused).orElse(false)));
    }
    return new DemandCalculation(fleet.fleet(query.slots()), query.startUp(), query.drainWithin())
        .of(work);
  }

  /** Those that claim jobs: a worker that is stopping is quieted, and no longer counts. */
  private List<Worker> live() {
    return workers.list(WorkerQuery.all(), silence).stream()
        .filter(worker -> worker.isLive() && worker.quietedAt().isEmpty())
        .toList();
  }

  private Map<String, Duration> durations(TypeSelection selection) {
    Map<String, Took> byType = new HashMap<>();
    for (Took took : store.durations()) {
      Optional<String> type = selection.typeOf(took.type());
      if (type.isPresent() && took.attempts() > 0) {
        byType.merge(type.get(), took, ScalingReader::combined);
      }
    }
    return byType.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                each -> each.getValue().run().dividedBy(each.getValue().attempts())));
  }

  private static Took combined(Took one, Took other) {
    if (one.isRecent() != other.isRecent()) {
      return one.isRecent() ? one : other;
    }
    return new Took(
        one.type(), one.attempts() + other.attempts(), one.run().plus(other.run()), one.isRecent());
  }

  private Map<String, Bounds> bounds(
      ScalingQuery query, TypeSelection selection, WaitingTally waiting, List<Limited> jobs) {
    Map<String, List<Limited>> byType = new HashMap<>();
    for (Limited each : jobs) {
      selection
          .typeOf(each.type())
          .ifPresent(type -> byType.computeIfAbsent(type, any -> new ArrayList<>()).add(each));
    }
    Map<String, JobLimits> limits = new HashMap<>();
    for (String type : waiting.types()) {
      selection
          .state(type)
          .filter(state -> state.effective().isLimited())
          .ifPresent(state -> limits.put(type, state.effective().limits()));
    }
    if (limits.isEmpty()) {
      return Map.of();
    }
    Duration within =
        query.startUp().compareTo(query.drainWithin()) > 0 ? query.startUp() : query.drainWithin();
    Counted counted = counted(limits, byType, selection, within);
    Map<String, Bounds> bounds = new HashMap<>();
    limits.forEach(
        (type, each) -> {
          List<Limited> own = byType.getOrDefault(type, List.of());
          long known = own.stream().mapToLong(Limited::jobs).sum();
          bounds.put(
              type,
              new LimitBounds(
                      own, Math.max(0, waiting.of(type).jobs() - known), counted.of(type), within)
                  .of(each));
        });
    return bounds;
  }

  /** The counts of the limits, by type. */
  private record Counted(
      Map<String, Map<String, Integer>> running,
      Map<String, List<Started>> started,
      Map<String, List<Started>> startedByKey) {

    LimitBounds.Recent of(String type) {
      return new LimitBounds.Recent(
          running.getOrDefault(type, Map.of()),
          started.getOrDefault(type, List.of()),
          startedByKey.getOrDefault(type, List.of()));
    }
  }

  private Counted counted(
      Map<String, JobLimits> limits,
      Map<String, List<Limited>> jobs,
      TypeSelection selection,
      Duration within) {
    Set<String> rated = new TreeSet<>();
    List<LimitKey> keys = new ArrayList<>();
    boolean countsRunning = false;
    for (Map.Entry<String, JobLimits> each : limits.entrySet()) {
      if (!each.getValue().rates().isEmpty()) {
        rated.add(each.getKey());
      }
      if (!each.getValue().ratesPerKey().isEmpty()) {
        jobs.getOrDefault(each.getKey(), List.of()).stream()
            .map(job -> new LimitKey(each.getKey(), job.key()))
            .distinct()
            .limit(Math.max(0, MAX_KEYS - keys.size()))
            .forEach(keys::add);
      }
      countsRunning |= each.getValue().maxConcurrentPerKey() > 0;
    }
    Map<String, Map<String, Integer>> running = new HashMap<>();
    if (countsRunning) {
      for (ScalingRows.Running each : store.runningByKey()) {
        selection
            .typeOf(each.type())
            .ifPresent(
                type ->
                    running
                        .computeIfAbsent(type, any -> new HashMap<>())
                        .merge(each.key(), each.jobs(), Integer::sum));
      }
    }
    return new Counted(
        running,
        rated.isEmpty() ? Map.of() : byType(store.started(rated, within)),
        keys.isEmpty() ? Map.of() : byType(store.startedByKey(keys, within)));
  }

  private static Map<String, List<Started>> byType(List<Started> started) {
    return started.stream().collect(Collectors.groupingBy(Started::type));
  }
}
