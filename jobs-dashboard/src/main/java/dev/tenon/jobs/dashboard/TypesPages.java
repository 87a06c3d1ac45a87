package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.definition.JobLimits;
import dev.tenon.jobs.definition.Rate;
import dev.tenon.jobs.operate.AuditQuery;
import dev.tenon.jobs.operate.JobMonitor.Backlog;
import dev.tenon.jobs.operate.JobMonitor.Worker;
import dev.tenon.jobs.operate.JobTypeOverrides;
import dev.tenon.jobs.operate.JobTypeState;
import dev.tenon.jobs.operate.JobTypes;
import dev.tenon.jobs.operate.WorkerQuery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Job types, and what operators set for them. */
final class TypesPages implements Page {

  private static final int BACKLOG = 10_000;
  private static final int MAX_AUDIT = 20;
  private static final int MAX_BLOCKED = 50;
  private static final int MAX_COUNTED = 1_000;
  private static final String NO_WORKER = "no worker";
  private static final String PAUSED = "paused";
  private static final String OVERRIDDEN = "overridden";
  private static final String ACTIVE = "active";

  @Override
  public DashboardResponse answer(Call call) {
    List<String> rest = call.rest();
    if (rest.isEmpty()) {
      call.requireGet();
      return list(call);
    }
    JobTypeState type =
        call.site()
            .jobs()
            .types()
            .find(rest.get(0))
            .orElseThrow(
                () -> new RefusedException(404, "Job type '" + rest.get(0) + "' was not found."));
    if (rest.size() == 1) {
      call.requireGet();
      call.require(Right.READ, type.type());
      return show(call, type);
    }
    if (rest.size() == 2 && rest.get(1).equals("submit")) {
      return SubmitPage.answer(call, type.type());
    }
    if (rest.size() == 2 && call.isPost()) {
      return change(call, type, rest.get(1));
    }
    throw new RefusedException(404, "There is no such page.");
  }

  private static DashboardResponse list(Call call) {
    Site site = call.site();
    Parts parts = new Parts(site.reading());
    var backlogPart = parts.read(() -> site.monitor().backlog(BACKLOG));
    var runningPart = parts.read(site.monitor()::running);
    var workersPart = parts.read(() -> site.monitor().workers(WorkerQuery.all()));
    List<Backlog> waiting = parts.get(backlogPart, "waiting jobs", List.of());
    Map<String, Backlog> backlog =
        waiting.stream().collect(Collectors.toMap(Backlog::type, b -> b, (a, b) -> a));
    Map<String, Long> running = parts.get(runningPart, "running jobs", Map.of());
    Optional<List<Worker>> workers =
        parts.get(workersPart.thenApply(Optional::of), "workers", Optional.empty());
    List<TypesView.Row> all =
        site.jobs().types().list().stream()
            .filter(type -> call.user().may(Right.READ, type.type()))
            .map(type -> row(call, type, backlog, running, workers))
            .toList();
    String name = call.query().get("name").orElse("");
    String state = call.query().get("state").orElse("");
    List<TypesView.Row> rows =
        all.stream()
            .filter(row -> has(row.type(), name) || has(row.label(), name))
            .filter(row -> is(row, state))
            .toList();
    return DashboardResponse.html(
        200,
        TypesViewTemplate.of()
            .execute(
                new TypesView(
                    Frame.of(call, "types", "Job types", false, false),
                    name,
                    Option.of(List.of(NO_WORKER, PAUSED, OVERRIDDEN, ACTIVE), state),
                    !name.isEmpty() || !state.isEmpty(),
                    Format.some(rows.size(), all.size(), "type"),
                    parts.problems(),
                    rows,
                    rows.isEmpty())));
  }

  /** Returns whether a string contains another, ignoring case. */
  static boolean has(String text, String part) {
    return text.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
  }

  private static boolean is(TypesView.Row row, String state) {
    return switch (state) {
      case "" -> true;
      case NO_WORKER -> row.isUnserved();
      case PAUSED -> row.isPaused();
      case OVERRIDDEN -> row.isOverridden();
      case ACTIVE -> row.isActive();
      default -> throw new BadRequestException("There is no state '" + state + "' of a type.");
    };
  }

  private static TypesView.Row row(
      Call call,
      JobTypeState type,
      Map<String, Backlog> backlog,
      Map<String, Long> running,
      Optional<List<Worker>> known) {
    Optional<Backlog> waits = Optional.ofNullable(backlog.get(type.type()));
    long waiting = waits.map(Backlog::jobs).orElse(0L);
    List<Worker> workers = known.orElse(List.of());
    long serving = servers(type, workers).size();
    boolean isUnserved = known.isPresent() && !type.isPaused() && Pulse.isUnserved(type, workers);
    Optional<Catalog.Type> declared = call.known(type.type());
    return new TypesView.Row(
        type.type(),
        call.base() + "/types/" + Parameters.encode(type.type()),
        declared.map(Catalog.Type::label).orElse(""),
        declared.map(Catalog.Type::description).orElse(""),
        type.isPaused(),
        isUnserved,
        isUnserved && waiting > 0,
        type.overrides().isPresent(),
        backlog.isEmpty() ? "" : Format.capped(waiting, BACKLOG),
        Format.number(running.getOrDefault(type.type(), 0L)),
        waits
            .flatMap(Backlog::oldestDueAt)
            .map(due -> Format.rough(Duration.between(due, call.format().now())))
            .orElse(""),
        limits(type.effective().limits()),
        known.isEmpty() ? "" : serving == 0 ? "none" : Long.toString(serving));
  }

  private static List<Worker> servers(JobTypeState type, List<Worker> workers) {
    return workers.stream()
        .filter(worker -> worker.isLive() && worker.types().stream().anyMatch(type::isNamed))
        .toList();
  }

  private static String limits(JobLimits limits) {
    List<String> parts = new ArrayList<>();
    add(parts, limits.maxConcurrent(), " concurrent");
    limits.rates().forEach(rate -> parts.add(rate.toString()));
    add(parts, limits.maxConcurrentPerKey(), " concurrent per key");
    limits.ratesPerKey().forEach(rate -> parts.add(rate + " per key"));
    return String.join(", ", parts);
  }

  private static void add(List<String> parts, int limit, String unit) {
    if (limit > 0) {
      parts.add(limit + unit);
    }
  }

  private static DashboardResponse show(Call call, JobTypeState type) {
    Site site = call.site();
    Format format = call.format();
    List<Worker> workers = site.monitor().workers(WorkerQuery.all());
    List<TypeView.Server> servers =
        servers(type, workers).stream()
            .map(
                worker ->
                    new TypeView.Server(
                        worker.id(),
                        worker.host(),
                        "live",
                        format.when(worker.heartbeatAt()),
                        Long.toString(
                            worker.running().stream()
                                .filter(job -> type.isNamed(job.type()))
                                .count())))
            .toList();
    List<AuditView.Row> audit =
        site
            .monitor()
            .audit()
            .list(AuditQuery.all().withTarget(type.type()).withLimit(MAX_AUDIT))
            .items()
            .stream()
            .map(entry -> AuditView.Row.of(entry, format, call.base()))
            .toList();
    Optional<Catalog.Type> known = call.known(type.type());
    boolean canAct = call.user().may(Right.ACT, type.type());
    return DashboardResponse.html(
        200,
        TypeViewTemplate.of()
            .execute(
                new TypeView(
                    Frame.of(
                        call,
                        "types",
                        type.type(),
                        canAct,
                        call.user().may(Right.ADMINISTER, type.type())),
                    type.type(),
                    known.map(Catalog.Type::label).orElse(""),
                    known.map(Catalog.Type::description).orElse(""),
                    canAct && known.isPresent(),
                    type.pause().stream()
                        .map(
                            pause ->
                                new TypeView.Paused(
                                    pause.by(), format.when(pause.since()), pause.reason()))
                        .toList(),
                    !type.isPaused(),
                    Pulse.isUnserved(type, workers),
                    TypeFacts.of(call, type, known.map(each -> each.entry())),
                    settings(type),
                    type.keyWeights().entrySet().stream()
                        .map(each -> new TypeView.Weight(each.getKey(), each.getValue().toString()))
                        .toList(),
                    type.overrides().stream()
                        .map(
                            set ->
                                new TypeView.Overridden(
                                    set.by(), format.when(set.at()), set.reason()))
                        .toList(),
                    servers,
                    !servers.isEmpty(),
                    blocked(call, type.type()),
                    priorities(type),
                    known.isPresent(),
                    site.monitor().sensitive(type.type()).stream()
                        .map(TypeView.Sensitive::of)
                        .toList(),
                    known.map(TypesPages::shapes).orElse(List.of()),
                    audit,
                    !audit.isEmpty())));
  }

  private static List<TypeView.Blocked> blocked(Call call, String type) {
    return call.site().jobs().lines().blocked(type, MAX_BLOCKED).stream()
        .map(
            line ->
                new TypeView.Blocked(
                    line.key(),
                    line.jobId().toString(),
                    Format.capped(line.waiting(), MAX_COUNTED),
                    line.dueAt().map(call.format()::absolute).orElse("no time"),
                    line.lastError().orElse("")))
        .toList();
  }

  private static List<TypeView.Shape> shapes(Catalog.Type known) {
    return Stream.of(
            shape("payload", "Payload", known.payload(), known.entry().payloadSchema()),
            shape("result", "Result", known.result(), known.entry().resultSchema()))
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<TypeView.Shape> shape(
      String id, String title, Optional<Schema> schema, Optional<String> json) {
    return schema.map(
        parsed -> new TypeView.Shape(id, title, SchemaRow.of(parsed), json.orElse("")));
  }

  private static List<Option> priorities(JobTypeState type) {
    String set =
        type.overrides().flatMap(o -> o.values().priority()).map(JobPriority::code).orElse("");
    List<Option> options = new ArrayList<>();
    options.add(new Option("", "as declared", set.isEmpty()));
    options.addAll(
        Option.of(Arrays.stream(JobPriority.values()).map(JobPriority::code).toList(), set));
    return options;
  }

  private static List<TypeView.Setting> settings(JobTypeState type) {
    JobTypeState.Settings declared = type.declared();
    JobTypeState.Settings effective = type.effective();
    return List.of(
        number("maxAttempts", "Attempts", declared.maxAttempts(), effective.maxAttempts()),
        limit("maxConcurrent", "Concurrent jobs", declared, effective, JobLimits::maxConcurrent),
        rates("rates", "Rates", declared.limits().rates(), effective.limits().rates()),
        limit(
            "maxConcurrentPerKey",
            "Concurrent jobs per key",
            declared,
            effective,
            JobLimits::maxConcurrentPerKey),
        rates(
            "ratesPerKey",
            "Rates per key",
            declared.limits().ratesPerKey(),
            effective.limits().ratesPerKey()),
        number(
            "maxWaiting",
            "Waiting jobs" + effective.waitingBy().map(by -> " per " + by).orElse(""),
            declared.maxWaiting(),
            effective.maxWaiting()));
  }

  private static TypeView.Setting limit(
      String name,
      String label,
      JobTypeState.Settings declared,
      JobTypeState.Settings effective,
      java.util.function.ToIntFunction<JobLimits> limit) {
    return number(
        name, label, limit.applyAsInt(declared.limits()), limit.applyAsInt(effective.limits()));
  }

  private static TypeView.Setting rates(
      String name, String label, List<Rate> declared, List<Rate> effective) {
    return new TypeView.Setting(
        name,
        label,
        "text",
        declared.isEmpty() ? "no limit" : Rate.text(declared),
        effective.isEmpty() ? "no limit" : Rate.text(effective),
        declared.equals(effective) ? "" : effective.isEmpty() ? "0" : Rate.text(effective));
  }

  private static TypeView.Setting number(String name, String label, int declared, int effective) {
    return new TypeView.Setting(
        name,
        label,
        "numeric",
        declared == 0 ? "no limit" : Integer.toString(declared),
        effective == 0 ? "no limit" : Integer.toString(effective),
        declared == effective ? "" : Integer.toString(effective));
  }

  private static DashboardResponse change(Call call, JobTypeState type, String action) {
    String name = type.type();
    boolean overrides = List.of("override", "clear", "weigh").contains(action);
    call.require(overrides ? Right.ADMINISTER : Right.ACT, name);
    JobTypes types = call.site().jobs().types();
    String reason = call.form().require("reason", "a reason");
    Actor actor = call.actor(reason);
    String notice =
        switch (action) {
          case "pause" ->
              Call.change(
                  () -> {
                    types.pause(name, actor);
                    return "Type " + name + " is paused: no more of its jobs will start.";
                  });
          case "resume" ->
              Call.change(
                  () -> {
                    types.resume(name, actor);
                    return "Type " + name + " was resumed.";
                  });
          case "override" -> {
            JobTypeOverrides wanted = overrides(call.form());
            yield Call.change(
                () -> {
                  types.override(name, wanted, actor);
                  return "Overridden: " + wanted + ".";
                });
          }
          case "weigh" -> {
            String key = call.form().get("key").orElse("");
            int weight = number(call.form().require("weight", "a weight"));
            yield Call.change(
                () -> {
                  types.setKeyWeight(name, key, weight, actor);
                  return "The key '%s' has the weight %d.".formatted(key, weight);
                });
          }
          case "clear" ->
              Call.change(
                  () -> {
                    types.clearOverrides(name, actor);
                    return "The declared settings of " + name + " are in effect again.";
                  });
          default -> throw new RefusedException(404, "There is no such action.");
        };
    return call.done("/types/" + Parameters.encode(name), notice);
  }

  private static JobTypeOverrides overrides(Parameters form) {
    JobTypeOverrides overrides = JobTypeOverrides.none();
    overrides = number(form, "maxAttempts", overrides, JobTypeOverrides::withMaxAttempts);
    overrides = number(form, "maxConcurrent", overrides, JobTypeOverrides::withMaxConcurrent);
    overrides = rates(form, "rates", overrides, JobTypeOverrides::withRates);
    overrides =
        number(form, "maxConcurrentPerKey", overrides, JobTypeOverrides::withMaxConcurrentPerKey);
    overrides = rates(form, "ratesPerKey", overrides, JobTypeOverrides::withRatesPerKey);
    overrides = number(form, "maxWaiting", overrides, JobTypeOverrides::withMaxWaiting);
    if (form.has("priority")) {
      overrides =
          overrides.withPriority(JobsPages.priority(form.require("priority", "a priority")));
    }
    if (overrides.isEmpty()) {
      throw new BadRequestException("No setting was changed; fill in at least one field.");
    }
    return overrides;
  }

  private static JobTypeOverrides rates(
      Parameters form,
      String name,
      JobTypeOverrides overrides,
      BiFunction<JobTypeOverrides, List<Rate>, JobTypeOverrides> with) {
    Optional<String> text = form.get(name);
    if (text.isEmpty()) {
      return overrides;
    }
    try {
      return with.apply(overrides, Rate.parseList(text.get()));
    } catch (IllegalArgumentException e) {
      throw new BadRequestException(String.valueOf(e.getMessage()));
    }
  }

  private static JobTypeOverrides number(
      Parameters form,
      String name,
      JobTypeOverrides overrides,
      BiFunction<JobTypeOverrides, Integer, JobTypeOverrides> with) {
    Optional<String> text = form.get(name);
    if (text.isEmpty()) {
      return overrides;
    }
    return with.apply(overrides, number(text.get()));
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new BadRequestException("'" + text + "' is not a number.");
    }
  }
}
