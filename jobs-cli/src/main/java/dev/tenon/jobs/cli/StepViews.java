package dev.tenon.jobs.cli;

import dev.tenon.jobs.durable.JobSignal;
import dev.tenon.jobs.durable.JobStep;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Steps and signals, as they are in the JSON answers. */
final class StepViews {

  private StepViews() {}

  /** A name with its key, as {@code tenon retry --from} takes it. */
  static String named(String name, String key) {
    return key.isEmpty() ? name : name + "/" + Text.oneLine(key);
  }

  /** The result; a token has none that may be shown. */
  static Optional<String> result(JobStep step) {
    return step.kind() == JobStep.Kind.TOKEN ? Optional.empty() : step.result();
  }

  /**
   * A step.
   *
   * @param hasResult whether to show its result
   */
  static Map<String, @Nullable Object> step(JobStep step, boolean hasResult) {
    Map<String, @Nullable Object> view = new LinkedHashMap<>();
    view.put("jobId", step.jobId());
    view.put("type", step.jobType());
    view.put("name", step.name());
    view.put("key", step.key());
    view.put("kind", step.kind().code());
    view.put("state", step.state().code());
    view.put("version", step.version());
    view.put("attempts", step.attempts());
    view.put("startedAt", step.startedAt());
    view.put("endedAt", step.endedAt().orElse(null));
    view.put("until", step.until().orElse(null));
    view.put("signals", step.signals());
    view.put("message", step.message().orElse(null));
    if (hasResult) {
      view.put("result", Json.Raw.of(result(step).orElse(null)));
    }
    return view;
  }

  /**
   * A signal.
   *
   * @param hasValue whether to show its value
   */
  static Map<String, @Nullable Object> signal(JobSignal signal, boolean hasValue) {
    Map<String, @Nullable Object> view = new LinkedHashMap<>();
    view.put("id", signal.id());
    view.put("name", signal.name());
    view.put("key", signal.key());
    view.put("version", signal.version());
    view.put("sentBy", signal.sentBy());
    view.put("sentAt", signal.sentAt());
    view.put("deliveredAt", signal.deliveredAt().orElse(null));
    view.put("error", signal.error().orElse(null));
    if (hasValue) {
      view.put("value", new Json.Raw(signal.value()));
    }
    return view;
  }
}
