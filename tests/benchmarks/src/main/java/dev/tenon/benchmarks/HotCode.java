package dev.tenon.benchmarks;

import dev.tenon.jobs.Headers;
import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.Violation;
import dev.tenon.jobs.internal.attempt.AttemptRunner;
import dev.tenon.jobs.internal.attempt.HandlerContext;
import dev.tenon.jobs.internal.recording.ReportSink;
import dev.tenon.jobs.internal.steps.AttemptHost;
import dev.tenon.jobs.internal.steps.AttemptSteps;
import dev.tenon.jobs.internal.steps.StepRecords;
import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.jobs.internal.values.HiddenValues;
import dev.tenon.jobs.internal.values.SensitiveValues;
import dev.tenon.jobs.internal.values.StoredJson;
import dev.tenon.jobs.internal.values.ValueStorage;
import dev.tenon.jobs.options.SizeLimits;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * {@code ./dev bench jmh}: what a job costs in the JVM, without statements and messages. The code
 * is what the processor generates and the runtime calls for each job.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class HotCode {

  private static final String WHAT = "the payload";

  private final JobDefinition<Work, Void> definition = WorkJob.DEFINITION;
  private final Work work = Work.of(4_711);
  private final String json = StoredJson.write(work, definition.payloadCodec(), WHAT);
  private final AttemptRunner<Work, Void> runner =
      new AttemptRunner<>(
          new JobBinding<>(definition, new WorkHandler(unused -> {})),
          ValueStorage.unencrypted(SizeLimits.defaults()),
          () -> 0.5);
  private final ClaimedJob job =
      new ClaimedJob(
          new Lease(UUID.randomUUID(), 1, "worker"),
          definition.type(),
          definition.version(),
          1,
          3,
          0,
          json,
          null,
          "bench",
          false,
          null,
          null,
          Headers.none(),
          Duration.ZERO);

  /** The handler looks at none of these. */
  private static <T> T unused(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              throw new UnsupportedOperationException(method.getName());
            }));
  }

  private final AttemptHost host = unused(AttemptHost.class);
  private final StepRecords records = unused(StepRecords.class);
  private final ReportSink reports = unused(ReportSink.class);

  private HandlerContext context(SensitiveValues sensitive) {
    return new HandlerContext(
        job,
        Instant.MAX,
        Clock.systemUTC(),
        SizeLimits.defaults(),
        reports,
        host,
        new AttemptSteps(
            job,
            definition,
            ValueStorage.unencrypted(SizeLimits.defaults()),
            new HiddenValues(sensitive),
            records,
            host));
  }

  /** At submit: the payload as JSON. */
  @Benchmark
  public String write() {
    return StoredJson.write(work, definition.payloadCodec(), WHAT);
  }

  /** At submit and before the handler: the constraints of the payload. */
  @Benchmark
  public List<Violation> validate() {
    return definition.validatePayload(work);
  }

  /** Before the handler: the payload from JSON. */
  @Benchmark
  public Work read() {
    return StoredJson.read(json, definition.payloadCodec(), Work.class, WHAT);
  }

  /** From a claimed job to its outcome: read, validate, call the handler, say how it ended. */
  @Benchmark
  public AttemptEnd dispatch() {
    return runner.run(job, json, this::context, () -> null, failure -> {});
  }
}
