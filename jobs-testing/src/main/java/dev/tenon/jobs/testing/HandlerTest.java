package dev.tenon.jobs.testing;

import dev.tenon.jobs.BatchJobHandler;
import dev.tenon.jobs.Header;
import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.definition.BatchRule;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.SignalDefinition;
import dev.tenon.jobs.definition.StepDefinition;
import dev.tenon.jobs.definition.ValueDefinition;
import dev.tenon.jobs.durable.SignalOptions;
import dev.tenon.jobs.intercept.ExecutionInterceptor;
import dev.tenon.jobs.internal.attempt.InterceptedHandler;
import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.internal.store.NewSignal;
import dev.tenon.jobs.internal.store.StoredCursor;
import dev.tenon.jobs.internal.submit.NewJobFactory;
import dev.tenon.jobs.internal.submit.NewSignalFactory;
import dev.tenon.jobs.internal.submit.SubmittedValues;
import dev.tenon.jobs.internal.values.StoredJson;
import dev.tenon.jobs.internal.values.StoredValues;
import dev.tenon.jobs.internal.values.ValueStorage;
import dev.tenon.jobs.options.SizeLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Calls a handler as a worker does, without a database: the payload is validated, written as JSON
 * and read back, the handler runs in the calling thread, its result is validated and written, and
 * the retry policy of the type decides what happens to the job. All of this is done by the
 * runtime's own code.
 *
 * <pre>{@code
 * HandlerRun<WidgetReport> run =
 *     HandlerTest.of(WidgetBatchJob.DEFINITION, new WidgetBatchHandler()).withAttempt(2).run(batch);
 * assertThat(run).isRetriedIn(Duration.ofMinutes(1));
 * }</pre>
 *
 * <p>Immutable; each method returns a changed copy.
 *
 * @param <P> the payload record
 * @param <R> what the handler returns
 */
public final class HandlerTest<P, R> {

  private static final String WORKER = "test";

  private final JobBinding<P, R> binding;
  private final Settings settings;

  /** A signal to stop, and when it comes. */
  private record Signal(StopSignal signal, Predicate<HandlerReports> when) {
    Signal {
      Objects.requireNonNull(signal, "signal");
      Objects.requireNonNull(when, "when");
    }
  }

  /** The settings of a test. They are not changed once a test has them. */
  private static final class Settings {
    private int attempt = 1;
    private @Nullable UUID jobId;
    private @Nullable UUID workflowId;
    private SubmitOptions options = SubmitOptions.by("test");
    private @Nullable TestClock clock;
    private SizeLimits limits = SizeLimits.defaults();
    private @Nullable Signal signal;
    private MemorySteps steps = new MemorySteps();
    private List<ExecutionInterceptor> interceptors = List.of();
    private @Nullable DataSource stepDataSource;

    private Settings copy() {
      Settings copy = new Settings();
      copy.attempt = attempt;
      copy.jobId = jobId;
      copy.workflowId = workflowId;
      copy.options = options;
      copy.clock = clock;
      copy.limits = limits;
      copy.signal = signal;
      copy.steps = steps.copy();
      copy.interceptors = interceptors;
      copy.stepDataSource = stepDataSource;
      return copy;
    }
  }

  private HandlerTest(JobBinding<P, R> binding, Settings settings) {
    this.binding = binding;
    this.settings = settings;
  }

  /**
   * Tests a handler: the first attempt at a job that nothing stops.
   *
   * @param definition the type of the job, such as {@code WidgetBatchJob.DEFINITION}
   * @param handler the handler
   */
  public static <P, R> HandlerTest<P, R> of(
      JobDefinition<P, R> definition, JobHandler<P, R> handler) {
    return new HandlerTest<>(new JobBinding<>(definition, handler), new Settings());
  }

  /**
   * Tests a batch handler: the first attempt at jobs that nothing stops. {@link #runBatch} calls it
   * with several jobs, and {@link #run} with one.
   *
   * @param definition the type of the jobs, such as {@code InvoiceSendJob.DEFINITION}
   * @param handler the handler
   */
  public static <P, R> HandlerTest<P, R> of(
      JobDefinition<P, R> definition, BatchJobHandler<P, R> handler) {
    return new HandlerTest<>(
        new JobBinding<>(definition, handler, BatchRule.of(BatchRule.MAX_JOBS, BatchRule.MAX_WAIT)),
        new Settings());
  }

  /**
   * A copy that makes this attempt.
   *
   * @param attempt the number of the attempt, from 1
   * @throws IllegalArgumentException if the type has no such attempt
   */
  public HandlerTest<P, R> withAttempt(int attempt) {
    int max = binding.definition().retryPolicy().maxAttempts();
    if (attempt < 1 || attempt > max) {
      throw new IllegalArgumentException(
          "The attempt is %d; job type '%s' has attempts from 1 to %d."
              .formatted(attempt, binding.definition().type(), max));
    }
    return with(changed -> changed.attempt = attempt);
  }

  /** A copy whose job has this id; otherwise each call is of another job. */
  public HandlerTest<P, R> withJobId(UUID jobId) {
    Objects.requireNonNull(jobId, "jobId");
    return with(changed -> changed.jobId = jobId);
  }

  /** A copy whose job belongs to this workflow; otherwise it belongs to none. */
  public HandlerTest<P, R> withWorkflowId(UUID workflowId) {
    Objects.requireNonNull(workflowId, "workflowId");
    return with(changed -> changed.workflowId = workflowId);
  }

  /** A copy whose job belongs to this item; otherwise it belongs to none. */
  public HandlerTest<P, R> withItemId(String itemId) {
    return with(changed -> changed.options = changed.options.withItemId(itemId));
  }

  /**
   * A copy whose job has this header; otherwise it has none.
   *
   * @throws IllegalArgumentException as {@link dev.tenon.jobs.Headers#with} does
   */
  public <T> HandlerTest<P, R> withHeader(Header<T> header, T value) {
    return with(changed -> changed.options = changed.options.withHeader(header, value));
  }

  /**
   * A copy with this interceptor around the handler, inside of those that were added before. A
   * batch handler runs without interceptors: its runs throw {@link IllegalArgumentException} if one
   * applies to its type.
   */
  public HandlerTest<P, R> withInterceptor(ExecutionInterceptor interceptor) {
    Objects.requireNonNull(interceptor, "interceptor");
    return with(
        changed ->
            changed.interceptors =
                Stream.concat(changed.interceptors.stream(), Stream.of(interceptor)).toList());
  }

  /**
   * A copy whose job was submitted by this user or program; otherwise by {@code test}.
   *
   * @throws IllegalArgumentException if it is blank, is too long or has a character that cannot be
   *     stored
   */
  public HandlerTest<P, R> withSubmittedBy(String submittedBy) {
    String checked = SubmittedValues.submittedBy(submittedBy);
    return with(changed -> changed.options = changed.options.withSubmittedBy(checked));
  }

  /**
   * A copy that measures the deadline of the attempt with this clock. Otherwise each call has a new
   * clock that starts at the present time.
   */
  public HandlerTest<P, R> withClock(TestClock clock) {
    Objects.requireNonNull(clock, "clock");
    return with(changed -> changed.clock = clock);
  }

  /** A copy with these limits for payload, result and log in place of the defaults. */
  public HandlerTest<P, R> withSizeLimits(SizeLimits limits) {
    Objects.requireNonNull(limits, "limits");
    return with(changed -> changed.limits = limits);
  }

  /** A copy whose handler is asked to stop as soon as it starts. */
  public HandlerTest<P, R> withSignal(StopSignal signal) {
    return withSignal(signal, reports -> true);
  }

  /**
   * A copy whose handler is asked to stop once its reports meet a condition: {@code
   * withSignal(StopSignal.CANCEL, reports -> reports.percent() >= 50)}. The condition is looked at
   * when the handler starts, after each of its reports, and each time that it asks whether it
   * should stop.
   *
   * @param signal the reason for stopping
   * @param when when that is
   */
  public HandlerTest<P, R> withSignal(StopSignal signal, Predicate<HandlerReports> when) {
    Signal set = new Signal(signal, when);
    return with(changed -> changed.signal = set);
  }

  /**
   * A copy whose job has recorded the result of a step, so that the handler gets it and the step
   * does not run.
   *
   * @param step the step, a constant of the handler's generated class
   * @param result the result; null if the step returns nothing
   */
  public <S> HandlerTest<P, R> withStep(StepDefinition<S> step, @Nullable S result) {
    return withStep(step, "", result);
  }

  /**
   * A copy whose job has recorded the result of a step with a key.
   *
   * @param step the step, a constant of the handler's generated class
   * @param key the key, as a string
   * @param result the result; null if the step returns nothing
   */
  public <S> HandlerTest<P, R> withStep(StepDefinition<S> step, String key, @Nullable S result) {
    String what = "the result of step '" + step.name() + "'";
    String json =
        result == null ? null : step.result().map(value -> json(value, result, what)).orElse(null);
    return with(changed -> changed.steps.given(step.name(), key, version(), json, Instant.EPOCH));
  }

  /** A copy whose job was sent a signal before. */
  public <S> HandlerTest<P, R> withSent(SignalDefinition<S> signal, S value) {
    return withSent(signal, value, SignalOptions.defaults());
  }

  /**
   * A copy whose job was sent a signal before.
   *
   * @throws dev.tenon.jobs.durable.InvalidSignalException if it does not meet its constraints
   */
  public <S> HandlerTest<P, R> withSent(
      SignalDefinition<S> signal, S value, SignalOptions options) {
    NewSignal sent =
        new NewSignalFactory(ValueStorage.unencrypted(settings.limits))
            .of(signal, value, options.sentBy().orElse("test"), options);
    return with(
        changed -> {
          boolean unused = changed.steps.send(sent, Instant.EPOCH);
        });
  }

  /**
   * A copy whose job has saved this cursor.
   *
   * @param cursor the cursor of the handler, a constant of its generated class
   * @param value the cursor that an earlier attempt saved last
   */
  public <C> HandlerTest<P, R> withCursor(ValueDefinition<C> cursor, C value) {
    String json = json(cursor, value, "the cursor");
    return with(changed -> changed.steps.given(new StoredCursor(version(), json)));
  }

  /**
   * A copy that continues the job of an earlier run: with its id, and with all that its steps,
   * waits and cursor have recorded.
   */
  public HandlerTest<P, R> after(HandlerRun<?> earlier) {
    return with(
        changed -> {
          changed.jobId = earlier.jobId();
          changed.steps = earlier.memory().copy();
        });
  }

  /** A copy whose steps in a transaction get connections of this data source. */
  public HandlerTest<P, R> withStepDataSource(DataSource dataSource) {
    Objects.requireNonNull(dataSource, "dataSource");
    return with(changed -> changed.stepDataSource = dataSource);
  }

  private static <T> String json(ValueDefinition<T> definition, T value, String what) {
    return StoredJson.write(value, definition.codec(), what);
  }

  private int version() {
    return binding.definition().version();
  }

  private HandlerTest<P, R> with(Consumer<Settings> change) {
    Settings changed = settings.copy();
    change.accept(changed);
    return new HandlerTest<>(binding, changed);
  }

  /**
   * Calls the handler.
   *
   * @param payload the payload
   * @return the outcome
   * @throws dev.tenon.jobs.InvalidPayloadException if the payload does not meet its constraints, as
   *     a submit would throw it
   * @throws dev.tenon.jobs.PayloadTooLargeException if the payload has too many bytes
   */
  public HandlerRun<R> run(P payload) {
    return attempt(newJob(payload));
  }

  /**
   * Calls a batch handler with one job for each payload. Settings such as the attempt hold for all
   * of them, and each looks at its own reports to know when it should stop.
   *
   * @param payloads the payloads, from 1 to 500
   * @return the outcomes, in the same order
   * @throws dev.tenon.jobs.InvalidPayloadException if a payload does not meet its constraints, as a
   *     submit would throw it
   * @throws IllegalArgumentException if there are too many payloads or none, or several for one id
   * @throws IllegalStateException if the handler takes one job at a time
   */
  public List<HandlerRun<R>> runBatch(List<? extends P> payloads) {
    if (binding.batch().isEmpty()) {
      throw new IllegalStateException(
          "The handler of job type '%s' takes one job at a time; call run(payload)."
              .formatted(binding.definition().type()));
    }
    int max = settings.jobId == null ? BatchRule.MAX_JOBS : 1;
    if (payloads.isEmpty() || payloads.size() > max) {
      throw new IllegalArgumentException(
          "There are %d payloads; a batch of this test has from 1 to %d jobs."
              .formatted(payloads.size(), max));
    }
    List<ClaimedJob> jobs = new ArrayList<>();
    payloads.forEach(payload -> jobs.add(newJob(payload)));
    return attemptBatch(jobs);
  }

  /**
   * Calls the handler with a payload as it is stored, maybe by an earlier version of the type: then
   * it goes through the upcaster.
   *
   * @param version the version of the type that stored it
   * @param json the payload as JSON
   * @return the outcome; the job fails if the payload cannot be read or is not valid
   */
  public HandlerRun<R> runStored(int version, String json) {
    UUID id = settings.jobId == null ? NewJobFactory.newId() : settings.jobId;
    return attempt(claimed(id, version, json));
  }

  private ClaimedJob newJob(P payload) {
    NewJob job =
        new NewJobFactory(ValueStorage.unencrypted(settings.limits), null)
            .of(binding.definition(), payload, -1, settings.options);
    return claimed(
        settings.jobId == null ? job.id() : settings.jobId, job.version(), job.payload());
  }

  private ClaimedJob claimed(UUID id, int version, String json) {
    JobDefinition<P, R> definition = binding.definition();
    return new ClaimedJob(
        new Lease(id, lease(), WORKER),
        definition.type(),
        version,
        settings.attempt,
        definition.retryPolicy().maxAttempts(),
        0,
        json,
        settings.options.itemId().orElse(null),
        settings.options.submittedBy().orElseThrow(),
        definition.isLimited(),
        settings.workflowId,
        null,
        settings.options.headers(),
        Duration.ZERO);
  }

  /** The first attempt at a job reads no records. */
  private long lease() {
    return settings.steps.isEmpty() ? settings.attempt : settings.attempt + 1;
  }

  private List<HandlerRun<R>> attemptBatch(List<ClaimedJob> jobs) {
    TestClock clock = settings.clock == null ? TestClock.startingNow() : settings.clock;
    List<OneBatch.Part> parts = new ArrayList<>();
    List<HandlerReports> reports = new ArrayList<>();
    for (ClaimedJob job : jobs) {
      AttemptRecords records =
          new AttemptRecords(settings.steps.copy(), clock, () -> true, settings.stepDataSource);
      OneAttempt attempt = new OneAttempt(job, clock, settings.limits, records);
      HandlerReports own = new HandlerReports();
      Runnable look = () -> signal(attempt, own);
      parts.add(new OneBatch.Part(attempt, own.keeping(look), look));
      reports.add(own);
    }
    OneBatch.run(InterceptedHandler.around(binding, settings.interceptors), settings.limits, parts);
    List<HandlerRun<R>> runs = new ArrayList<>();
    for (int i = 0; i < jobs.size(); i++) {
      OneAttempt attempt = parts.get(i).attempt();
      AttemptEnd end = attempt.end();
      runs.add(
          new HandlerRun<>(
              jobs.get(i),
              Outcomes.of(end, null),
              result(jobs.get(i), end),
              attempt.thrown(),
              reports.get(i),
              settings.steps.copy()));
    }
    return runs;
  }

  private HandlerRun<R> attempt(ClaimedJob job) {
    if (binding.batch().isPresent()) {
      return attemptBatch(List.of(job)).get(0);
    }
    TestClock clock = settings.clock == null ? TestClock.startingNow() : settings.clock;
    MemorySteps steps = settings.steps.copy();
    OneAttempt attempt =
        new OneAttempt(
            job,
            clock,
            settings.limits,
            new AttemptRecords(steps, clock, () -> true, settings.stepDataSource));
    HandlerReports reports = new HandlerReports();
    Runnable look = () -> signal(attempt, reports);
    AttemptEnd end =
        attempt.run(
            InterceptedHandler.around(binding, settings.interceptors), reports.keeping(look), look);
    JobOutcome outcome = Outcomes.of(end, steps.resumeTime(job.lease().number(), clock.instant()));
    return new HandlerRun<>(job, outcome, result(job, end), attempt.thrown(), reports, steps);
  }

  private void signal(OneAttempt attempt, HandlerReports reports) {
    Signal signal = settings.signal;
    if (signal != null && signal.when().test(reports)) {
      attempt.signal(signal.signal().reason());
    }
  }

  private @Nullable R result(ClaimedJob job, AttemptEnd end) {
    return end instanceof AttemptEnd.Completed completed && completed.result() != null
        ? StoredValues.result(
            binding.definition(),
            job.id(),
            completed.resultVersion(),
            completed.result(),
            "of job type '" + job.type() + "'")
        : null;
  }
}
