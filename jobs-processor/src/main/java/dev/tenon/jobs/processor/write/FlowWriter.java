package dev.tenon.jobs.processor.write;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.annotation.OverlapPolicy;
import dev.tenon.jobs.annotation.RetryOrder;
import dev.tenon.jobs.annotation.UniqueScope;
import dev.tenon.jobs.annotation.WhenFull;
import dev.tenon.jobs.processor.model.Attribute;
import dev.tenon.jobs.processor.model.BacklogDeclaration;
import dev.tenon.jobs.processor.model.DeclaredRate;
import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.LimitDeclaration.ByKey;
import dev.tenon.jobs.processor.model.LimitDeclaration.Limit;
import dev.tenon.jobs.processor.model.OrderDeclaration;
import dev.tenon.jobs.processor.model.RecordShape.Component;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.ScheduleDeclaration;
import dev.tenon.jobs.processor.model.Shapes;
import dev.tenon.jobs.processor.model.UniqueDeclaration;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Writes the parts of a definition about limits, unique and ordered jobs, and schedules. They
 * contain only what differs from the default, and nothing that was reported and would not compile.
 */
final class FlowWriter {

  /** The maximum length of a chain of calls on one line, below the builder of a definition. */
  private static final int CHAIN = 78;

  private static final Duration DEFAULT_CATCH_UP = Duration.ofHours(1);

  private static final Pattern PACKAGES =
      Pattern.compile("\\b(?:[a-z_][A-Za-z0-9_]*\\.)+(?=[A-Z])");

  private FlowWriter() {}

  /** The calls on the builder. */
  static CodeBlock calls(JobDeclaration job, Shapes payload) {
    List<Component> found = payload.get(payload.root()).components();
    Set<String> components = found.stream().map(Component::name).collect(Collectors.toSet());
    Set<String> sensitive =
        found.stream()
            .filter(Component::sensitive)
            .map(Component::name)
            .collect(Collectors.toSet());
    CodeBlock.Builder calls = CodeBlock.builder();
    addLimits(job, components, calls);
    job.backlog().stream()
        .findFirst()
        .ifPresent(backlog -> addBacklog(backlog, job, components, calls));
    job.unique().stream()
        .findFirst()
        .ifPresent(unique -> addUnique(unique, job, components, sensitive, calls));
    job.ordered().stream()
        .findFirst()
        .filter(order -> order.isOfAll() || components.contains(order.by().value()))
        .ifPresent(order -> addOrder(order, job, calls));
    KeyForms.of(job, found)
        .forEach(
            (component, form) ->
                calls.add(
                    "\n.keyProperty($S, $S, $T.$L)",
                    component.name(),
                    component.jsonName(),
                    RuntimeTypes.KEY_FORM,
                    form));
    job.schedules()
        .forEach(
            schedule ->
                payload(schedule, job).ifPresent(made -> addSchedule(schedule, made, calls)));
    return calls.build();
  }

  private static void addLimits(
      JobDeclaration job, Set<String> components, CodeBlock.Builder calls) {
    List<CodeBlock> with = new ArrayList<>();
    addConcurrency("withMaxConcurrent", job.limits().concurrency(), with);
    addRates("withRates", job.limits().validRates(), with);
    Optional<ByKey> byKey = job.limits().key();
    byKey.ifPresent(
        key -> {
          addConcurrency("withMaxConcurrentPerKey", key.concurrency(), with);
          addRates("withRatesPerKey", key.validRates(), with);
        });
    if (!with.isEmpty()) {
      calls.add(call("limits", CodeBlock.of("$T.NONE", RuntimeTypes.JOB_LIMITS), with));
    }
    byKey
        .map(key -> key.by().value())
        .filter(components::contains)
        .ifPresent(key -> calls.add("\n.limitBy($S, $L)", key, accessor(key, job)));
    job.limits()
        .cost()
        .filter(components::contains)
        .ifPresent(cost -> calls.add("\n.cost($S, $L)", cost, accessor(cost, job)));
  }

  private static void addConcurrency(String method, Limit limit, List<CodeBlock> with) {
    if (limit.isSet()) {
      with.add(CodeBlock.of(".$L($L)", method, limit.value()));
    }
  }

  private static void addRates(String method, List<DeclaredRate> rates, List<CodeBlock> with) {
    if (!rates.isEmpty()) {
      CodeBlock list =
          rates.stream()
              .map(
                  rate ->
                      CodeBlock.of(
                          "$T.of($L, $L)$L",
                          RuntimeTypes.RATE,
                          rate.amount(),
                          SourceFiles.duration(rate.window()),
                          rate.component()
                              .map(counted -> CodeBlock.of(".counting($S)", counted))
                              .orElse(CodeBlock.of(""))))
              .collect(CodeBlock.joining(", "));
      with.add(CodeBlock.of(".$L($T.of($L))", method, List.class, list));
    }
  }

  private static void addBacklog(
      BacklogDeclaration backlog,
      JobDeclaration job,
      Set<String> components,
      CodeBlock.Builder calls) {
    String by = backlog.by().value();
    List<CodeBlock> with = new ArrayList<>();
    if (components.contains(by)) {
      with.add(CodeBlock.of(".by($S, $L)", by, accessor(by, job)));
    }
    addConstant("withWhenFull", RuntimeTypes.WHEN_FULL, backlog.whenFull(), WhenFull.REFUSE, with);
    CodeBlock max =
        CodeBlock.of(
            "$T.<$T>of($L)", RuntimeTypes.BACKLOG_RULE, job.payload(), backlog.max().value());
    calls.add(call("backlog", max, with));
  }

  private static void addUnique(
      UniqueDeclaration unique,
      JobDeclaration job,
      Set<String> components,
      Set<String> sensitive,
      CodeBlock.Builder calls) {
    List<String> names =
        unique.components().stream()
            .map(Attribute::value)
            .filter(components::contains)
            .distinct()
            .toList();
    if (names.isEmpty()) {
      return;
    }
    String first = names.get(0);
    List<CodeBlock> with = new ArrayList<>();
    for (String name : names.subList(1, names.size())) {
      with.add(CodeBlock.of(".and($S, $L)", name, accessor(name, job)));
    }
    addConstant(
        "withScope", RuntimeTypes.UNIQUE_SCOPE, unique.scope(), UniqueScope.UNTIL_ENDED, with);
    unique
        .periodDuration()
        .ifPresent(
            period -> with.add(CodeBlock.of(".withPeriod($L)", SourceFiles.duration(period))));
    addConstant(
        "withDuplicatePolicy",
        RuntimeTypes.DUPLICATE_POLICY,
        unique.onDuplicate(),
        DuplicatePolicy.KEEP,
        with);
    if (names.stream().anyMatch(sensitive::contains)) {
      with.add(CodeBlock.of(".withHashedKey()"));
    }
    CodeBlock by =
        CodeBlock.of("$T.by($S, $L)", RuntimeTypes.UNIQUE_RULE, first, accessor(first, job));
    calls.add(call("unique", by, with));
  }

  private static void addOrder(
      OrderDeclaration order, JobDeclaration job, CodeBlock.Builder calls) {
    List<CodeBlock> with = new ArrayList<>();
    addConstant("withRetries", RuntimeTypes.RETRY_ORDER, order.retries(), RetryOrder.HOLD, with);
    String by = order.by().value();
    CodeBlock rule =
        order.isOfAll()
            ? with.isEmpty()
                ? CodeBlock.of("$T.ofAll()", RuntimeTypes.ORDER_RULE)
                : CodeBlock.of("$T.<$T>ofAll()", RuntimeTypes.ORDER_RULE, job.payload())
            : CodeBlock.of("$T.by($S, $L)", RuntimeTypes.ORDER_RULE, by, accessor(by, job));
    calls.add(call("order", rule, with));
  }

  /** The expression that makes the payload; empty if there is nothing to make it with. */
  private static Optional<CodeBlock> payload(ScheduleDeclaration schedule, JobDeclaration job) {
    // A reference to one of several constructors or methods does not tell the compiler the type
    if (schedule.payload().explicit()) {
      String method = schedule.payload().value();
      return Optional.ofNullable(job.members().makers().get(method))
          .filter(maker -> maker.hindrance().isEmpty())
          .map(
              maker ->
                  maker.isOverloaded()
                      ? CodeBlock.of("() -> $T.$L()", job.payload(), method)
                      : CodeBlock.of("$T::$L", job.payload(), method));
    }
    if (job.members().noEmptyConstructor().isPresent()) {
      return Optional.empty();
    }
    return Optional.of(
        job.members().constructors() == 1
            ? CodeBlock.of("$T::new", job.payload())
            : CodeBlock.of("() -> new $T()", job.payload()));
  }

  private static void addSchedule(
      ScheduleDeclaration schedule, CodeBlock payload, CodeBlock.Builder calls) {
    List<CodeBlock> with = new ArrayList<>();
    if (!schedule.name().value().isEmpty()) {
      with.add(CodeBlock.of(".withName($S)", schedule.name().value()));
    }
    schedule
        .untilTime()
        .ifPresent(
            until -> with.add(CodeBlock.of(".withUntil($T.parse($S))", Instant.class, until)));
    if (!schedule.cron().explicit()) {
      schedule
          .fixedDelayDuration()
          .map(
              delay ->
                  CodeBlock.of(
                      "$T.of($L, $L)",
                      RuntimeTypes.FIXED_DELAY_SCHEDULE,
                      SourceFiles.duration(delay),
                      payload))
          .ifPresent(of -> calls.add(call("schedule", of, with)));
      return;
    }
    addConstant(
        "withOverlap", RuntimeTypes.OVERLAP_POLICY, schedule.overlap(), OverlapPolicy.SKIP, with);
    schedule
        .catchUpDuration()
        .filter(catchUp -> !catchUp.equals(DEFAULT_CATCH_UP))
        .ifPresent(
            catchUp -> with.add(CodeBlock.of(".withCatchUp($L)", SourceFiles.duration(catchUp))));
    schedule
        .jitterDuration()
        .ifPresent(
            jitter -> with.add(CodeBlock.of(".withJitter($L)", SourceFiles.duration(jitter))));
    CodeBlock of =
        CodeBlock.of(
            "$T.of($S, $T.of($S), $L)",
            RuntimeTypes.CRON_SCHEDULE,
            schedule.cron().value(),
            ZoneId.class,
            schedule.zone().value(),
            payload);
    calls.add(call("schedule", of, with));
  }

  /** The expression that reads a component. If methods have the same name, it says which one. */
  private static CodeBlock accessor(String component, JobDeclaration job) {
    return job.members().overloaded().contains(component)
        ? CodeBlock.of("($T payload) -> payload.$L()", job.payload(), component)
        : CodeBlock.of("$T::$L", job.payload(), component);
  }

  private static void addConstant(
      String method,
      ClassName type,
      Attribute<String> constant,
      Enum<?> byDefault,
      List<CodeBlock> with) {
    if (!constant.value().equals(byDefault.name())) {
      with.add(CodeBlock.of(".$L($T.$L)", method, type, constant.value()));
    }
  }

  /** A call on the builder with a chain of calls, which is broken before each dot if it is long. */
  private static CodeBlock call(String method, CodeBlock start, List<CodeBlock> chain) {
    CodeBlock inOneLine = CodeBlock.builder().add(start).add(CodeBlock.join(chain, "")).build();
    if (chain.isEmpty() || written(inOneLine).length() <= CHAIN) {
      return CodeBlock.of("\n.$L($L)", method, inOneLine);
    }
    CodeBlock.Builder lines = CodeBlock.builder().add("\n.$L(\n$>$>$L$>$>", method, start);
    chain.forEach(next -> lines.add("\n$L", next));
    return lines.add("$<$<$<$<)").build();
  }

  /** A piece of code as it will be in the file, where types have simple names. */
  private static String written(CodeBlock code) {
    return PACKAGES.matcher(code.toString()).replaceAll("");
  }
}
