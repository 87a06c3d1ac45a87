package dev.tenon.jobs.observability;

import dev.tenon.jobs.JobAttempt.Outcome;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.listen.JobListener;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Makes spans of OpenTelemetry, by its conventions for messaging:
 *
 * <pre>{@code
 * JobsRuntime.builder().listener(new OpenTelemetryJobListener(openTelemetry))
 * }</pre>
 *
 * <p>A submit is a producer span {@code submit TYPE}, however many jobs it has; its context is
 * stored with the jobs. Each attempt is a consumer span {@code process TYPE}, which is the current
 * one while the handler runs, begins a new trace, and links to the span of the submit. With {@link
 * #continuingTraces} the first attempt at a job continues the trace of the submit instead; further
 * attempts only link to it. Each job of a batch has a span, and none of them is the current one.
 * Each step that runs is a span {@code step NAME} within its attempt. Thread-safe.
 */
@SuppressWarnings("exports") // Whoever uses it requires io.opentelemetry.api anyway
public final class OpenTelemetryJobListener implements JobListener {

  private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");
  private static final AttributeKey<String> OPERATION =
      AttributeKey.stringKey("messaging.operation.name");
  private static final AttributeKey<String> OPERATION_TYPE =
      AttributeKey.stringKey("messaging.operation.type");
  private static final AttributeKey<String> DESTINATION =
      AttributeKey.stringKey("messaging.destination.name");
  private static final AttributeKey<Long> BATCH_COUNT =
      AttributeKey.longKey("messaging.batch.message_count");
  private static final AttributeKey<String> MESSAGE_ID =
      AttributeKey.stringKey("messaging.message.id");
  private static final AttributeKey<String> CLIENT_ID =
      AttributeKey.stringKey("messaging.client.id");
  private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
  private static final AttributeKey<String> QUEUE = AttributeKey.stringKey("tenon.queue");
  private static final AttributeKey<Long> ATTEMPT = AttributeKey.longKey("tenon.job.attempt");
  private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("tenon.job.outcome");
  private static final AttributeKey<Long> RETRY_IN =
      AttributeKey.longKey("tenon.job.retry_in_millis");
  private static final AttributeKey<String> WORKFLOW = AttributeKey.stringKey("tenon.workflow.id");
  private static final AttributeKey<String> STEP = AttributeKey.stringKey("tenon.step.name");
  private static final AttributeKey<String> STEP_KEY = AttributeKey.stringKey("tenon.step.key");
  private static final AttributeKey<String> WAIT = AttributeKey.stringKey("tenon.wait.name");
  private static final AttributeKey<String> WAIT_OUTCOME =
      AttributeKey.stringKey("tenon.wait.outcome");
  private static final AttributeKey<Long> REPLAYED = AttributeKey.longKey("tenon.steps.replayed");
  private static final String TENON = "tenon";

  private final Tracer tracer;
  private final boolean continuesTraces;
  private volatile ReadContext lastRead = new ReadContext(null, SpanContext.getInvalid());

  /** A trace context of a job, and what it says. */
  private record ReadContext(@Nullable String text, SpanContext context) {}

  /** A listener whose attempts begin new traces, which link to those of the submits. */
  public OpenTelemetryJobListener(OpenTelemetry openTelemetry) {
    this(openTelemetry, false);
  }

  private OpenTelemetryJobListener(OpenTelemetry openTelemetry, boolean continuesTraces) {
    this.tracer =
        Objects.requireNonNull(openTelemetry, "openTelemetry")
            .getTracer("dev.tenon.jobs.observability");
    this.continuesTraces = continuesTraces;
  }

  /**
   * A listener whose first attempts continue the traces of the submits. One trace then has
   * everything that follows from a request; a submit of many jobs makes it a large one.
   */
  public static OpenTelemetryJobListener continuingTraces(OpenTelemetry openTelemetry) {
    return new OpenTelemetryJobListener(openTelemetry, true);
  }

  @Override
  public Submitting submitting(Submit submit) {
    if (submit.source() == Source.SCHEDULE) {
      // Nobody waits for it, and nothing could be linked to it
      return Submitting.NOTHING;
    }
    SpanBuilder builder =
        tracer
            .spanBuilder("submit " + submit.name())
            .setSpanKind(SpanKind.PRODUCER)
            .setAttribute(SYSTEM, TENON)
            .setAttribute(OPERATION, "submit")
            .setAttribute(OPERATION_TYPE, "send")
            .setAttribute(DESTINATION, submit.name());
    if (submit.jobs().size() == 1) {
      builder.setAttribute(QUEUE, submit.jobs().get(0).routingKey());
    }
    if (submit.source() != Source.ONE) {
      builder.setAttribute(BATCH_COUNT, (long) submit.count());
    }
    return new ProducerSpan(builder.startSpan(), submit.source() == Source.ONE);
  }

  private static final class ProducerSpan implements Submitting {

    private final Span span;
    private final boolean hasOneJob;

    ProducerSpan(Span span, boolean hasOneJob) {
      this.span = span;
      this.hasOneJob = hasOneJob;
    }

    @Override
    public @Nullable String traceContext() {
      return TraceContexts.write(span.getSpanContext());
    }

    @Override
    public void submitted(List<Submitted> jobs) {
      if (hasOneJob && jobs.size() == 1) {
        span.setAttribute(MESSAGE_ID, jobs.get(0).jobId().toString());
      }
      span.end();
    }

    @Override
    public void failed(Throwable exception) {
      fail(span, exception);
      span.end();
    }
  }

  /** Marks a span as failed. The message may quote data, so that only the class is kept. */
  private static void fail(Span span, Throwable exception) {
    span.setStatus(StatusCode.ERROR);
    span.setAttribute(ERROR_TYPE, exception.getClass().getName());
  }

  @Override
  public Attempting attemptStarts(Attempt attempt) {
    SpanBuilder builder =
        tracer
            .spanBuilder("process " + attempt.type())
            .setSpanKind(SpanKind.CONSUMER)
            .setAttribute(SYSTEM, TENON)
            .setAttribute(OPERATION, "process")
            .setAttribute(OPERATION_TYPE, "process")
            .setAttribute(DESTINATION, attempt.type())
            .setAttribute(QUEUE, attempt.routingKey())
            .setAttribute(MESSAGE_ID, attempt.jobId().toString())
            .setAttribute(CLIENT_ID, attempt.workerId())
            .setAttribute(ATTEMPT, (long) attempt.number());
    if (attempt.batchSize() > 1) {
      builder.setAttribute(BATCH_COUNT, (long) attempt.batchSize());
    }
    attempt.workflowId().ifPresent(id -> builder.setAttribute(WORKFLOW, id.toString()));
    SpanContext submitted = contextOf(attempt);
    if (submitted.isValid()) {
      builder.addLink(submitted);
    }
    if (submitted.isValid() && continuesTraces && attempt.number() == 1) {
      builder.setParent(Context.root().with(Span.wrap(submitted)));
    } else {
      builder.setNoParent();
    }
    return new ConsumerSpan(tracer, builder.startSpan(), attempt.batchSize() > 1);
  }

  /** The span of the submit. Jobs that were submitted together share it, and often run together. */
  private SpanContext contextOf(Attempt attempt) {
    ReadContext last = lastRead;
    String text = attempt.traceContext().orElse(null);
    if (!Objects.equals(text, last.text())) {
      last = new ReadContext(text, TraceContexts.read(text));
      lastRead = last;
    }
    return last.context();
  }

  private static final class ConsumerSpan implements Attempting {

    private final Tracer tracer;
    private final Span span;
    private final Scope scope;
    private final AtomicLong replayed = new AtomicLong();

    // It is closed when the handler has returned
    @SuppressWarnings("MustBeClosedChecker")
    ConsumerSpan(Tracer tracer, Span span, boolean isOneOfSeveral) {
      this.tracer = tracer;
      this.span = span;
      // What the handler of a batch does belongs to all of its jobs, and not to the last one
      this.scope = isOneOfSeveral ? Scope.noop() : span.makeCurrent();
    }

    /** The parent is named, because a handler may run its steps on other threads. */
    @Override
    public Stepping stepStarts(Step step) {
      SpanBuilder builder =
          tracer
              .spanBuilder("step " + step.name())
              .setParent(Context.current().with(span))
              .setAttribute(STEP, step.name());
      if (!step.key().isEmpty()) {
        builder.setAttribute(STEP_KEY, step.key());
      }
      return new StepSpan(builder.startSpan());
    }

    @Override
    public void stepReplayed(Step step) {
      replayed.incrementAndGet();
    }

    @Override
    public void waited(Step wait, WaitOutcome outcome) {
      span.addEvent("wait", Attributes.of(WAIT, wait.name(), WAIT_OUTCOME, outcome.code()));
    }

    @Override
    public void handlerReturned() {
      scope.close();
    }

    @Override
    public void ended(AttemptEnd end) {
      span.setAttribute(OUTCOME, end.outcome().code());
      if (replayed.get() > 0) {
        span.setAttribute(REPLAYED, replayed.get());
      }
      if (!end.retryIn().equals(Duration.ZERO)) {
        span.setAttribute(RETRY_IN, end.retryIn().toMillis());
      }
      Throwable exception = end.exception().orElse(null);
      if (exception != null) {
        fail(span, exception);
      } else if (isFailure(end.outcome())) {
        span.setStatus(StatusCode.ERROR);
        span.setAttribute(ERROR_TYPE, end.outcome().code());
      }
      span.end();
    }

    private static boolean isFailure(Outcome outcome) {
      return outcome == Outcome.FAILED || outcome == Outcome.TIMED_OUT || outcome == Outcome.LOST;
    }
  }

  /** The span of a step, which is current while the step runs. */
  private static final class StepSpan implements Stepping {

    private final Span span;
    private final Scope scope;

    // It is closed when the step has ended, on the same thread
    @SuppressWarnings("MustBeClosedChecker")
    StepSpan(Span span) {
      this.span = span;
      this.scope = span.makeCurrent();
    }

    @Override
    public void ended(StepEnd end) {
      scope.close();
      end.exception().ifPresent(exception -> fail(span, exception));
      span.end();
    }
  }
}
