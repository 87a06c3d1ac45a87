package dev.tenon.jobs.observability;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Trace contexts as jobs carry them: a {@code traceparent}, a space, and a {@code tracestate}. */
final class TraceContexts {

  private static final String TRACEPARENT = "traceparent";
  private static final String TRACESTATE = "tracestate";
  private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();

  private static final TextMapGetter<Map<String, String>> GETTER =
      new TextMapGetter<>() {
        // Nobody calls it, but earlier versions demand that it is there
        @SuppressWarnings("deprecation")
        @Override
        public Iterable<String> keys(Map<String, String> carrier) {
          return List.copyOf(carrier.keySet());
        }

        @Override
        public @Nullable String get(@Nullable Map<String, String> carrier, String key) {
          return carrier == null ? null : carrier.get(key);
        }
      };

  private TraceContexts() {}

  /** The context as text; null if there is none. */
  static @Nullable String write(SpanContext context) {
    if (!context.isValid()) {
      return null;
    }
    Map<String, String> headers = new HashMap<>();
    W3C.inject(
        Context.root().with(Span.wrap(context)),
        headers,
        (carrier, key, value) -> headers.put(key, value));
    String parent = headers.get(TRACEPARENT);
    String state = headers.get(TRACESTATE);
    return state == null || state.isEmpty() ? parent : parent + " " + state;
  }

  /** The context in a string; not valid if there is none. */
  static SpanContext read(@Nullable String text) {
    if (text == null) {
      return SpanContext.getInvalid();
    }
    int end = text.indexOf(' ');
    Map<String, String> headers =
        end < 0
            ? Map.of(TRACEPARENT, text)
            : Map.of(TRACEPARENT, text.substring(0, end), TRACESTATE, text.substring(end + 1));
    return Span.fromContext(W3C.extract(Context.root(), headers, GETTER)).getSpanContext();
  }
}
