package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.annotation.WhenFull;
import dev.tenon.jobs.dashboard.JobView.Fact;
import dev.tenon.jobs.definition.CronSchedule;
import dev.tenon.jobs.definition.DeclaredSchedule;
import dev.tenon.jobs.definition.FixedDelaySchedule;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.RetryPolicy;
import dev.tenon.jobs.definition.UniqueRule;
import dev.tenon.jobs.operate.JobCatalog;
import dev.tenon.jobs.operate.JobTypeState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The definition of a job type, in words. */
final class TypeFacts {

  private TypeFacts() {}

  /**
   * The facts.
   *
   * @param entry its entry in the catalog; empty if no module of this process declares it
   */
  static List<Fact> of(Call call, JobTypeState type, Optional<JobCatalog.Entry> entry) {
    List<Fact> facts = new ArrayList<>();
    if (!type.aliases().isEmpty()) {
      facts.add(Fact.of("Earlier names", String.join(", ", type.aliases())));
    }
    entry.ifPresent(
        known -> {
          facts.add(Fact.of("Module", known.module()));
          add(facts, known.definition());
        });
    facts.add(Fact.of("Priority", type.declared().priority().code()));
    type.declared().limitBy().ifPresent(by -> facts.add(Fact.of("Limit key", by)));
    facts.add(
        new Fact(
            "Jobs",
            "all jobs of this type",
            call.base() + "/jobs?type=" + Parameters.encode(type.type()),
            List.of()));
    return facts;
  }

  private static void add(List<Fact> facts, JobDefinition<?, ?> definition) {
    facts.add(
        Fact.of(
            "Version",
            definition.version()
                + (definition.upcastVersions().isEmpty()
                    ? ""
                    : "; also reads " + listed(definition.upcastVersions()))));
    facts.add(Fact.of("Handled by", definition.isExternal() ? "an external worker" : "Java"));
    facts.add(Fact.of("Routing key", definition.routingKey()));
    facts.add(Fact.of("Timeout", Format.exact(definition.timeout())));
    facts.add(Fact.of("Attempts", retries(definition.retryPolicy())));
    facts.add(
        Fact.of(
            "Kept for",
            Format.exact(definition.retention())
                + (definition.retentionOfFailed().equals(definition.retention())
                    ? ""
                    : ", if failed " + Format.exact(definition.retentionOfFailed()))));
    definition
        .startWithin()
        .ifPresent(
            within ->
                facts.add(
                    Fact.of("Must start", "within " + Format.exact(within) + " from when due")));
    definition
        .backlog()
        .ifPresent(
            rule ->
                facts.add(
                    Fact.of(
                        "Backlog",
                        rule.max()
                            + rule.component().map(by -> " for each " + by).orElse("")
                            + (rule.whenFull() == WhenFull.REFUSE
                                ? ", then submits are refused"
                                : ", then the oldest are dropped"))));
    definition.unique().ifPresent(rule -> facts.add(Fact.of("Unique by", unique(rule))));
    for (DeclaredSchedule<?> schedule : definition.schedules()) {
      String name = schedule.name().isEmpty() ? "Schedule" : "Schedule " + schedule.name();
      facts.add(Fact.of(name, schedule(schedule)));
    }
    facts.add(Fact.of("Payload", definition.payloadType().getSimpleName()));
    facts.add(
        Fact.of(
            "Result",
            definition.resultType() == Void.class
                ? "none"
                : definition.resultType().getSimpleName()));
  }

  private static String listed(Iterable<?> values) {
    List<String> texts = new ArrayList<>();
    values.forEach(value -> texts.add(value.toString()));
    return String.join(", ", texts);
  }

  private static String retries(RetryPolicy policy) {
    if (policy.maxAttempts() == 1) {
      return "1 (no retries)";
    }
    String delays =
        policy.delays().isEmpty()
            ? "immediately"
            : "after "
                + policy.delays().stream().map(Format::exact).collect(Collectors.joining(", "))
                + jitter(policy);
    String never =
        policy.noRetryOn().isEmpty()
            ? ""
            : "; no retry on "
                + policy.noRetryOn().stream()
                    .map(Class::getSimpleName)
                    .collect(Collectors.joining(", "));
    return policy.maxAttempts() + "; retried " + delays + never;
  }

  private static String jitter(RetryPolicy policy) {
    return policy.jitter() == 0
        ? ""
        : String.format(Locale.ROOT, " plus up to %.0f %% jitter", policy.jitter() * 100);
  }

  private static String unique(UniqueRule<?> rule) {
    return "%s, %s%s; duplicates: %s"
        .formatted(
            String.join(", ", rule.components()),
            rule.scope().code().replace('_', ' '),
            rule.period().map(period -> " and for " + Format.exact(period)).orElse(""),
            rule.onDuplicate().code().replace('_', ' '));
  }

  private static String schedule(DeclaredSchedule<?> schedule) {
    String runs =
        schedule instanceof CronSchedule<?> cron
            ? cron.cron() + " (" + cron.zone().getId() + ")"
            : Format.exact(((FixedDelaySchedule<?>) schedule).delay()) + " after the last run";
    return runs + schedule.until().map(until -> ", until " + until).orElse("");
  }
}
