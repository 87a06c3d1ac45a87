package dev.tenon.jobs.internal.submit;

import dev.tenon.jobs.definition.BacklogRule;
import dev.tenon.jobs.definition.JobCost;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.KeyProperty;
import dev.tenon.jobs.definition.OrderRule;
import dev.tenon.jobs.definition.Rate;
import dev.tenon.jobs.definition.UniqueRule;
import dev.tenon.jobs.internal.values.LogData;
import dev.tenon.jobs.internal.values.ValueStorage;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rules for submitting jobs of a type, for the functions that submitters in other languages
 * call: everything that {@link NewJobFactory} takes from a definition. Thread-safe.
 */
public final class SubmissionRules {

  private final ValueStorage storage;

  /** Creates the rules of processes with these settings for storing payloads. */
  public SubmissionRules(ValueStorage storage) {
    this.storage = storage;
  }

  /** Returns the rules of a type as JSON, as {@code job_types.submission} has them. */
  public String json(JobDefinition<?, ?> definition) {
    Map<String, @Nullable Object> rules = new LinkedHashMap<>();
    rules.put("version", definition.version());
    rules.put("versions", versions(definition));
    rules.put("routingKey", definition.routingKey());
    rules.put("maxPayloadBytes", storage.limits().payloadBytes());
    rules.put("retentionSeconds", definition.retention().toSeconds());
    if (!definition.retentionOfFailed().equals(definition.retention())) {
      rules.put("failedRetentionSeconds", definition.retentionOfFailed().toSeconds());
    }
    definition.startWithin().ifPresent(within -> rules.put("startWithinMillis", within.toMillis()));
    if (definition.isExternal()) {
      rules.put("externalPolicy", ExternalPolicy.json(definition, storage.limits()));
    }
    putKeys(definition, rules);
    if (storage.encryption().encryptsPayload(definition)) {
      rules.put(
          "refusal",
          "its payloads have sensitive components, which a Java process encrypts. Name the type in"
              + " unencryptedTypes(…) if its values may stay readable.");
    }
    return LogData.write(rules);
  }

  private static List<Integer> versions(JobDefinition<?, ?> definition) {
    return IntStream.rangeClosed(1, definition.version())
        .filter(definition::readsVersion)
        .boxed()
        .toList();
  }

  private static void putKeys(JobDefinition<?, ?> definition, Map<String, @Nullable Object> rules) {
    definition.unique().ifPresent(rule -> rules.put("unique", unique(definition, rule)));
    definition
        .limitKey()
        .ifPresent(key -> rules.put("limitBy", component(definition, key.component())));
    definition.cost().ifPresent(cost -> rules.put("costBy", cost(definition, cost)));
    definition
        .order()
        .map(OrderRule::component)
        .ifPresent(
            by ->
                rules.put(
                    "orderBy", by.<Object>map(each -> component(definition, each)).orElse("")));
    definition
        .backlog()
        .map(BacklogRule::component)
        .ifPresent(
            by ->
                rules.put(
                    "backlogBy", by.<Object>map(each -> component(definition, each)).orElse("")));
  }

  /** The component that is the cost, and the most that it may be. */
  private static Map<String, Object> cost(JobDefinition<?, ?> definition, JobCost<?> cost) {
    Map<String, Object> rule = new LinkedHashMap<>(component(definition, cost.component()));
    Stream.concat(definition.limits().rates().stream(), definition.limits().ratesPerKey().stream())
        .filter(rate -> rate.component().isPresent())
        .min(Comparator.comparingLong(Rate::amount))
        .ifPresent(
            rate -> {
              rule.put("max", rate.amount());
              rule.put("rate", rate.toString());
            });
    return rule;
  }

  private static Map<String, @Nullable Object> unique(
      JobDefinition<?, ?> definition, UniqueRule<?> rule) {
    Map<String, @Nullable Object> unique = new LinkedHashMap<>();
    unique.put("by", rule.components().stream().map(each -> component(definition, each)).toList());
    unique.put("scope", rule.scope().code());
    rule.period().map(Duration::toMillis).ifPresent(millis -> unique.put("periodMillis", millis));
    unique.put("onDuplicate", rule.onDuplicate().code());
    unique.put("isHashed", rule.hasHashedKey());
    return unique;
  }

  /** Returns where a component is in the JSON of a payload; only its name if SQL cannot read it. */
  private static Map<String, String> component(JobDefinition<?, ?> definition, String name) {
    for (KeyProperty each : definition.keyProperties()) {
      if (each.component().equals(name)) {
        return Map.of("property", each.property(), "form", each.form().code());
      }
    }
    return Map.of("component", name);
  }
}
