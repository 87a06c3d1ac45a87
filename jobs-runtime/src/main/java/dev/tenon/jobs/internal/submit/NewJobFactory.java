package dev.tenon.jobs.internal.submit;

import dev.tenon.jobs.InvalidPayloadException;
import dev.tenon.jobs.PayloadTooLargeException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.definition.BacklogRule;
import dev.tenon.jobs.definition.JobCost;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.JobLimits;
import dev.tenon.jobs.definition.OrderRule;
import dev.tenon.jobs.definition.Rate;
import dev.tenon.jobs.definition.TaskInput;
import dev.tenon.jobs.definition.UniqueRule;
import dev.tenon.jobs.definition.Violation;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.internal.values.StoredJson;
import dev.tenon.jobs.internal.values.ValueStorage;
import dev.tenon.jobs.libraries.uuid.Generators;
import dev.tenon.jobs.libraries.uuid.NoArgGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes the rows of submitted jobs: validates the jobs, and writes their payloads. Thread-safe. */
public final class NewJobFactory {

  private static final NoArgGenerator IDS = Generators.timeBasedEpochGenerator();

  private final ValueStorage storage;
  private final @Nullable Supplier<String> submittedBy;
  private final SubmitInterceptors interceptors;

  /**
   * Creates a factory for a runtime.
   *
   * @param storage the settings for storing payloads
   * @param submittedBy the submitter where the caller names none; null if the caller must name one
   * @param interceptors are called for each job that a caller submits
   */
  public NewJobFactory(
      ValueStorage storage,
      @Nullable Supplier<String> submittedBy,
      SubmitInterceptors interceptors) {
    this.storage = storage;
    this.submittedBy = submittedBy;
    this.interceptors = interceptors;
  }

  /** Creates a factory without interceptors. */
  public NewJobFactory(ValueStorage storage, @Nullable Supplier<String> submittedBy) {
    this(storage, submittedBy, SubmitInterceptors.NONE);
  }

  /** Returns a new id, which sorts after all earlier ones. */
  public static UUID newId() {
    return IDS.generate();
  }

  /**
   * Returns the submitter of jobs: the one that is named, otherwise the default.
   *
   * @throws IllegalArgumentException if nobody is named and there is no default, or if the name is
   *     blank or cannot be stored
   */
  public String submitter(@Nullable String submittedBy) {
    return SubmittedValues.submittedBy(
        submittedBy != null
            ? submittedBy
            : defaultSubmitter("submits the job. Pass SubmitOptions.by(\"…\")"));
  }

  /**
   * Returns the sender of signals: the one that is named, otherwise the default submitter.
   *
   * @throws IllegalArgumentException as {@link #submitter} does
   */
  public String sender(@Nullable String sentBy) {
    return SubmittedValues.submittedBy(
        sentBy != null
            ? sentBy
            : defaultSubmitter("sends the signal. Pass SignalOptions.by(\"…\")"));
  }

  /**
   * Returns a job that a caller submits, with the options that the interceptors decide on.
   *
   * @param index the index of the payload among many, for messages; -1 if there is only one
   * @throws InvalidPayloadException if the payload is not valid
   * @throws PayloadTooLargeException if it has too many bytes
   */
  public <P, R> NewJob submitted(
      JobDefinition<P, R> definition, P payload, int index, SubmitOptions options) {
    return of(definition, payload, index, intercepted(definition, payload, index, options));
  }

  /**
   * Returns the options of a job that a caller submits, as the interceptors decide on them.
   *
   * @param payload the payload; null if it is made later
   * @throws InvalidPayloadException if the payload is not valid
   */
  public <P, R> SubmitOptions intercepted(
      JobDefinition<P, R> definition, @Nullable P payload, int index, SubmitOptions options) {
    if (interceptors.isEmpty()) {
      return options;
    }
    if (payload != null) {
      requireValid(definition, payload, index);
    }
    return interceptors.options(definition, payload, options);
  }

  /**
   * Returns a job to be recorded with these options.
   *
   * @param index the index of the payload among many, for messages; -1 if there is only one
   * @throws InvalidPayloadException if the payload is not valid
   * @throws PayloadTooLargeException if it has too many bytes
   */
  public <P, R> NewJob of(
      JobDefinition<P, R> definition, P payload, int index, SubmitOptions options) {
    requireValid(definition, payload, index);
    return job(
            definition,
            json(definition, payload),
            options,
            definition.isLimited() ? limitKey(definition, payload) : null,
            definition
                .unique()
                .map(rule -> uniqueKey(definition.type(), rule, payload))
                .orElse(null))
        .orderedBy(orderKey(definition, payload))
        .withBacklog(backlog(definition, payload))
        .withCost(cost(definition, payload, index));
  }

  /** The cost of a job; null if no rates of its type count costs. */
  private static <P> @Nullable Long cost(JobDefinition<P, ?> definition, P payload, int index) {
    JobCost<P> rule = definition.cost().orElse(null);
    if (rule == null) {
      return null;
    }
    long cost = rule.of(payload);
    String wrong =
        cost < 0
            ? "must be at least 0, because it is the cost of the job"
            : tooSmall(definition.limits(), cost)
                .map("must be at most what the rate %s lets start at a time"::formatted)
                .orElse(null);
    if (wrong != null) {
      throw new InvalidPayloadException(
          definition.type(), null, index, List.of(new Violation(rule.component(), wrong)));
    }
    return cost;
  }

  /** A rate that would never let a job start. */
  private static Optional<Rate> tooSmall(JobLimits limits, long cost) {
    return Stream.concat(limits.rates().stream(), limits.ratesPerKey().stream())
        .filter(rate -> rate.component().isPresent() && rate.amount() < cost)
        .findFirst();
  }

  private static <P> void requireValid(JobDefinition<P, ?> definition, P payload, int index) {
    List<Violation> violations =
        payload == null
            ? List.of(new Violation("", "is required"))
            : definition.validatePayload(payload);
    if (!violations.isEmpty()) {
      throw new InvalidPayloadException(definition.type(), null, index, violations);
    }
  }

  /**
   * Returns a job whose payload is made later, from the results of others. Until then it has the
   * draft, which need not be valid.
   */
  public <P, R> NewJob waitingForInput(
      JobDefinition<P, R> definition, TaskInput<P> input, SubmitOptions options) {
    return job(
            definition, draft(definition, input), options, definition.isLimited() ? "" : null, null)
        .withBacklog(backlogOfAll(definition));
  }

  /** Returns the draft of an input as JSON: {@code null} if it has none. */
  public <P> String draft(JobDefinition<P, ?> definition, TaskInput<P> input) {
    return input.draft().map(draft -> json(definition, draft)).orElse("null");
  }

  private <P> String json(JobDefinition<P, ?> definition, P payload) {
    int maxBytes = storage.limits().payloadBytes();
    String json =
        StoredJson.write(
            payload,
            definition.payloadCodec(),
            definition.sensitivePayload(),
            "the payload of job type '" + definition.type() + "'",
            maxBytes,
            bytes -> new PayloadTooLargeException(definition.type(), bytes, maxBytes));
    return storage
        .encryption()
        .storedPayload(definition, SubmittedValues.payload(definition.type(), json));
  }

  private NewJob job(
      JobDefinition<?, ?> definition,
      String payload,
      SubmitOptions options,
      @Nullable String limitKey,
      NewJob.@Nullable UniqueKey uniqueKey) {
    return new NewJob(
            IDS.generate(),
            SubmittedValues.name("The job type", definition.type()),
            definition.version(),
            SubmittedValues.name("The routing key", definition.routingKey()),
            options.priority().orElse(definition.priority()),
            payload,
            options.itemId().map(id -> SubmittedValues.name("itemId", id)).orElse(null),
            submitter(options.submittedBy().orElse(null)),
            definition.retryPolicy().maxAttempts(),
            SubmittedValues.retention(definition.type(), definition.retention()),
            options.delay().orElse(null),
            SubmittedValues.runAt(options.runAt().orElse(null)),
            definition.isExternal() ? ExternalPolicy.json(definition, storage.limits()) : null,
            SubmittedValues.retention(definition.type(), definition.retentionOfFailed()),
            limitKey,
            uniqueKey)
        .withOwnPriority(options.priority().isPresent())
        .withHeaders(options.headers())
        .withLatestStart(latestStart(definition, options));
  }

  /** Returns how late the job may start: as the options say, otherwise as its type declares. */
  private static NewJob.@Nullable LatestStart latestStart(
      JobDefinition<?, ?> definition, SubmitOptions options) {
    if (options.startBefore().isPresent()) {
      Instant before = options.startBefore().get();
      if (options.runAt().filter(runAt -> !runAt.isBefore(before)).isPresent()) {
        throw new IllegalArgumentException(
            "The job must start before %s, but it is due only at %s, so that it could never start. Use a later withStartBefore, or withStartWithin, which counts from the due time."
                .formatted(before, options.runAt().get()));
      }
      return new NewJob.LatestStart(null, SubmittedValues.time("startBefore", before));
    }
    Duration within = options.startWithin().or(definition::startWithin).orElse(null);
    return within == null ? null : new NewJob.LatestStart(within, null);
  }

  private String defaultSubmitter(String whatIsMissing) {
    if (submittedBy == null) {
      throw new IllegalArgumentException(
          "The options do not say who %s, or give the runtime a default: JobsRuntime.builder().submittedBy(…)."
              .formatted(whatIsMissing));
    }
    String name =
        Objects.requireNonNull(
            submittedBy.get(), "The supplier of JobsRuntimeBuilder.submittedBy(…) returned null.");
    if (name.isBlank()) {
      throw new IllegalArgumentException(
          "The supplier of JobsRuntimeBuilder.submittedBy(…) returned a blank string. It must "
              + "name who submits the job.");
    }
    return name;
  }

  private static <P> String limitKey(JobDefinition<P, ?> definition, P payload) {
    return definition
        .limitKey()
        .map(key -> SubmittedValues.limitKey(definition.type(), key.component(), key.of(payload)))
        .orElse("");
  }

  private static <P> @Nullable String orderKey(JobDefinition<P, ?> definition, P payload) {
    OrderRule<P> rule = definition.order().orElse(null);
    return rule == null
        ? null
        : SubmittedValues.orderKey(
            definition.type(), rule.component().orElse(""), rule.key(payload));
  }

  /** The bound that is known without a payload: that for all jobs of the type together. */
  private static NewJob.@Nullable Backlog backlogOfAll(JobDefinition<?, ?> definition) {
    return definition
        .backlog()
        .filter(rule -> rule.component().isEmpty())
        .map(rule -> NewJob.Backlog.of(rule, ""))
        .orElse(null);
  }

  private static <P> NewJob.@Nullable Backlog backlog(JobDefinition<P, ?> definition, P payload) {
    BacklogRule<P> rule = definition.backlog().orElse(null);
    return rule == null
        ? null
        : NewJob.Backlog.of(
            rule,
            SubmittedValues.backlogKey(
                definition.type(), rule.component().orElse(""), rule.key(payload)));
  }

  private static <P> NewJob.UniqueKey uniqueKey(String jobType, UniqueRule<P> rule, P payload) {
    return new NewJob.UniqueKey(
        UniqueKeyText.of(jobType, rule.values(payload), rule.hasHashedKey()),
        rule.scope(),
        rule.period().orElse(null),
        rule.onDuplicate());
  }
}
