package dev.tenon.jobs.runtime;

import dev.tenon.jobs.EncryptionKeyException;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobVersionException;
import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.TaskInput;
import dev.tenon.jobs.internal.background.BackgroundLoop;
import dev.tenon.jobs.internal.background.LoggableFailure;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.internal.store.StartableJobs;
import dev.tenon.jobs.internal.submit.NewJobFactory;
import dev.tenon.jobs.internal.values.Encryption;
import dev.tenon.jobs.internal.values.SensitiveValues;
import dev.tenon.jobs.internal.workflow.PreparationStore;
import dev.tenon.jobs.internal.workflow.PreparationStore.Prepared;
import dev.tenon.jobs.internal.workflow.PreparationStore.Ready;
import dev.tenon.jobs.internal.workflow.PreparationStore.Results;
import dev.tenon.jobs.internal.workflow.WorkflowSizes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the payloads of workflow tasks from the results of earlier tasks, in a separate thread. A
 * process does that for the job types of the modules that its workers run, and for the types that
 * it knows whose workers are in other languages. It is woken when a job of this process has ended;
 * it polls for jobs that other processes have ended.
 */
final class Preparation implements AutoCloseable {

  private static final Duration RETRY_PAUSE = Duration.ofMillis(500);
  private static final Duration MAX_RETRY_PAUSE = Duration.ofSeconds(1);
  private static final Logger LOG = LoggerFactory.getLogger(Preparation.class);
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  /** The interval between two polls after some time without tasks. */
  private static final Duration LOOK_RARELY = Duration.ofSeconds(2);

  private static final Duration LOOK_OFTEN_FOR = Duration.ofSeconds(10);
  private static final Duration MAX_CLOSE = Duration.ofSeconds(5);
  private static final int MAX_TASKS = 200;
  private static final Duration WARN_OF_KEY_EVERY = Duration.ofMinutes(1);

  /** The time limit for a method of the application; it leaves room for a busy machine. */
  private static final Duration MAX_CALL = Duration.ofSeconds(30);

  /** The time limit of a round: after that, payloads are written before more are made. */
  private static final Duration MAX_ROUND = Duration.ofSeconds(5);

  private final PreparationStore store;
  private final NewJobFactory newJobs;
  private final Encryption encryption;
  private final Consumer<StartableJobs> startable;
  private final Map<String, JobDefinition<?, ?>> definitions = new ConcurrentHashMap<>();

  private final TaskValues values;

  /** The types whose payloads this process can make; without any it never reads the database. */
  private final Set<String> preparable = ConcurrentHashMap.newKeySet();

  private final BackgroundLoop loop;

  private final TimedCalls calls;

  private volatile long foundNanos = System.nanoTime();

  /** Used by the thread of the loop only. */
  private @Nullable Long warnedOfKeyAt;

  /**
   * Creates a preparation; {@link #start()} starts it.
   *
   * @param encryption decrypts drafts and results
   * @param definitions the job types that this process knows
   * @param startable receives the jobs that can be started now
   */
  Preparation(
      PreparationStore store,
      NewJobFactory newJobs,
      Encryption encryption,
      Collection<JobDefinition<?, ?>> definitions,
      Consumer<StartableJobs> startable) {
    this(store, newJobs, encryption, definitions, startable, MAX_CALL);
  }

  /** Creates a preparation with another time limit for methods of the application. */
  Preparation(
      PreparationStore store,
      NewJobFactory newJobs,
      Encryption encryption,
      Collection<JobDefinition<?, ?>> definitions,
      Consumer<StartableJobs> startable,
      Duration maxCall) {
    this.calls = new TimedCalls("tenon-preparation-call", maxCall);
    this.store = store;
    this.newJobs = newJobs;
    this.encryption = encryption;
    this.startable = startable;
    this.values = new TaskValues(this.definitions, encryption);
    know(definitions);
    this.loop =
        BackgroundLoop.named("tenon-preparation")
            .description("Making the payloads of workflow tasks")
            .whatFollowsAFailure("The tasks wait; other processes that know their types make them.")
            .retryPause(RETRY_PAUSE, MAX_RETRY_PAUSE)
            .repeat(this::prepare);
  }

  void start() {
    loop.start();
  }

  private void know(Collection<JobDefinition<?, ?>> more) {
    for (JobDefinition<?, ?> definition : more) {
      definitions.put(definition.type(), definition);
      definition.aliases().forEach(alias -> definitions.putIfAbsent(alias, definition));
      // If all workers are in other languages, a process without workers has to make the payloads
      if (definition.isExternal()) {
        prepare(definition);
      }
    }
  }

  /**
   * Makes the payloads of these types, too, from now on, because a worker of this process runs
   * them.
   *
   * @param handled the types with handlers here
   * @param ofModule the other types of their module
   */
  void serve(Collection<JobDefinition<?, ?>> handled, Collection<JobDefinition<?, ?>> ofModule) {
    know(handled);
    for (JobDefinition<?, ?> definition : ofModule) {
      definitions.putIfAbsent(definition.type(), definition);
      definition.aliases().forEach(alias -> definitions.putIfAbsent(alias, definition));
    }
    handled.forEach(this::prepare);
    ofModule.forEach(this::prepare);
  }

  private void prepare(JobDefinition<?, ?> definition) {
    if (definition.hasInputs()) {
      preparable.add(definition.type());
      preparable.addAll(definition.aliases());
    }
  }

  /** Signals that there may be tasks whose payloads can be made. Returns immediately. */
  void wake() {
    foundNanos = System.nanoTime();
    loop.wake();
  }

  /** The types whose payloads this process makes. */
  Set<String> types() {
    return Set.copyOf(preparable);
  }

  private Duration prepare() {
    if (preparable.isEmpty()) {
      return LOOK_EVERY;
    }
    StartableJobs some = store.prepare(preparable, MAX_TASKS, MAX_ROUND, this::prepare);
    if (some.isNothing()) {
      boolean isBusy = System.nanoTime() - foundNanos < LOOK_OFTEN_FOR.toNanos();
      return isBusy ? LOOK_EVERY : LOOK_RARELY;
    }
    foundNanos = System.nanoTime();
    startable.accept(some);
    return some.canPrepare() ? Duration.ZERO : LOOK_EVERY;
  }

  private Prepared prepare(Ready task) {
    JobDefinition<?, ?> definition = definitions.get(task.type());
    if (definition == null) {
      return new Prepared.LeftToOthers();
    }
    return prepare(task, definition);
  }

  private <P, R> Prepared prepare(Ready task, JobDefinition<P, R> definition) {
    Optional<TaskInput<P>> input = definition.input(task.input());
    if (input.isEmpty() || task.version() > definition.version()) {
      LOG.debug(
          "The payload of task {} of job type '{}' is left to processes with another version.",
          task.id(),
          task.type());
      return new Prepared.LeftToOthers();
    }
    List<Results> results = task.results().stream().map(values::ofItsType).toList();
    if (!results.stream().allMatch(values::knowsAll)) {
      return new Prepared.LeftToOthers();
    }
    try {
      return prepare(
          values.readable(task.with(task.draft(), results), definition), definition, input.get());
    } catch (EncryptionKeyException e) {
      return missingKey(task, e);
    } catch (JobsException e) {
      // The values could not be decrypted, so the message quotes none
      return failed(task, definition, e, e.getMessage() == null ? "" : e.getMessage());
    }
  }

  private <P, R> Prepared prepare(Ready task, JobDefinition<P, R> definition, TaskInput<P> input) {
    try {
      List<@Nullable Object> results = new ArrayList<>();
      for (Results each : task.results()) {
        List<Object> all = each.results().stream().map(values::value).toList();
        results.add(each.isMany() ? all : all.get(0));
      }
      @Nullable P draft = TaskValues.draft(task, definition);
      return prepared(task, definition, calls.call(() -> input.payloads(draft, results)));
    } catch (TimedCalls.TookTooLong e) {
      return tookTooLong(task, definition);
    } catch (InterruptedException e) {
      // The process is ending
      Thread.currentThread().interrupt();
      return new Prepared.LeftToOthers();
    } catch (EncryptionKeyException e) {
      // The payload cannot be encrypted at the moment
      return missingKey(task, e);
    } catch (JobVersionException e) {
      return leftToOthers(task, e);
    } catch (JobsException e) {
      return loop.isClosing()
          ? leftToOthers(task, e)
          : failed(task, definition, e, e.getMessage() == null ? "" : e.getMessage());
    } catch (OutOfMemoryError e) {
      LOG.warn(
          "Memory ran out while the payload of task {} of job type '{}' was made. It will be made again later.",
          task.id(),
          task.type(),
          LoggableFailure.withoutValues(e));
      return new Prepared.LeftToOthers();
    } catch (RuntimeException | Error e) {
      if (loop.isClosing()) {
        // The close may have interrupted it, or closed what it needs
        return leftToOthers(task, e);
      }
      return failed(
          task,
          definition,
          e,
          "%s.%s has thrown %s. It makes the payload of this task from the results of earlier tasks. Fix it, and retry the workflow."
              .formatted(
                  definition.payloadType().getSimpleName(), task.input(), e.getClass().getName()));
    }
  }

  private static Prepared leftToOthers(Ready task, Throwable reason) {
    LOG.debug("The payload of task {} is left to other processes.", task.id(), reason);
    return new Prepared.LeftToOthers();
  }

  private Prepared tookTooLong(Ready task, JobDefinition<?, ?> definition) {
    String message =
        "%s.%s has not returned within %d s. It makes the payload of this task from the results of earlier tasks, and should do nothing else. Fix it, and retry the workflow."
            .formatted(
                definition.payloadType().getSimpleName(),
                task.input(),
                calls.maxTime().toSeconds());
    LOG.error(
        "The payload of task {} of job type '{}' cannot be made: {}",
        task.id(),
        task.type(),
        message);
    return new Prepared.Failed(JobError.Reason.TIMED_OUT, null, message);
  }

  private Prepared missingKey(Ready task, EncryptionKeyException e) {
    // The task is tried again every second until some process has the key
    long now = System.nanoTime();
    if (warnedOfKeyAt == null || now - warnedOfKeyAt >= WARN_OF_KEY_EVERY.toNanos()) {
      warnedOfKeyAt = now;
      LOG.warn(
          "The payload of task {} waits for a process that has its encryption key, and so do other payloads that need the key. This process tries again every second, and logs this once a minute."
              + " {}",
          task.id(),
          e.getMessage());
    } else {
      LOG.debug("The payload of task {} is left to other processes.", task.id(), e);
    }
    return new Prepared.LeftToOthers();
  }

  private Prepared failed(Ready task, JobDefinition<?, ?> definition, Throwable e, String message) {
    SensitiveValues sensitive = values.sensitive(task, definition);
    String hidden = sensitive.hiddenIn(message);
    LOG.error(
        "The payload of task {} of job type '{}' cannot be made: {}",
        task.id(),
        task.type(),
        hidden);
    if (LOG.isDebugEnabled()) {
      LOG.debug("The payload of task {} cannot be made: {}", task.id(), sensitive.stack(e));
    }
    return new Prepared.Failed(JobError.Reason.EXCEPTION, e.getClass().getName(), hidden);
  }

  private <P, R> Prepared prepared(Ready task, JobDefinition<P, R> definition, List<P> payloads) {
    if (payloads.isEmpty() && !task.isForEach()) {
      return new Prepared.NotNeeded();
    }
    if (payloads.size() > WorkflowSizes.MAX_TASKS) {
      return tooMany(task, definition, payloads.size());
    }
    List<NewJob> jobs = new ArrayList<>();
    for (P payload : payloads) {
      NewJob job =
          newJobs
              .of(definition, payload, task.isForEach() ? jobs.size() : -1, options(task))
              .in(new NewJob.InWorkflow(task.workflowId(), false));
      // A task with one job already has that job, maybe under an earlier name of the type
      jobs.add(
          task.isForEach()
              ? job
              : job.withPayload(
                  encryption.payloadUnder(task.type(), definition, task.id(), job.payload())));
    }
    return new Prepared.Jobs(jobs);
  }

  private static Prepared tooMany(Ready task, JobDefinition<?, ?> definition, int count) {
    String message =
        "%s.%s has made %d payloads, but a task may have up to %d jobs. Make fewer payloads, each for more work."
            .formatted(
                definition.payloadType().getSimpleName(),
                task.input(),
                count,
                WorkflowSizes.MAX_TASKS);
    LOG.error(
        "The payloads of task {} of job type '{}' cannot be stored: {}",
        task.id(),
        task.type(),
        message);
    return new Prepared.Failed(
        JobError.Reason.EXCEPTION, IllegalArgumentException.class.getName(), message);
  }

  private static SubmitOptions options(Ready task) {
    SubmitOptions options = SubmitOptions.by(task.submittedBy()).withHeaders(task.headers());
    if (task.itemId() != null) {
      options = options.withItemId(task.itemId());
    }
    if (task.priority() != null) {
      options = options.withPriority(task.priority());
    }
    NewJob.LatestStart latest = task.latestStart();
    if (latest != null && latest.within() != null) {
      options = options.withStartWithin(latest.within());
    } else if (latest != null && latest.before() != null) {
      options = options.withStartBefore(latest.before());
    }
    return task.delay().isZero() || !task.isForEach() ? options : options.withDelay(task.delay());
  }

  @Override
  public void close() {
    try {
      boolean hasEnded = loop.close(MAX_CLOSE);
      calls.close();
      if (!hasEnded) {
        boolean unused = loop.close(MAX_CLOSE);
      }
    } catch (InterruptedException e) {
      calls.close();
      Thread.currentThread().interrupt();
    }
  }
}
