package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.JobAttempt.Outcome;
import dev.tenon.jobs.operate.JobMonitor.Activity;
import dev.tenon.jobs.operate.JobMonitor.Backlog;
import dev.tenon.jobs.operate.JobMonitor.Range;
import dev.tenon.jobs.operate.JobMonitor.Worker;
import dev.tenon.jobs.operate.JobTypeState;
import dev.tenon.jobs.operate.WorkerQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Throughput, failures, latency and backlog. */
final class OverviewPage implements Page {

  private static final int BACKLOG = 10_000;
  private static final String UNKNOWN = "–";

  /** The table has no more types, unless somebody wants to see all of them. */
  private static final int MAX_TYPES = 50;

  /** The parameter of the address that asks for all types. */
  private static final String ALL = "all";

  /** The attempts of a type that have ended. */
  private static final class Sum {
    private long completed;
    private long failed;
    private long ended;
    private Duration run = Duration.ZERO;
    private Duration waited = Duration.ZERO;

    private void add(Activity activity) {
      if (activity.outcome() == Outcome.COMPLETED) {
        completed += activity.attempts();
      } else if (Pulse.isFailure(activity)) {
        failed += activity.attempts();
      }
      ended += activity.attempts();
      run = run.plus(activity.run());
      waited = waited.plus(activity.waited());
    }

    private String average(Duration all) {
      return ended == 0 ? "" : Format.exact(all.dividedBy(ended));
    }
  }

  @Override
  public DashboardResponse answer(Call call) {
    call.requireGet();
    Optional<DashboardResponse> canonical = Period.redirect(call, "/", true);
    if (canonical.isPresent()) {
      return canonical.get();
    }
    Site site = call.site();
    Period period = Period.of(call, Span.HOUR);
    Map<String, Sum> sums = new HashMap<>();
    Parts parts = new Parts(site.reading());
    var activityPart = parts.read(() -> site.monitor().activityByType(period.range()));
    var backlogPart = parts.read(() -> site.monitor().backlog(BACKLOG));
    var runningPart = parts.read(site.monitor()::running);
    var workersPart = parts.read(() -> site.monitor().workers(WorkerQuery.all()));
    var typesPart = parts.read(site.jobs().types()::list);
    for (Activity activity : parts.get(activityPart, "finished attempts", List.of())) {
      if (call.user().may(Right.READ, activity.type())) {
        sums.computeIfAbsent(activity.type(), any -> new Sum()).add(activity);
      }
    }
    Map<String, Backlog> backlog = new HashMap<>();
    Optional<List<Backlog>> allWaiting =
        parts.get(backlogPart.thenApply(Optional::of), "waiting jobs", Optional.empty());
    for (Backlog waiting : allWaiting.orElse(List.of())) {
      if (call.user().may(Right.READ, waiting.type())) {
        backlog.put(waiting.type(), waiting);
      }
    }
    Optional<Map<String, Long>> allRunning =
        parts.get(runningPart.thenApply(Optional::of), "running jobs", Optional.empty());
    Map<String, Long> running = new HashMap<>(allRunning.orElse(Map.of()));
    running.keySet().removeIf(type -> !call.user().may(Right.READ, type));
    TreeSet<String> names = new TreeSet<>(sums.keySet());
    backlog.values().stream().filter(b -> b.jobs() > 0).map(Backlog::type).forEach(names::add);
    names.addAll(running.keySet());
    Optional<List<Worker>> known =
        parts.get(workersPart.thenApply(Optional::of), "workers", Optional.empty());
    List<Worker> workers = known.orElse(List.of());
    Set<String> paused = new TreeSet<>();
    Set<String> unserved = new TreeSet<>();
    for (JobTypeState type : parts.get(typesPart, "paused types", List.of())) {
      if (call.user().may(Right.READ, type.type())) {
        if (type.isPaused()) {
          names.add(type.type());
          paused.add(type.type());
        } else if (known.isPresent() && Pulse.isUnserved(type, workers)) {
          unserved.add(type.type());
        }
      }
    }
    Optional<Backlog> oldest =
        backlog.values().stream()
            .filter(waiting -> waiting.oldestDueAt().isPresent())
            .min(Comparator.comparing(waiting -> waiting.oldestDueAt().orElseThrow()));
    long failed = sums.values().stream().mapToLong(sum -> sum.failed).sum();
    long doubts = site.pulse().signs().doubts(call.user());
    long live = workers.stream().filter(Worker::isLive).count();
    boolean isCapped = backlog.values().stream().anyMatch(b -> b.jobs() >= BACKLOG);
    List<OverviewView.Choice> choice = new ArrayList<>();
    if (names.size() > MAX_TYPES && !call.query().has(ALL)) {
      choice.add(
          new OverviewView.Choice(
              Integer.toString(MAX_TYPES),
              Format.number(names.size()),
              call.base() + "/?" + period.parameters() + "&" + ALL + "=true"));
      Comparator<String> byNeed =
          Comparator.comparing(
                  (String name) -> unserved.contains(name) && waiting(backlog, name) > 0)
              .thenComparing(paused::contains)
              .thenComparing(name -> sums.getOrDefault(name, new Sum()).failed)
              .thenComparing(name -> waiting(backlog, name))
              .thenComparing(name -> running.getOrDefault(name, 0L))
              .thenComparing(name -> sums.getOrDefault(name, new Sum()).ended)
              .reversed();
      List<String> chosen = names.stream().sorted(byNeed).limit(MAX_TYPES).toList();
      names.retainAll(Set.copyOf(chosen));
    }
    List<OverviewView.Row> rows = new ArrayList<>();
    for (String name : names) {
      rows.add(
          row(
              call,
              name,
              paused.contains(name),
              unserved.contains(name),
              sums.getOrDefault(name, new Sum()),
              Optional.ofNullable(backlog.get(name)),
              running.getOrDefault(name, 0L)));
    }
    return DashboardResponse.html(
        200,
        OverviewViewTemplate.of()
            .execute(
                new OverviewView(
                    Frame.of(call, "", "Overview", false, false),
                    period.view(call, "/"),
                    allWaiting.isEmpty()
                        ? UNKNOWN
                        : Format.number(backlog.values().stream().mapToLong(Backlog::jobs).sum())
                            + (isCapped ? "+" : ""),
                    allRunning.isEmpty()
                        ? UNKNOWN
                        : Format.number(running.values().stream().mapToLong(Long::longValue).sum()),
                    Format.number(sums.values().stream().mapToLong(s -> s.completed).sum()),
                    Format.number(failed),
                    failed > 0,
                    oldest.isEmpty()
                        ? UNKNOWN
                        : age(oldest.flatMap(Backlog::oldestDueAt), call.format().now()),
                    oldest
                        .map(Backlog::type)
                        .orElse(allWaiting.isEmpty() ? "unknown" : "nothing due"),
                    oldest.map(due -> "types/" + Parameters.encode(due.type())).orElse("types"),
                    known.isEmpty() ? UNKNOWN : Long.toString(live),
                    known.isPresent() && live == 0,
                    doubts == 0 ? List.of() : List.of(Format.number(doubts)),
                    parts.problems(),
                    rows,
                    choice,
                    rows.isEmpty())));
  }

  private static long waiting(Map<String, Backlog> backlog, String type) {
    Backlog waiting = backlog.get(type);
    return waiting == null ? 0 : waiting.jobs();
  }

  private static String age(Optional<Instant> due, Instant now) {
    return due.map(time -> Format.rough(Duration.between(time, now))).orElse("");
  }

  private static OverviewView.Row row(
      Call call,
      String type,
      boolean isPaused,
      boolean isUnserved,
      Sum sum,
      Optional<Backlog> backlog,
      long running) {
    long waiting = backlog.map(Backlog::jobs).orElse(0L);
    String parameter = Parameters.encode(type);
    return new OverviewView.Row(
        type,
        call.base() + "/types/" + parameter,
        isPaused,
        isUnserved,
        isUnserved && waiting > 0,
        Format.capped(waiting, BACKLOG),
        age(backlog.flatMap(Backlog::oldestDueAt), call.format().now()),
        Format.number(running),
        Format.number(sum.completed),
        Format.number(sum.failed),
        sum.failed > 0,
        call.base() + "/jobs?status=failed&type=" + parameter,
        sum.average(sum.run),
        sum.average(sum.waited));
  }

  /** The numbers of the charts, for the script of the page. */
  static final class Data implements Page {

    @Override
    public DashboardResponse answer(Call call) {
      call.requireGet();
      if (!call.rest().equals(List.of("overview"))) {
        throw new RefusedException(404, "There is no such page.");
      }
      Range range = Period.of(call, Span.HOUR).range();
      long step = range.interval().toSeconds();
      long first = range.from().getEpochSecond();
      int steps = (int) (Duration.between(range.from(), range.to()).toSeconds() / step);
      long[][] numbers = new long[6][steps];
      for (Activity activity :
          call.site().monitor().activityByInterval(range, call.typesFor(Right.READ))) {
        int i = (int) ((activity.at().getEpochSecond() - first) / step);
        if (i >= 0 && i < steps) {
          numbers[0][i] += activity.outcome() == Outcome.COMPLETED ? activity.attempts() : 0;
          numbers[1][i] += Pulse.isFailure(activity) ? activity.attempts() : 0;
          numbers[2][i] += activity.attempts();
          numbers[3][i] += activity.run().toMillis();
          numbers[4][i] += activity.waited().toMillis();
          numbers[5][i] = Math.max(numbers[5][i], activity.maxWaited().toMillis());
        }
      }
      StringBuilder json = new StringBuilder("{\"step\":" + step + ",\"at\":[");
      for (int i = 0; i < steps; i++) {
        json.append(i == 0 ? "" : ",").append(first + i * step);
      }
      append(json, "completed", numbers[0], null, 1);
      append(json, "failed", numbers[1], null, 1);
      append(json, "run", numbers[3], numbers[2], 1000);
      append(json, "wait", numbers[4], numbers[2], 1000);
      append(json, "maxWait", numbers[5], null, 1000);
      return DashboardResponse.json(json.append("]}").toString());
    }

    private static void append(
        StringBuilder json, String name, long[] sums, long @Nullable [] counts, int divisor) {
      json.append("],").append(Json.quote(name)).append(":[");
      for (int i = 0; i < sums.length; i++) {
        json.append(i == 0 ? "" : ",");
        if (counts != null && counts[i] == 0) {
          json.append("null");
        } else if (divisor == 1) {
          json.append(sums[i]);
        } else {
          json.append(sums[i] / (double) divisor / (counts == null ? 1 : counts[i]));
        }
      }
    }
  }
}
