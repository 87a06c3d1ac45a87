package dev.tenon.jobs.cli;

import dev.tenon.jobs.Headers;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobStatus;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which jobs. */
final class JobFilter {

  private static final Pattern DURATION = Pattern.compile("\\d+[smhd]");

  @Option(
      names = "--status",
      paramLabel = "STATUS",
      description = "Status: pending, queued, running, completed, failed or cancelled")
  private @Nullable String status;

  @Option(names = "--type", paramLabel = "TYPE", description = "Name of the job type")
  private @Nullable String type;

  @Option(names = "--item", paramLabel = "ID", description = "Item that the jobs belong to")
  private @Nullable String item;

  @Option(names = "--submitted-by", paramLabel = "NAME", description = "Name of the submitter")
  private @Nullable String submittedBy;

  @Option(names = "--key", paramLabel = "KEY", description = "Limit key of the jobs")
  private @Nullable String key;

  @Option(
      names = "--header",
      paramLabel = "NAME=VALUE",
      description = "Header that the jobs have; several headers must all be there")
  private Map<String, String> headers = new LinkedHashMap<>();

  @Option(
      names = "--fingerprint",
      paramLabel = "HEX",
      description = "Fingerprint of the last failed attempt")
  private @Nullable String fingerprint;

  @Option(names = "--workflow", paramLabel = "ID", description = "Workflow that they belong to")
  private @Nullable UUID workflow;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description =
          "Submitted at or after a time (2026-03-01T12:00:00Z) or an age (90s, 30m, 2h, 7d)")
  private @Nullable String since;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      description = "Submitted before a time or an age, as in --since")
  private @Nullable String until;

  JobFilter() {}

  /** The jobs that are asked for. */
  JobQuery query() {
    JobQuery query = JobQuery.all();
    query = status == null ? query : query.withStatus(status(status));
    query = type == null ? query : query.withType(type);
    query = item == null ? query : query.withItemId(item);
    query = submittedBy == null ? query : query.withSubmittedBy(submittedBy);
    query = key == null ? query : query.withLimitKey(key);
    query = headers.isEmpty() ? query : query.withHeaders(headers());
    query = fingerprint == null ? query : query.withFingerprint(fingerprint);
    query = workflow == null ? query : query.withWorkflowId(workflow);
    query = since == null ? query : query.withSubmittedAfter(time("--since", since));
    return until == null ? query : query.withSubmittedBefore(time("--until", until));
  }

  private Headers headers() {
    try {
      return Headers.ofMap(headers);
    } catch (IllegalArgumentException e) {
      throw Failure.usage("--header: " + e.getMessage());
    }
  }

  private static JobStatus status(String code) {
    return Arrays.stream(JobStatus.values())
        .filter(status -> status.code().equals(code.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                Failure.usage(
                    "--status is '%s'; it must be one of %s."
                        .formatted(
                            code,
                            Arrays.stream(JobStatus.values())
                                .map(JobStatus::code)
                                .collect(Collectors.joining(", ")))));
  }

  /** A time, or a duration such as {@code 90m} before now. */
  static Instant time(String option, String text) {
    try {
      return DURATION.matcher(text).matches()
          ? Instant.now().minus(parsed(text))
          : Instant.parse(text);
    } catch (DateTimeException | ArithmeticException e) {
      throw Failure.usage(
          "%s is '%s'; it must be a time such as 2026-03-01T12:00:00Z, or an age such as 90s, 30m, 2h or 7d."
              .formatted(option, text));
    }
  }

  /** A duration such as {@code 90m}. */
  static Duration duration(String option, String text) {
    if (DURATION.matcher(text).matches()) {
      try {
        return parsed(text);
      } catch (DateTimeException | ArithmeticException e) {
        throw wrongDuration(option, text);
      }
    }
    throw wrongDuration(option, text);
  }

  private static Failure wrongDuration(String option, String text) {
    return Failure.usage(
        "%s is '%s'; it must be a duration such as 90s, 30m, 2h or 7d.".formatted(option, text));
  }

  private static Duration parsed(String text) {
    String upper = text.toUpperCase(Locale.ROOT);
    return Duration.parse((upper.endsWith("D") ? "P" : "PT") + upper);
  }
}
