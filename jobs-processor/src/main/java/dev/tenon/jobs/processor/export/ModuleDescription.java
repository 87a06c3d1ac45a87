package dev.tenon.jobs.processor.export;

import dev.tenon.jobs.processor.model.Attribute;
import dev.tenon.jobs.processor.model.DeclaredRate;
import dev.tenon.jobs.processor.model.GeneratedNames;
import dev.tenon.jobs.processor.model.HandlerDeclaration;
import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.JobQueues;
import dev.tenon.jobs.processor.model.LimitDeclaration;
import dev.tenon.jobs.processor.model.LimitDeclaration.Limit;
import dev.tenon.jobs.processor.model.ModuleContents;
import dev.tenon.jobs.processor.model.ModuleDeclaration;
import dev.tenon.jobs.processor.model.ScheduleDeclaration;
import dev.tenon.jobs.processor.model.TaskInputMethod;
import dev.tenon.jobs.processor.model.UniqueDeclaration;
import dev.tenon.jobs.processor.model.UpcasterMethod;
import dev.tenon.jobs.processor.model.WaitDeclaration;
import dev.tenon.jobs.processor.model.WritableJob;
import dev.tenon.jobs.processor.model.WritableSignal;
import dev.tenon.jobs.processor.model.WritableSteps;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The description of a module that a rollout is checked by: the versions that it reads, and what
 * waiting jobs depend on. The runtime describes itself in the same form. Whatever is as usual is
 * left out.
 */
final class ModuleDescription {

  /** The version of the format. It goes up when earlier readers would misunderstand a file. */
  private static final int FORMAT = 1;

  private final ModuleDeclaration module;
  private final JobQueues queues;

  private ModuleDescription(ModuleDeclaration module, JobQueues queues) {
    this.module = module;
    this.queues = queues;
  }

  /**
   * The description of a module.
   *
   * @param types its own types, sorted by name
   * @param signals its own signals, sorted by name
   * @param steps the handlers with steps, waits or a cursor
   */
  static Map<String, Object> json(
      ModuleContents contents,
      List<WritableJob> types,
      List<WritableSignal> signals,
      List<WritableSteps> steps) {
    ModuleDescription description =
        new ModuleDescription(
            contents.module(), JobQueues.of(types.stream().map(WritableJob::job).toList()));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("format", FORMAT);
    json.put("module", contents.module().module().canonicalName());
    put(
        json,
        "types",
        types.stream().collect(sorted(type -> type.job().typeName(), description::type)));
    put(json, "handlers", handlers(contents, steps));
    put(
        json,
        "signals",
        signals.stream()
            .collect(
                sorted(
                    each -> each.signal().signalName(),
                    each -> versions(each.signal().version(), from(each.value().upcasters())))));
    return json;
  }

  private static <T> Collector<T, ?, SortedMap<String, Object>> sorted(
      Function<T, String> name, Function<T, Object> part) {
    return Collectors.toMap(name, part, (one, other) -> one, TreeMap::new);
  }

  private static void put(Map<String, Object> json, String name, Map<String, ?> values) {
    if (!values.isEmpty()) {
      json.put(name, values);
    }
  }

  private static void put(Map<String, Object> json, String name, List<?> values) {
    if (!values.isEmpty()) {
      json.put(name, values);
    }
  }

  private Object type(WritableJob type) {
    JobDeclaration job = type.job();
    SortedSet<Integer> reads = from(type.upcasters().payload());
    reads.addAll(from(type.upcasters().result()));
    type.emitted().ifPresent(emitted -> reads.addAll(from(emitted.upcasters())));
    Map<String, Object> json = versions(job.version(), reads);
    put(json, "aliases", job.aliasNames());
    put(json, "queues", queues(job));
    if (job.isExternal()) {
      json.put("external", true);
    }
    put(json, "limits", limits(job.limits()));
    job.limits().key().ifPresent(key -> json.put("limitBy", key.by().value()));
    job.ordered().stream()
        .findFirst()
        .ifPresent(order -> json.put("orderBy", order.isOfAll() ? "" : order.by().value()));
    job.unique().stream().findFirst().ifPresent(unique -> json.put("unique", unique(unique)));
    put(json, "inputs", type.inputs().stream().map(TaskInputMethod::name).sorted().toList());
    put(json, "schedules", job.schedules().stream().map(each -> name(job, each)).sorted().toList());
    return json;
  }

  private static Map<String, Object> versions(
      Attribute<Integer> version, SortedSet<Integer> reads) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", version.value());
    put(json, "reads", List.copyOf(reads));
    return json;
  }

  private static SortedSet<Integer> from(List<UpcasterMethod> upcasters) {
    return upcasters.stream()
        .map(upcaster -> upcaster.from().value())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The queue of each routing key: of the type's own, and of those that its aliases had. */
  private SortedMap<String, String> queues(JobDeclaration job) {
    SortedMap<String, String> byKey = new TreeMap<>();
    Stream.concat(
            Stream.of(job.routingKeyOrDefault()),
            job.aliasNames().stream().map(GeneratedNames::routingKey))
        .forEach(key -> byKey.put(key, queues.of(key, job, module.api())));
    return byKey;
  }

  private static SortedMap<String, String> limits(LimitDeclaration declared) {
    SortedMap<String, String> limits = new TreeMap<>();
    addLimits(limits, "", declared.concurrency(), declared.validRates());
    declared
        .key()
        .ifPresent(key -> addLimits(limits, "PerKey", key.concurrency(), key.validRates()));
    return limits;
  }

  private static void addLimits(
      SortedMap<String, String> limits,
      String suffix,
      Limit concurrency,
      List<DeclaredRate> rates) {
    if (concurrency.isSet()) {
      limits.put("maxConcurrent" + suffix, Integer.toString(concurrency.value()));
    }
    if (!rates.isEmpty()) {
      limits.put(
          "rates" + suffix,
          rates.stream().map(DeclaredRate::toString).collect(Collectors.joining(", ")));
    }
  }

  private static String unique(UniqueDeclaration declared) {
    return declared.components().stream().map(Attribute::value).collect(Collectors.joining(", "));
  }

  private static String name(JobDeclaration job, ScheduleDeclaration schedule) {
    String own = schedule.name().value();
    return own.isEmpty() ? job.typeName() : job.typeName() + ":" + own;
  }

  private static SortedMap<String, Object> handlers(
      ModuleContents contents, List<WritableSteps> steps) {
    Map<String, WritableSteps> byType =
        steps.stream()
            .collect(
                Collectors.toMap(
                    each -> each.handler().typeName(), each -> each, (one, other) -> one));
    return contents.handlers().stream()
        .map(HandlerDeclaration::typeName)
        .distinct()
        .collect(sorted(type -> type, type -> handler(byType.get(type))));
  }

  private static Object handler(@Nullable WritableSteps steps) {
    Map<String, Object> json = new LinkedHashMap<>();
    if (steps == null) {
      return json;
    }
    put(
        json,
        "steps",
        steps.steps().stream()
            .collect(
                sorted(
                    step -> step.declaration().name().value(),
                    step -> step.declaration().aliasNames().stream().sorted().toList())));
    put(
        json,
        "waits",
        steps.waits().stream()
            .collect(
                sorted(
                    wait -> wait.name().value(),
                    wait -> wait.aliasNames().stream().sorted().toList())));
    put(
        json,
        "signals",
        steps.waits().stream()
            .map(WaitDeclaration::signals)
            .flatMap(List::stream)
            .flatMap(signal -> signal.value().name().stream())
            .distinct()
            .sorted()
            .toList());
    if (steps.cursor().isPresent()) {
      json.put("cursor", true);
    }
    return json;
  }
}
