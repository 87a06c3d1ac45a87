package dev.tenon.jobs.processor.export;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.annotation.OverlapPolicy;
import dev.tenon.jobs.annotation.RetryOrder;
import dev.tenon.jobs.annotation.UniqueScope;
import dev.tenon.jobs.annotation.WhenFull;
import dev.tenon.jobs.processor.model.Attribute;
import dev.tenon.jobs.processor.model.BacklogDeclaration;
import dev.tenon.jobs.processor.model.DeclaredRate;
import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.LimitDeclaration;
import dev.tenon.jobs.processor.model.LimitDeclaration.ByKey;
import dev.tenon.jobs.processor.model.LimitDeclaration.Limit;
import dev.tenon.jobs.processor.model.OrderDeclaration;
import dev.tenon.jobs.processor.model.RecordShape.Component;
import dev.tenon.jobs.processor.model.ScheduleDeclaration;
import dev.tenon.jobs.processor.model.Shapes;
import dev.tenon.jobs.processor.model.TaskInputMethod;
import dev.tenon.jobs.processor.model.UniqueDeclaration;
import dev.tenon.jobs.processor.model.WritableJob;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parts of the AsyncAPI document about limits, unique and ordered jobs, and schedules of a
 * type, and about payloads that workflows make. Components have the names of their JSON properties,
 * for readers who do not see the record.
 */
final class FlowExtensions {

  private FlowExtensions() {}

  /** The extensions of a message by their names; none if nothing is declared. */
  static Map<String, Object> of(WritableJob type) {
    JobDeclaration job = type.job();
    Shapes payload = type.payload();
    Map<String, Object> extensions = new LinkedHashMap<>();
    Map<String, Object> limits = limits(job.limits(), payload);
    if (!limits.isEmpty()) {
      extensions.put("x-job-limits", limits);
    }
    job.backlog().stream()
        .findFirst()
        .ifPresent(backlog -> extensions.put("x-job-backlog", backlog(backlog, payload)));
    job.unique().stream()
        .findFirst()
        .ifPresent(unique -> extensions.put("x-job-unique", unique(unique, payload)));
    job.ordered().stream()
        .findFirst()
        .ifPresent(order -> extensions.put("x-job-order", order(order, payload)));
    if (!job.schedules().isEmpty()) {
      extensions.put(
          "x-job-schedules", job.schedules().stream().map(FlowExtensions::schedule).toList());
    }
    if (!type.inputs().isEmpty()) {
      Map<String, Object> inputs = new LinkedHashMap<>();
      type.inputs().forEach(method -> inputs.put(method.name(), input(method)));
      extensions.put("x-job-inputs", inputs);
    }
    return extensions;
  }

  private static Map<String, Object> limits(LimitDeclaration declared, Shapes payload) {
    Map<String, Object> limits = new LinkedHashMap<>();
    addLimits(declared.concurrency(), declared.validRates(), payload, limits);
    if (!declared.byKey().isEmpty()) {
      limits.put("byKey", declared.byKey().stream().map(key -> byKey(key, payload)).toList());
    }
    return limits;
  }

  private static Map<String, Object> byKey(ByKey declared, Shapes payload) {
    Map<String, Object> limits = new LinkedHashMap<>();
    limits.put("by", property(declared.by(), payload));
    addLimits(declared.concurrency(), declared.validRates(), payload, limits);
    return limits;
  }

  private static void addLimits(
      Limit concurrency, List<DeclaredRate> rates, Shapes payload, Map<String, Object> limits) {
    if (concurrency.isSet()) {
      limits.put(concurrency.name(), concurrency.value());
    }
    if (!rates.isEmpty()) {
      limits.put("rates", rates.stream().map(rate -> rate(rate, payload)).toList());
    }
  }

  private static String rate(DeclaredRate rate, Shapes payload) {
    return new DeclaredRate(
            rate.amount(),
            rate.component().map(component -> property(component, payload)),
            rate.window())
        .toString();
  }

  private static Map<String, Object> backlog(BacklogDeclaration declared, Shapes payload) {
    Map<String, Object> backlog = new LinkedHashMap<>();
    backlog.put("max", declared.max().value());
    if (declared.by().explicit()) {
      backlog.put("by", property(declared.by(), payload));
    }
    backlog.put("whenFull", WhenFull.valueOf(declared.whenFull().value()).code());
    return backlog;
  }

  private static Map<String, Object> unique(UniqueDeclaration declared, Shapes payload) {
    Map<String, Object> unique = new LinkedHashMap<>();
    List<String> by =
        declared.components().stream().map(component -> property(component, payload)).toList();
    unique.put("by", by);
    unique.put("scope", UniqueScope.valueOf(declared.scope().value()).code());
    declared.periodDuration().ifPresent(period -> unique.put("period", period.toString()));
    unique.put("onDuplicate", DuplicatePolicy.valueOf(declared.onDuplicate().value()).code());
    return unique;
  }

  private static Map<String, Object> order(OrderDeclaration declared, Shapes payload) {
    Map<String, Object> order = new LinkedHashMap<>();
    if (!declared.isOfAll()) {
      order.put("by", property(declared.by(), payload));
    }
    order.put("retries", RetryOrder.valueOf(declared.retries().value()).code());
    return order;
  }

  private static Map<String, Object> schedule(ScheduleDeclaration declared) {
    Map<String, Object> schedule = new LinkedHashMap<>();
    if (!declared.name().value().isEmpty()) {
      schedule.put("name", declared.name().value());
    }
    declared.untilTime().ifPresent(until -> schedule.put("until", until.toString()));
    if (!declared.cron().explicit()) {
      declared
          .fixedDelayDuration()
          .ifPresent(delay -> schedule.put("fixedDelay", delay.toString()));
      return schedule;
    }
    schedule.put("cron", declared.cron().value());
    schedule.put("zone", declared.zone().value());
    schedule.put("overlap", OverlapPolicy.valueOf(declared.overlap().value()).code());
    declared.catchUpDuration().ifPresent(catchUp -> schedule.put("catchUp", catchUp.toString()));
    declared.jitterDuration().ifPresent(jitter -> schedule.put("jitter", jitter.toString()));
    return schedule;
  }

  private static Map<String, Object> input(TaskInputMethod method) {
    Map<String, Object> input = new LinkedHashMap<>();
    input.put("results", method.results().stream().map(FlowExtensions::result).toList());
    input.put("draft", method.takesDraft());
    input.put("payloads", payloads(method.returned()));
    return input;
  }

  private static Map<String, Object> result(TaskInputMethod.Parameter parameter) {
    Map<String, Object> result = new LinkedHashMap<>();
    TypeName type = parameter.type().withoutAnnotations();
    if (type instanceof ParameterizedTypeName list) {
      type = list.typeArguments().get(0).withoutAnnotations();
    }
    result.put(
        "class",
        type instanceof ClassName named ? String.join(".", named.simpleNames()) : type.toString());
    result.put("of", parameter.isList() ? "all jobs of a task" : "one job");
    return result;
  }

  private static String payloads(TaskInputMethod.Returned returned) {
    return switch (returned) {
      case OPTIONAL -> "one or none";
      case LIST -> "any number";
      case PAYLOAD, OTHER -> "one";
    };
  }

  private static String property(Attribute<String> component, Shapes payload) {
    return property(component.value(), payload);
  }

  private static String property(String component, Shapes payload) {
    return payload.get(payload.root()).components().stream()
        .filter(found -> found.name().equals(component))
        .map(Component::jsonName)
        .findFirst()
        .orElseThrow();
  }
}
