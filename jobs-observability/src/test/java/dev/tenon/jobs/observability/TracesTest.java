package dev.tenon.jobs.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.observability.Handlers.OfLetters;
import dev.tenon.jobs.observability.Parcel.What;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Spans of submits and attempts, on real servers. */
class TracesTest {

  private static final AttributeKey<String> MESSAGE_ID =
      AttributeKey.stringKey("messaging.message.id");

  private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
  private final OpenTelemetrySdk sdk =
      OpenTelemetrySdk.builder()
          .setTracerProvider(
              SdkTracerProvider.builder()
                  .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                  .build())
          .build();

  @AfterEach
  void close() {
    sdk.close();
  }

  private List<SpanData> spans(SpanKind kind) {
    return exporter.getFinishedSpanItems().stream().filter(span -> span.getKind() == kind).toList();
  }

  private List<SpanData> awaitSpans(SpanKind kind, int count) {
    await(count + " spans").atMost(Duration.ofSeconds(60)).until(() -> spans(kind).size() >= count);
    return spans(kind);
  }

  private SpanData only(SpanKind kind) {
    List<SpanData> spans = awaitSpans(kind, 1);
    assertThat(spans).hasSize(1);
    return spans.get(0);
  }

  @Test
  void anAttemptLinksToItsSubmitAndIsCurrentInTheHandler() {
    try (Watched watched = new Watched(new OpenTelemetryJobListener(sdk))) {
      watched.startWorker();
      Span request = sdk.getTracer("test").spanBuilder("request").startSpan();
      UUID id;
      try (Scope scope = request.makeCurrent()) {
        assertThat(scope).isNotNull();
        id = watched.jobs.parcel().submit(new Parcel(What.SUCCEED)).jobId();
      } finally {
        request.end();
      }
      watched.awaitEnd(id, JobStatus.COMPLETED);
      SpanData submit = only(SpanKind.PRODUCER);
      assertThat(submit.getName()).isEqualTo("submit watched.parcel.send");
      assertThat(submit.getParentSpanId()).isEqualTo(request.getSpanContext().getSpanId());
      assertThat(submit.getAttributes().get(MESSAGE_ID)).isEqualTo(id.toString());
      assertThat(submit.getAttributes().asMap().toString())
          .contains(
              "messaging.system=tenon",
              "messaging.operation.name=submit",
              "messaging.operation.type=send",
              "messaging.destination.name=watched.parcel.send",
              "tenon.queue=watched.parcels");
      SpanData attempt = only(SpanKind.CONSUMER);
      assertThat(attempt.getName()).isEqualTo("process watched.parcel.send");
      assertThat(attempt.getParentSpanContext().isValid()).isFalse();
      assertThat(attempt.getLinks())
          .extracting(link -> link.getSpanContext().getSpanId())
          .containsExactly(submit.getSpanId());
      assertThat(attempt.getTraceId()).isNotEqualTo(submit.getTraceId());
      assertThat(attempt.getAttributes().get(MESSAGE_ID)).isEqualTo(id.toString());
      assertThat(watched.parcels.spans)
          .extracting(context -> context.getSpanId())
          .containsExactly(attempt.getSpanId());
    }
  }

  @Test
  void aStepIsASpanWithinItsAttempt() {
    try (Watched watched = new Watched(new OpenTelemetryJobListener(sdk))) {
      watched.startWorker();
      UUID id = watched.jobs.letter().submit(new Letter(OfLetters.DURABLE)).jobId();
      watched.awaitEnd(id, JobStatus.COMPLETED);
      List<SpanData> attempts = awaitSpans(SpanKind.CONSUMER, 3);
      List<SpanData> steps = awaitSpans(SpanKind.INTERNAL, 2);
      assertThat(steps).extracting(SpanData::getName).containsOnly("step stamp");
      assertThat(steps)
          .extracting(SpanData::getParentSpanId)
          .containsExactly(attempts.get(0).getSpanId(), attempts.get(1).getSpanId());
      assertThat(steps.get(0).getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
      assertThat(watched.letters.spans)
          .extracting(SpanContext::getSpanId)
          .containsExactly(steps.get(0).getSpanId(), steps.get(1).getSpanId());
      assertThat(attempts.get(1).getEvents().toString())
          .contains("tenon.wait.name=\"overNight\"", "tenon.wait.outcome=\"suspended\"");
      assertThat(attempts.get(2).getAttributes().asMap().toString())
          .contains("tenon.steps.replayed=1");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void retriesLinkToTheSubmitAndSayWhyTheyWereNeeded(boolean continuesTraces) {
    OpenTelemetryJobListener listener =
        continuesTraces
            ? OpenTelemetryJobListener.continuingTraces(sdk)
            : new OpenTelemetryJobListener(sdk);
    try (Watched watched = new Watched(listener)) {
      watched.startWorker();
      UUID id = watched.jobs.parcel().submit(new Parcel(What.FAIL_ONCE)).jobId();
      watched.awaitEnd(id, JobStatus.COMPLETED);
      SpanData submit = only(SpanKind.PRODUCER);
      List<SpanData> attempts = awaitSpans(SpanKind.CONSUMER, 2);
      assertThat(attempts).hasSize(2);
      SpanData first = attempts.get(0);
      assertThat(first.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
      assertThat(first.getAttributes().asMap().toString())
          .contains("error.type=java.lang.IllegalStateException", "tenon.job.outcome=failed");
      assertThat(exporter.getFinishedSpanItems().toString()).doesNotContain("secret");
      assertThat(first.getTraceId().equals(submit.getTraceId())).isEqualTo(continuesTraces);
      SpanData second = attempts.get(1);
      assertThat(second.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
      assertThat(second.getTraceId()).isNotEqualTo(submit.getTraceId());
      for (SpanData each : attempts) {
        assertThat(each.getLinks())
            .extracting(LinkData::getSpanContext)
            .extracting(context -> context.getSpanId())
            .containsExactly(submit.getSpanId());
      }
    }
  }

  @Test
  void aSubmitOfManyJobsIsOneSpan() {
    try (Watched watched = new Watched(new OpenTelemetryJobListener(sdk))) {
      watched.startWorker();
      List<UUID> ids =
          watched
              .jobs
              .parcel()
              .submitAll(List.of(new Parcel(What.SUCCEED), new Parcel(What.SUCCEED)))
              .stream()
              .map(Submitted::jobId)
              .toList();
      ids.forEach(id -> watched.awaitEnd(id, JobStatus.COMPLETED));
      SpanData submit = only(SpanKind.PRODUCER);
      assertThat(submit.getAttributes().get(AttributeKey.longKey("messaging.batch.message_count")))
          .isEqualTo(2);
      List<SpanData> attempts = awaitSpans(SpanKind.CONSUMER, 2);
      assertThat(attempts)
          .allSatisfy(
              attempt ->
                  assertThat(attempt.getLinks())
                      .extracting(link -> link.getSpanContext().getSpanId())
                      .containsExactly(submit.getSpanId()));
    }
  }

  /** A unique job that takes the place of another, and one that is found, keep to one span each. */
  @Test
  void jobsWithLimitsAndUniqueKeysAreTracedAsWell() {
    try (Watched watched = new Watched(new OpenTelemetryJobListener(sdk))) {
      UUID id = watched.jobs.letter().submit(new Letter("a")).jobId();
      assertThat(watched.jobs.letter().submit(new Letter("a")).jobId()).isEqualTo(id);
      watched.startWorker();
      watched.awaitEnd(id, JobStatus.COMPLETED);
      assertThat(spans(SpanKind.PRODUCER)).hasSize(2);
      SpanData created = spans(SpanKind.PRODUCER).get(0);
      assertThat(only(SpanKind.CONSUMER).getLinks())
          .extracting(link -> link.getSpanContext().getSpanId())
          .containsExactly(created.getSpanId());
    }
  }
}
