package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.JobEvent;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Events of jobs as browsers get them. */
final class JobEventText {

  private JobEventText() {}

  /**
   * An event as a browser gets it; empty if it does not get it.
   *
   * @param withLog whether it gets the lines of the log
   * @param last what the id of the last event ends with
   */
  static Optional<String> of(JobEvent event, boolean withLog, String last) {
    Map<String, Object> data = new LinkedHashMap<>();
    if (event instanceof JobEvent.StatusChanged changed) {
      boolean hasEnded = changed.status().isTerminal();
      data.put("status", changed.status().code());
      data.put("attempt", BigDecimal.valueOf(changed.attempt()));
      data.put("ended", hasEnded);
      return Optional.of(text("status", event.id() + (hasEnded ? last : ""), data));
    } else if (event instanceof JobEvent.Progressed progressed) {
      data.put("percent", BigDecimal.valueOf(progressed.percent()));
      progressed.message().ifPresent(message -> data.put("message", message));
      return Optional.of(text("progress", event.id(), data));
    } else if (event instanceof JobEvent.Emitted emitted) {
      data.put("attempt", BigDecimal.valueOf(emitted.entry().attempt()));
      data.put("run", BigDecimal.valueOf(emitted.entry().run().orElseThrow()));
      data.put(
          "value", Objects.requireNonNull(JsonTree.read(emitted.entry().emitted().orElseThrow())));
      return Optional.of(text("emitted", event.id(), data));
    } else if (event instanceof JobEvent.Logged logged && withLog) {
      data.put("level", logged.entry().level().code());
      data.put("message", logged.entry().message());
      data.put("at", logged.entry().loggedAt().toString());
      return Optional.of(text("log", event.id(), data));
    }
    return Optional.empty();
  }

  private static String text(String name, String id, Map<String, Object> data) {
    return "id: " + id + "\nevent: " + name + "\ndata: " + JsonTree.write(data) + "\n\n";
  }
}
