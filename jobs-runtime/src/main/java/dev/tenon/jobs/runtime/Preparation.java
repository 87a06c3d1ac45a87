package dev.tenon.jobs.runtime;

import dev.tenon.jobs.EncryptionKeyException;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobVersionException;
import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.background.BackgroundLoop;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.StepInput;
import dev.tenon.jobs.store.Encryption;
import dev.tenon.jobs.store.NewJob;
import dev.tenon.jobs.store.PreparationStore;
import dev.tenon.jobs.store.PreparationStore.Prepared;
import dev.tenon.jobs.store.PreparationStore.Ready;
import dev.tenon.jobs.store.PreparationStore.Result;
import dev.tenon.jobs.store.PreparationStore.Results;
import dev.tenon.jobs.store.ReleasedJobs;
import dev.tenon.jobs.store.StoredValues;
import dev.tenon.jobs.store.WorkflowSizes;
import dev.tenon.jobs.submit.NewJobs;
import dev.tenon.jobs.worker.SensitiveValues;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the payloads of workflow steps from the results of the steps before them, in a thread of
 * its own. Every process does that for the job types that it knows, also for those whose handlers
 * run elsewhere. It is woken when a job of this process has ended; what others end is found by
 * looking.
 */
final class Preparation implements AutoCloseable {

  private static final Duration RETRY_PAUSE = Duration.ofMillis(500);
  private static final Duration MAX_RETRY_PAUSE = Duration.ofSeconds(1);
  private static final Logger LOG = LoggerFactory.getLogger(Preparation.class);
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  /** After some time in which there was nothing. */
  private static final Duration LOOK_RARELY = Duration.ofSeconds(2);

  private static final Duration LOOK_OFTEN_FOR = Duration.ofSeconds(10);
  private static final Duration MAX_CLOSE = Duration.ofSeconds(5);
  private static final int MAX_STEPS = 200;
  private static final Duration WARN_OF_KEY_EVERY = Duration.ofMinutes(1);

  private final PreparationStore store;
  private final NewJobs newJobs;
  private final Encryption encryption;
  private final Consumer<ReleasedJobs> released;
  private final Map<String, JobDefinition<?, ?>> definitions = new ConcurrentHashMap<>();

  /** The types whose payloads can be made: a process without any never asks the database. */
  private final Set<String> preparable = ConcurrentHashMap.newKeySet();

  private final BackgroundLoop loop;
  private volatile long foundNanos = System.nanoTime();

  /** Of the thread of the loop. */
  private @Nullable Long warnedOfKeyAt;

  /**
   * A preparation; {@link #start()} starts it.
   *
   * @param encryption decrypts drafts and results
   * @param definitions the job types that this process knows
   * @param released is told what can be started now
   */
  Preparation(
      PreparationStore store,
      NewJobs newJobs,
      Encryption encryption,
      Collection<JobDefinition<?, ?>> definitions,
      Consumer<ReleasedJobs> released) {
    this.store = store;
    this.newJobs = newJobs;
    this.encryption = encryption;
    this.released = released;
    know(definitions);
    this.loop =
        BackgroundLoop.named("tenon-preparation")
            .description("Making the payloads of workflow steps")
            .whatFollowsAFailure("The steps wait; other processes that know their types make them.")
            .retryPause(RETRY_PAUSE, MAX_RETRY_PAUSE)
            .repeat(this::prepare);
  }

  void start() {
    loop.start();
  }

  /** Makes the payloads of these types too, from now on. */
  void know(Collection<JobDefinition<?, ?>> more) {
    for (JobDefinition<?, ?> definition : more) {
      definitions.put(definition.type(), definition);
      definition.aliases().forEach(alias -> definitions.putIfAbsent(alias, definition));
      if (definition.hasInputs()) {
        preparable.add(definition.type());
        preparable.addAll(definition.aliases());
      }
    }
  }

  /** Says that there may be steps whose payloads can be made. Returns at once. */
  void wake() {
    foundNanos = System.nanoTime();
    loop.wake();
  }

  private Duration prepare() {
    if (preparable.isEmpty()) {
      return LOOK_EVERY;
    }
    ReleasedJobs some = store.prepare(preparable, MAX_STEPS, this::prepare);
    if (some.isNothing()) {
      boolean isBusy = System.nanoTime() - foundNanos < LOOK_OFTEN_FOR.toNanos();
      return isBusy ? LOOK_EVERY : LOOK_RARELY;
    }
    foundNanos = System.nanoTime();
    released.accept(some);
    return some.canPrepare() ? Duration.ZERO : LOOK_EVERY;
  }

  private Prepared prepare(Ready step) {
    JobDefinition<?, ?> definition = definitions.get(step.type());
    if (definition == null) {
      return new Prepared.LeftToOthers();
    }
    return prepare(step, definition);
  }

  private <P, R> Prepared prepare(Ready step, JobDefinition<P, R> definition) {
    Optional<StepInput<P>> input = definition.input(step.input());
    if (input.isEmpty() || step.version() > definition.version()) {
      LOG.debug(
          "The payload of step {} of job type '{}' is left to processes with another version.",
          step.id(),
          step.type());
      return new Prepared.LeftToOthers();
    }
    List<Results> results = step.results().stream().map(this::ofItsType).toList();
    if (!results.stream().allMatch(this::knowsAll)) {
      return new Prepared.LeftToOthers();
    }
    try {
      return prepare(
          readable(step.with(step.draft(), results), definition), definition, input.get());
    } catch (EncryptionKeyException e) {
      return missingKey(step, e);
    } catch (JobsException e) {
      // Nothing of it could be decrypted, so nothing of it is quoted
      return failed(step, definition, e, e.getMessage() == null ? "" : e.getMessage());
    }
  }

  private <P, R> Prepared prepare(Ready step, JobDefinition<P, R> definition, StepInput<P> input) {
    try {
      List<@Nullable Object> results = new ArrayList<>();
      for (Results each : step.results()) {
        List<Object> values = each.results().stream().map(this::value).toList();
        results.add(each.isMany() ? values : values.get(0));
      }
      return prepared(step, definition, input.payloads(draft(step, definition), results));
    } catch (EncryptionKeyException e) {
      // What was made cannot be encrypted at the moment
      return missingKey(step, e);
    } catch (JobVersionException e) {
      LOG.debug("The payload of step {} is left to other processes.", step.id(), e);
      return new Prepared.LeftToOthers();
    } catch (JobsException e) {
      return failed(step, definition, e, e.getMessage() == null ? "" : e.getMessage());
    } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
      return failed(
          step,
          definition,
          e,
          "%s.%s has thrown %s. It makes the payload of this step from the results of the steps before; mend it, and retry the workflow."
              .formatted(
                  definition.payloadType().getSimpleName(), step.input(), e.getClass().getName()));
    }
  }

  private Prepared missingKey(Ready step, EncryptionKeyException e) {
    // The step comes back every second until some process has the key
    long now = System.nanoTime();
    if (warnedOfKeyAt == null || now - warnedOfKeyAt >= WARN_OF_KEY_EVERY.toNanos()) {
      warnedOfKeyAt = now;
      LOG.warn(
          "The payload of step {} waits for a process that has its key, as do those of other steps"
              + " that need it. This process tries again every second, and says so once a minute."
              + " {}",
          step.id(),
          e.getMessage());
    } else {
      LOG.debug("The payload of step {} is left to other processes.", step.id(), e);
    }
    return new Prepared.LeftToOthers();
  }

  private Prepared failed(Ready step, JobDefinition<?, ?> definition, Throwable e, String message) {
    SensitiveValues sensitive = sensitive(step, definition);
    String hidden = sensitive.hiddenIn(message);
    LOG.error(
        "The payload of step {} of job type '{}' cannot be made: {}",
        step.id(),
        step.type(),
        hidden);
    if (LOG.isDebugEnabled()) {
      LOG.debug("The payload of step {} cannot be made: {}", step.id(), sensitive.stack(e));
    }
    return new Prepared.Failed(JobError.Reason.EXCEPTION, e.getClass().getName(), hidden);
  }

  /** The step with its draft and the results before it decrypted. */
  private Ready readable(Ready step, JobDefinition<?, ?> definition) {
    List<Results> results = new ArrayList<>();
    for (Results each : step.results()) {
      results.add(new Results(each.manyOf(), each.results().stream().map(this::readable).toList()));
    }
    return step.with(
        encryption.readablePayload(definition, step.id(), step.draft()), List.copyOf(results));
  }

  private Result readable(Result result) {
    String json = result.json();
    return json == null
        ? result
        : result.with(
            encryption.readableResult(
                Objects.requireNonNull(definitions.get(result.type())), result.jobId(), json));
  }

  /** What the method that makes the payload was given and must not quote. */
  private SensitiveValues sensitive(Ready step, JobDefinition<?, ?> definition) {
    SensitiveValues values = SensitiveValues.of(step.draft(), definition.sensitivePayload());
    for (Results each : step.results()) {
      for (Result result : each.results()) {
        JobDefinition<?, ?> of = definitions.get(result.type());
        if (of != null && result.json() != null) {
          values = values.and(SensitiveValues.of(result.json(), of.sensitiveResult()));
        }
      }
    }
    return values;
  }

  /** The results without those of jobs of other types, which a job of the step has added to it. */
  private Results ofItsType(Results results) {
    JobDefinition<?, ?> type = results.manyOf() == null ? null : definitions.get(results.manyOf());
    if (type == null) {
      return results;
    }
    return new Results(
        results.manyOf(),
        results.results().stream()
            .filter(
                result -> {
                  JobDefinition<?, ?> other = definitions.get(result.type());
                  // One that this process does not know may be another name of the type
                  return other == null || other == type;
                })
            .toList());
  }

  private boolean knowsAll(Results results) {
    if (results.manyOf() != null && !definitions.containsKey(results.manyOf())) {
      return results.results().isEmpty();
    }
    return results.results().stream().allMatch(result -> definitions.containsKey(result.type()));
  }

  private Object value(Result result) {
    return value(result, Objects.requireNonNull(definitions.get(result.type())));
  }

  private static <R> R value(Result result, JobDefinition<?, R> definition) {
    String json = result.json();
    if (json == null) {
      throw new JobsException(
          "Job %s of type '%s' has no result to make a payload from."
              .formatted(result.jobId(), result.type()),
          result.type(),
          result.jobId(),
          null);
    }
    return StoredValues.result(
        definition,
        result.jobId(),
        result.version(),
        json,
        "of job %s of type '%s'".formatted(result.jobId(), result.type()));
  }

  private static <P> @Nullable P draft(Ready step, JobDefinition<P, ?> definition) {
    return step.draft().equals("null")
        ? null
        : StoredValues.payload(
            definition,
            step.id(),
            step.version(),
            step.draft(),
            "of step %s of type '%s'".formatted(step.id(), step.type()));
  }

  private <P, R> Prepared prepared(Ready step, JobDefinition<P, R> definition, List<P> payloads) {
    if (payloads.isEmpty() && !step.isForEach()) {
      return new Prepared.NotNeeded();
    }
    if (payloads.size() > WorkflowSizes.MAX_STEPS) {
      return tooMany(step, definition, payloads.size());
    }
    List<NewJob> jobs = new ArrayList<>();
    for (P payload : payloads) {
      NewJob job =
          newJobs
              .of(
                  definition,
                  payload,
                  step.isForEach() ? jobs.size() : -1,
                  step.submittedBy(),
                  options(step))
              .in(new NewJob.InWorkflow(step.workflowId(), false));
      // A step that is one job has it already, maybe under an earlier name of the type
      jobs.add(
          step.isForEach()
              ? job
              : job.withPayload(
                  encryption.payloadUnder(step.type(), definition, step.id(), job.payload())));
    }
    return new Prepared.Jobs(jobs);
  }

  private static Prepared tooMany(Ready step, JobDefinition<?, ?> definition, int count) {
    String message =
        "%s.%s has made %d payloads, but a step may have up to %d jobs. Have it make fewer, each for more work."
            .formatted(
                definition.payloadType().getSimpleName(),
                step.input(),
                count,
                WorkflowSizes.MAX_STEPS);
    LOG.error(
        "The payloads of step {} of job type '{}' cannot be stored: {}",
        step.id(),
        step.type(),
        message);
    return new Prepared.Failed(
        JobError.Reason.EXCEPTION, IllegalArgumentException.class.getName(), message);
  }

  private static SubmitOptions options(Ready step) {
    SubmitOptions options = SubmitOptions.defaults();
    if (step.itemId() != null) {
      options = options.withItemId(step.itemId());
    }
    if (step.priority() != null) {
      options = options.withPriority(step.priority());
    }
    return step.delay().isZero() || !step.isForEach() ? options : options.withDelay(step.delay());
  }

  @Override
  public void close() {
    try {
      boolean unused = loop.close(MAX_CLOSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
