package dev.tenon.benchmarks.systems;

import dev.tenon.jobs.observability.MicrometerJobListener;
import dev.tenon.jobs.observability.OpenTelemetryJobListener;
import dev.tenon.jobs.runtime.JobsRuntimeBuilder;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * All meters, which are scraped as Prometheus would, and a span for each submit and attempt, of
 * which every one is sampled and handed to an exporter that drops it.
 */
final class Observability {

  private static final int SECONDS_BETWEEN_SCRAPES = 5;

  private Observability() {}

  /** Counts what it drops. */
  private static final class Dropping implements SpanExporter {

    private final AtomicLong dropped = new AtomicLong();

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      dropped.addAndGet(spans.size());
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }

  /** Switches all of it on. It ends with the process. */
  static JobsRuntimeBuilder on(JobsRuntimeBuilder builder) {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    ScheduledExecutorService scrapes =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, "scrapes");
              thread.setDaemon(true);
              return thread;
            });
    var unused =
        scrapes.scheduleAtFixedRate(
            registry::scrape, SECONDS_BETWEEN_SCRAPES, SECONDS_BETWEEN_SCRAPES, TimeUnit.SECONDS);
    OpenTelemetrySdk sdk =
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .addSpanProcessor(BatchSpanProcessor.builder(new Dropping()).build())
                    .build())
            .build();
    return builder
        .listener(new MicrometerJobListener(registry))
        .listener(new OpenTelemetryJobListener(sdk));
  }
}
