package dev.tenon.jobs.micronaut;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The settings of the dashboard, {@code tenon.dashboard.*}.
 *
 * @param enabled Whether the dashboard is served. Default: if the application has an AccessPolicy
 *     bean; without one, true is an error.
 * @param path Where the dashboard is, below the context path of the server.
 * @param origins Where browsers find the dashboard, such as https://ops.example.com, if the
 *     application cannot tell, since a proxy hides it.
 * @param zone Time zone for users who have not chosen another.
 * @param traceUrl Where people find the trace of a job, such as
 *     https://tracing.example.com/trace/{traceId}. Default: jobs show the id of their trace only.
 * @param scalingToken Token of an autoscaler, which may ask /scaling how many workers are needed,
 *     and nothing else. Default: only users may ask.
 * @param maxStreams How many pages with live events may be open at a time.
 */
@ConfigurationProperties("tenon.dashboard")
public record TenonDashboardProperties(
    Optional<Boolean> enabled,
    @Bindable(defaultValue = "/tenon") String path,
    Optional<List<String>> origins,
    @Bindable(defaultValue = "UTC") ZoneId zone,
    Optional<String> traceUrl,
    Optional<String> scalingToken,
    @Bindable(defaultValue = "256") int maxStreams) {

  private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)+");

  /**
   * Checks the path.
   *
   * @throws IllegalArgumentException if it is not like {@code /ops/jobs}
   */
  public TenonDashboardProperties {
    if (!PATH.matcher(path).matches()) {
      throw new IllegalArgumentException(
          "tenon.dashboard.path is '%s'; it must be like /tenon or /ops/jobs, of letters, digits, '.', '_', '~' and '-', without a slash at the end."
              .formatted(path));
    }
  }

  /** The settings, without the token. */
  @Override
  public String toString() {
    return "TenonDashboardProperties[enabled=%s, path=%s, origins=%s, zone=%s, traceUrl=%s, scalingToken=%s, maxStreams=%d]"
        .formatted(
            enabled.map(Object::toString).orElse("if there is a policy"),
            path,
            origins.orElse(List.of()),
            zone,
            traceUrl.orElse("none"),
            scalingToken.isEmpty() ? "none" : "••••",
            maxStreams);
  }
}
