package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.dashboard.JobView.Fact;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Leads from a job to its trace.
 *
 * @param template an address with {@code {traceId}} in it; empty if there is none
 */
record TraceLink(String template) {

  static final TraceLink NONE = new TraceLink("");

  private static final String TRACE_ID = "{traceId}";

  /** A traceparent of any version; its trace id is not all zeros. */
  private static final Pattern TRACE_PARENT =
      Pattern.compile("[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}.*");

  /**
   * A link by this template.
   *
   * @throws IllegalArgumentException if it is not the address of a trace
   */
  static TraceLink of(String template) {
    if (!template.matches("https?://[^\\s{}]+/[^\\s{}]*\\{traceId}[^\\s{}]*")) {
      throw new IllegalArgumentException(
          "The trace URL is '"
              + template
              + "'; it must be like https://tracing.example.com/trace/{traceId}, with {traceId}"
              + " once.");
    }
    return new TraceLink(template);
  }

  /** The trace of a job, for people; empty if the string is not a trace context. */
  Optional<Fact> fact(String traceContext) {
    Matcher parent = TRACE_PARENT.matcher(traceContext);
    return parent.matches()
        ? Optional.of(
            new Fact(
                "Trace", parent.group(1), template.replace(TRACE_ID, parent.group(1)), List.of()))
        : Optional.empty();
  }
}
