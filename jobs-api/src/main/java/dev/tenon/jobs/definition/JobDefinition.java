package dev.tenon.jobs.definition;

import dev.tenon.jobs.annotation.JobPriority;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The definition of a job type, with everything that its annotations declare. The annotation
 * processor writes one constant per payload record, so there is no reflection at run time.
 * Immutable and thread-safe.
 *
 * @param <P> the payload record
 * @param <R> what the handler returns; {@link Void} if nothing
 */
public final class JobDefinition<P, R> {

  private final String type;
  private final String label;
  private final String routingKey;
  private final boolean namesRoutingKey;
  private final Class<P> payloadType;
  private final Class<R> resultType;
  private final Duration timeout;
  private final RetryPolicy retryPolicy;
  private final JobPriority priority;
  private final Duration retention;
  private final Duration retentionOfFailed;
  private final @Nullable Duration startWithin;
  private final JobLimits limits;
  private final @Nullable LimitKey<P> limitKey;
  private final @Nullable JobCost<P> cost;
  private final @Nullable BacklogRule<P> backlog;
  private final @Nullable UniqueRule<P> unique;
  private final @Nullable OrderRule<P> order;
  private final List<KeyProperty> keyProperties;
  private final List<DeclaredSchedule<P>> schedules;
  private final boolean external;
  private final JsonCodec<P> payloadCodec;
  private final @Nullable JsonCodec<R> resultCodec;
  private final Validator<P> payloadValidator;
  private final Validator<R> resultValidator;
  private final int version;
  private final List<String> aliases;
  private final Map<Integer, UpcastFunction<P>> payloadUpcasters;
  private final Map<Integer, UpcastFunction<R>> resultUpcasters;
  private final Map<String, TaskInput<P>> inputs;
  private final SensitivePaths sensitivePayload;
  private final SensitivePaths sensitiveResult;
  private final @Nullable ValueDefinition<?> emitted;

  private JobDefinition(Builder<P, R> builder) {
    this.type = builder.type;
    this.label = builder.label;
    this.routingKey = builder.routingKey;
    this.namesRoutingKey = builder.namesRoutingKey;
    this.payloadType = builder.payloadType;
    this.resultType = builder.resultType;
    this.timeout = builder.timeout;
    this.retryPolicy = builder.retryPolicy;
    this.priority = builder.priority;
    this.retention = builder.retention;
    this.retentionOfFailed =
        builder.retentionOfFailed == null ? builder.retention : builder.retentionOfFailed;
    this.startWithin = builder.startWithin;
    this.limits = builder.limits;
    this.limitKey = builder.limitKey;
    this.cost = builder.cost;
    this.backlog = builder.backlog;
    this.unique = builder.unique;
    this.order = builder.order;
    this.keyProperties = List.copyOf(builder.keyProperties);
    this.schedules = List.copyOf(builder.schedules);
    this.external = builder.external;
    this.payloadCodec = required(builder.payloadCodec, builder.type, "payload");
    this.resultCodec =
        resultType == Void.class ? null : required(builder.resultCodec, builder.type, "result");
    this.payloadValidator = builder.payloadValidator;
    this.resultValidator = builder.resultValidator;
    this.version = builder.version;
    this.aliases = builder.aliases;
    this.payloadUpcasters = Map.copyOf(builder.payloadUpcasters);
    this.resultUpcasters = Map.copyOf(builder.resultUpcasters);
    this.inputs = Map.copyOf(builder.inputs);
    this.sensitivePayload = builder.sensitivePayload;
    this.sensitiveResult = builder.sensitiveResult;
    this.emitted = builder.emitted;
  }

  /**
   * Starts a definition.
   *
   * @param type the name of the type, such as {@code widget.process.batch}
   * @param payloadType the payload record
   * @param resultType the class of the result; {@code Void.class} if there is none
   */
  public static <P, R> Builder<P, R> builder(
      String type, Class<P> payloadType, Class<R> resultType) {
    return new Builder<>(type, payloadType, resultType);
  }

  /** The name of the type, such as {@code widget.process.batch}. */
  public String type() {
    return type;
  }

  /** The name for people. */
  public String label() {
    return label;
  }

  /** The routing key of a type that does not name one: {@code jobs.} and the name of the type. */
  public static String defaultRoutingKey(String type) {
    return "jobs." + type;
  }

  /** The RabbitMQ routing key of the type's jobs. */
  public String routingKey() {
    return routingKey;
  }

  /**
   * Returns true if the jobs of the type wait in a separate queue, named like its {@linkplain
   * #routingKey() routing key}: the type names a routing key, or a worker in another language
   * handles its jobs. The jobs of all other types of a module share one queue.
   */
  public boolean hasOwnQueue() {
    return namesRoutingKey || external;
  }

  /** The payload record. */
  public Class<P> payloadType() {
    return payloadType;
  }

  /** The class of the results; {@code Void.class} if the handler returns nothing. */
  public Class<R> resultType() {
    return resultType;
  }

  /** Writes payloads as JSON and reads them. */
  public JsonCodec<P> payloadCodec() {
    return payloadCodec;
  }

  /**
   * Writes results as JSON and reads them.
   *
   * @throws IllegalStateException if jobs of this type have no result
   */
  public JsonCodec<R> resultCodec() {
    if (resultCodec == null) {
      throw new IllegalStateException("Jobs of type '%s' have no result.".formatted(type));
    }
    return resultCodec;
  }

  private static <T> JsonCodec<T> required(@Nullable JsonCodec<T> codec, String type, String what) {
    if (codec == null) {
      throw new IllegalStateException(
          "The definition of job type '%s' has no codec for its %s. Recompile its payload with the annotation processor of this version."
              .formatted(type, what));
    }
    return codec;
  }

  /** The timeout: how long one attempt may take. */
  public Duration timeout() {
    return timeout;
  }

  /** The retry policy: how many times and when a job is attempted again. */
  public RetryPolicy retryPolicy() {
    return retryPolicy;
  }

  /** The priority of jobs that are submitted without one. */
  public JobPriority priority() {
    return priority;
  }

  /** The time that a job is kept after it has completed. */
  public Duration retention() {
    return retention;
  }

  /** The time that a job is kept after it has failed or was cancelled. */
  public Duration retentionOfFailed() {
    return retentionOfFailed;
  }

  /**
   * The time that a job must start within, from when it is due, or it is cancelled; empty if it may
   * start at any time.
   */
  public Optional<Duration> startWithin() {
    return Optional.ofNullable(startWithin);
  }

  /** The limits on how many jobs of the type may run at a time, and the rates of their starts. */
  public JobLimits limits() {
    return limits;
  }

  /**
   * The component of the payload whose values are keys: jobs are limited by key, and keys take
   * turns. Empty if there is none.
   */
  public Optional<LimitKey<P>> limitKey() {
    return Optional.ofNullable(limitKey);
  }

  /**
   * The component of the payload that is the cost of a job, which rates count; empty if they count
   * jobs only.
   */
  public Optional<JobCost<P>> cost() {
    return Optional.ofNullable(cost);
  }

  /**
   * Returns true if the jobs have a limit or take turns by a key. Such jobs wait in the table, and
   * workers take them from there.
   */
  public boolean isLimited() {
    return limitKey != null || !limits.equals(JobLimits.NONE);
  }

  /** The bound on how many jobs of the type may wait; empty if any number may. */
  public Optional<BacklogRule<P>> backlog() {
    return Optional.ofNullable(backlog);
  }

  /** The rule that makes jobs of the type unique; empty if there is none. */
  public Optional<UniqueRule<P>> unique() {
    return Optional.ofNullable(unique);
  }

  /** The rule that makes jobs of the type run one after another; empty if there is none. */
  public Optional<OrderRule<P>> order() {
    return Optional.ofNullable(order);
  }

  /**
   * The components that the keys of jobs are made of, as those find them who see only the JSON of
   * payloads. Components whose values have another form in keys than in JSON are missing: only Java
   * can make keys of them.
   */
  public List<KeyProperty> keyProperties() {
    return keyProperties;
  }

  /** The schedules that submit jobs of the type automatically; empty if there are none. */
  public List<DeclaredSchedule<P>> schedules() {
    return schedules;
  }

  /**
   * Returns true if a worker in another language handles the jobs, so they have no handler in Java.
   */
  public boolean isExternal() {
    return external;
  }

  /** The version of the shapes of payload and result, from 1. */
  public int version() {
    return version;
  }

  /** Earlier names of the type, whose jobs are run and found as jobs of this type. */
  public List<String> aliases() {
    return aliases;
  }

  /** Returns true if this is the name of the type or one of its aliases. */
  public boolean isNamed(String name) {
    return type.equals(name) || aliases.contains(name);
  }

  /**
   * Returns true if payloads and results of a version can be read: it is the current version, or
   * there is an upcaster for it. If the payload, the result or the emitted values have no upcaster
   * for a version, but another of them has one, they have not changed since.
   */
  public boolean readsVersion(int version) {
    return version == this.version || upcastVersions().contains(version);
  }

  /** The earlier versions that can be read. */
  public Set<Integer> upcastVersions() {
    Set<Integer> versions = new TreeSet<>(payloadUpcasters.keySet());
    versions.addAll(resultUpcasters.keySet());
    if (emitted != null) {
      versions.addAll(emitted.upcastVersions());
    }
    return versions;
  }

  /** The upcaster for payloads that were stored as this version; empty if they need none. */
  public Optional<UpcastFunction<P>> payloadUpcaster(int version) {
    return Optional.ofNullable(payloadUpcasters.get(version));
  }

  /** The upcaster for results that were stored as this version; empty if they need none. */
  public Optional<UpcastFunction<R>> resultUpcaster(int version) {
    return Optional.ofNullable(resultUpcasters.get(version));
  }

  /**
   * The input with this name, which makes a payload from the results of earlier tasks of a
   * workflow; empty if there is none.
   */
  public Optional<TaskInput<P>> input(String name) {
    return Optional.ofNullable(inputs.get(name));
  }

  /** The names of the inputs. */
  public Set<String> inputNames() {
    return inputs.keySet();
  }

  /**
   * Returns true if the type has an input, so that payloads can be made from the results of earlier
   * tasks of a workflow.
   */
  public boolean hasInputs() {
    return !inputs.isEmpty();
  }

  /**
   * The values of a payload that are hidden from people, including payloads that upcasters take as
   * records.
   */
  public SensitivePaths sensitivePayload() {
    return sensitivePayload;
  }

  /** The values of a result that are hidden from people. */
  public SensitivePaths sensitiveResult() {
    return sensitiveResult;
  }

  /** The values that the jobs emit while they run; empty if they emit none. */
  public Optional<ValueDefinition<?>> emitted() {
    return Optional.ofNullable(emitted);
  }

  /**
   * Validates a payload. The list has every constraint that it does not meet; it is empty if the
   * payload is valid.
   *
   * @param payload the payload, never null
   */
  public List<Violation> validatePayload(P payload) {
    return violations(payloadValidator, payload);
  }

  /**
   * Validates a result. The list has every constraint that it does not meet; it is empty if the
   * result is valid.
   *
   * @param result the result, never null
   */
  public List<Violation> validateResult(R result) {
    return violations(resultValidator, result);
  }

  private static <T> List<Violation> violations(Validator<T> validator, T value) {
    Violations violations = new Violations();
    validator.validate(value, violations);
    return violations.toList();
  }

  /** The type, for logs. */
  @Override
  public String toString() {
    return "JobDefinition[" + type + "]";
  }

  /**
   * Builds a definition. A part that is not set has the default of {@link
   * dev.tenon.jobs.annotation.JobType}, except that the label is the name of the type. Not
   * thread-safe.
   *
   * @param <P> the payload record
   * @param <R> what the handler returns
   */
  public static final class Builder<P, R> {
    private final String type;
    private final Class<P> payloadType;
    private final Class<R> resultType;
    private String label;
    private String routingKey;
    private boolean namesRoutingKey;
    private Duration timeout = Duration.ofMinutes(10);
    private RetryPolicy retryPolicy =
        RetryPolicy.of(3, Duration.ofSeconds(30), Duration.ofMinutes(1), Duration.ofMinutes(2));
    private JobPriority priority = JobPriority.NORMAL;
    private Duration retention = Duration.ofDays(7);
    private @Nullable Duration retentionOfFailed;
    private @Nullable Duration startWithin;
    private JobLimits limits = JobLimits.NONE;
    private @Nullable LimitKey<P> limitKey;
    private @Nullable JobCost<P> cost;
    private @Nullable BacklogRule<P> backlog;
    private @Nullable UniqueRule<P> unique;
    private @Nullable OrderRule<P> order;
    private final List<KeyProperty> keyProperties = new ArrayList<>();
    private final List<DeclaredSchedule<P>> schedules = new ArrayList<>();
    private boolean external;
    private @Nullable JsonCodec<P> payloadCodec;
    private @Nullable JsonCodec<R> resultCodec;
    private Validator<P> payloadValidator = Validator.none();
    private Validator<R> resultValidator = Validator.none();
    private int version = 1;
    private List<String> aliases = List.of();
    private final Map<Integer, UpcastFunction<P>> payloadUpcasters = new TreeMap<>();
    private final Map<Integer, UpcastFunction<R>> resultUpcasters = new TreeMap<>();
    private final Map<String, TaskInput<P>> inputs = new TreeMap<>();
    private SensitivePaths sensitivePayload = SensitivePaths.NONE;
    private SensitivePaths sensitiveResult = SensitivePaths.NONE;
    private @Nullable ValueDefinition<?> emitted;

    private Builder(String type, Class<P> payloadType, Class<R> resultType) {
      this.type = Objects.requireNonNull(type, "type");
      this.payloadType = Objects.requireNonNull(payloadType, "payloadType");
      this.resultType = Objects.requireNonNull(resultType, "resultType");
      this.label = type;
      this.routingKey = defaultRoutingKey(type);
    }

    /** Sets {@link JobDefinition#label()}. */
    public Builder<P, R> label(String label) {
      this.label = Objects.requireNonNull(label, "label");
      return this;
    }

    /**
     * Sets {@link JobDefinition#routingKey()}, which gives the type {@linkplain
     * JobDefinition#hasOwnQueue() its own queue}.
     */
    public Builder<P, R> routingKey(String routingKey) {
      this.routingKey = Objects.requireNonNull(routingKey, "routingKey");
      this.namesRoutingKey = true;
      return this;
    }

    /** Sets {@link JobDefinition#timeout()}. */
    public Builder<P, R> timeout(Duration timeout) {
      this.timeout = Objects.requireNonNull(timeout, "timeout");
      return this;
    }

    /** Sets {@link JobDefinition#retryPolicy()}. */
    public Builder<P, R> retryPolicy(RetryPolicy retryPolicy) {
      this.retryPolicy = Objects.requireNonNull(retryPolicy, "retryPolicy");
      return this;
    }

    /** Sets {@link JobDefinition#priority()}. */
    public Builder<P, R> priority(JobPriority priority) {
      this.priority = Objects.requireNonNull(priority, "priority");
      return this;
    }

    /** Sets {@link JobDefinition#retention()}. */
    public Builder<P, R> retention(Duration retention) {
      this.retention = Objects.requireNonNull(retention, "retention");
      return this;
    }

    /** Sets {@link JobDefinition#retentionOfFailed()}. */
    public Builder<P, R> retentionOfFailed(Duration retentionOfFailed) {
      this.retentionOfFailed = Objects.requireNonNull(retentionOfFailed, "retentionOfFailed");
      return this;
    }

    /** Sets {@link JobDefinition#startWithin()}. */
    public Builder<P, R> startWithin(Duration startWithin) {
      this.startWithin = Objects.requireNonNull(startWithin, "startWithin");
      return this;
    }

    /** Sets {@link JobDefinition#limits()}. */
    public Builder<P, R> limits(JobLimits limits) {
      this.limits = Objects.requireNonNull(limits, "limits");
      return this;
    }

    /**
     * Sets {@link JobDefinition#limitKey()}.
     *
     * @param component the name of the component
     * @param value reads its value
     */
    public Builder<P, R> limitBy(
        String component, Function<? super P, ? extends @Nullable Object> value) {
      this.limitKey = new LimitKey<>(component, value);
      return this;
    }

    /**
     * Sets {@link JobDefinition#cost()}.
     *
     * @param component the name of the component
     * @param value reads its value
     */
    public Builder<P, R> cost(
        String component, Function<? super P, ? extends @Nullable Object> value) {
      this.cost = new JobCost<>(component, value);
      return this;
    }

    /** Sets {@link JobDefinition#backlog()}. */
    public Builder<P, R> backlog(BacklogRule<P> backlog) {
      this.backlog = Objects.requireNonNull(backlog, "backlog");
      return this;
    }

    /** Sets {@link JobDefinition#unique()}. */
    public Builder<P, R> unique(UniqueRule<P> unique) {
      this.unique = Objects.requireNonNull(unique, "unique");
      return this;
    }

    /** Sets {@link JobDefinition#order()}. */
    public Builder<P, R> order(OrderRule<P> order) {
      this.order = Objects.requireNonNull(order, "order");
      return this;
    }

    /**
     * Adds one of the {@link JobDefinition#keyProperties()}.
     *
     * @param component the name of the component
     * @param property the name of its property in the JSON of a payload
     * @param form the form of its values there
     */
    public Builder<P, R> keyProperty(String component, String property, KeyForm form) {
      keyProperties.add(new KeyProperty(component, property, form));
      return this;
    }

    /**
     * Adds one of the {@link JobDefinition#schedules()}.
     *
     * @throws IllegalArgumentException if there already is one with the same name
     */
    public Builder<P, R> schedule(DeclaredSchedule<P> schedule) {
      if (schedules.stream().anyMatch(other -> other.name().equals(schedule.name()))) {
        throw new IllegalArgumentException(
            "Job type '%s' has two schedules with the name '%s'. Give each its own name with withName()."
                .formatted(type, schedule.name()));
      }
      schedules.add(schedule);
      return this;
    }

    /** Sets {@link JobDefinition#isExternal()}. */
    public Builder<P, R> external(boolean external) {
      this.external = external;
      return this;
    }

    /** Sets {@link JobDefinition#payloadCodec()}. */
    public Builder<P, R> payloadCodec(JsonCodec<P> payloadCodec) {
      this.payloadCodec = Objects.requireNonNull(payloadCodec, "payloadCodec");
      return this;
    }

    /** Sets {@link JobDefinition#resultCodec()}. */
    public Builder<P, R> resultCodec(JsonCodec<R> resultCodec) {
      this.resultCodec = Objects.requireNonNull(resultCodec, "resultCodec");
      return this;
    }

    /** Sets the validator behind {@link JobDefinition#validatePayload}. */
    public Builder<P, R> payloadValidator(Validator<P> payloadValidator) {
      this.payloadValidator = Objects.requireNonNull(payloadValidator, "payloadValidator");
      return this;
    }

    /** Sets the validator behind {@link JobDefinition#validateResult}. */
    public Builder<P, R> resultValidator(Validator<R> resultValidator) {
      this.resultValidator = Objects.requireNonNull(resultValidator, "resultValidator");
      return this;
    }

    /**
     * Sets {@link JobDefinition#version()}.
     *
     * @throws IllegalArgumentException if it is below 1
     */
    public Builder<P, R> version(int version) {
      if (version < 1) {
        throw new IllegalArgumentException(
            "The version is " + version + "; it must be at least 1.");
      }
      this.version = version;
      return this;
    }

    /** Sets {@link JobDefinition#aliases()}. */
    public Builder<P, R> aliases(String... aliases) {
      this.aliases = List.of(aliases);
      return this;
    }

    /** Adds an upcaster that takes a payload of an earlier version as a record. */
    public <O> Builder<P, R> upcaster(
        int from, Class<O> shape, JsonCodec<O> codec, Function<? super O, ? extends P> upcaster) {
      payloadUpcasters.put(from, new UpcastFunction.OfShape<>(shape, codec, upcaster));
      return this;
    }

    /** Adds an upcaster that takes a payload of an earlier version as JSON. */
    public Builder<P, R> upcaster(int from, Function<? super String, ? extends P> upcaster) {
      payloadUpcasters.put(from, new UpcastFunction.OfJson<>(upcaster));
      return this;
    }

    /** Adds an upcaster that takes a result of an earlier version as a record. */
    public <O> Builder<P, R> resultUpcaster(
        int from, Class<O> shape, JsonCodec<O> codec, Function<? super O, ? extends R> upcaster) {
      resultUpcasters.put(from, new UpcastFunction.OfShape<>(shape, codec, upcaster));
      return this;
    }

    /** Adds an upcaster that takes a result of an earlier version as JSON. */
    public Builder<P, R> resultUpcaster(int from, Function<? super String, ? extends R> upcaster) {
      resultUpcasters.put(from, new UpcastFunction.OfJson<>(upcaster));
      return this;
    }

    /** Adds a way to make a payload from the results of earlier tasks of a workflow. */
    public Builder<P, R> input(TaskInput<P> input) {
      inputs.put(input.name(), input);
      return this;
    }

    /** Adds a way to make a payload from a draft and the results of earlier tasks of a workflow. */
    public Builder<P, R> input(TaskInput.Draft<P, ? extends TaskInput<P>> input) {
      return input(input.withoutDraft());
    }

    /** Sets {@link JobDefinition#sensitivePayload()}. */
    public Builder<P, R> sensitivePayload(String... paths) {
      this.sensitivePayload = SensitivePaths.of(List.of(paths));
      return this;
    }

    /** Sets {@link JobDefinition#sensitiveResult()}. */
    public Builder<P, R> sensitiveResult(String... paths) {
      this.sensitiveResult = SensitivePaths.of(List.of(paths));
      return this;
    }

    /** Sets {@link JobDefinition#emitted()}. */
    public Builder<P, R> emitted(ValueDefinition<?> emitted) {
      this.emitted = Objects.requireNonNull(emitted, "emitted");
      return this;
    }

    /**
     * The definition.
     *
     * @throws IllegalStateException if there is no codec for the payload, or for a result that is
     *     not {@code Void}, because the class was generated by an earlier version
     */
    public JobDefinition<P, R> build() {
      return new JobDefinition<>(this);
    }
  }
}
