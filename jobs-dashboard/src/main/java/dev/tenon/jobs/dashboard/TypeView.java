package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.dashboard.Format.When;
import dev.tenon.jobs.definition.SensitivePaths;
import dev.tenon.jobs.operate.JobMonitor;
import io.jstach.jstache.JStache;
import java.util.List;
import java.util.stream.Collectors;

/** One job type: what it declares and is made of, what is overridden, who serves it. */
@JStache(path = "type")
record TypeView(
    Frame frame,
    String type,
    String label,
    String description,
    boolean canSubmit,
    List<Paused> paused,
    boolean isRunning,
    boolean isUnserved,
    List<JobView.Fact> facts,
    List<Setting> settings,
    List<Weight> weights,
    List<Overridden> overridden,
    List<Server> servers,
    boolean isServed,
    List<Blocked> blocked,
    List<Option> priorities,
    boolean isDeclaredHere,
    List<Sensitive> sensitive,
    List<Shape> shapes,
    List<AuditView.Row> audit,
    boolean hasAudit) {

  boolean hasDescription() {
    return !description.isEmpty();
  }

  /** Returns whether a process has recorded which values are sensitive. */
  boolean isSensitiveKnown() {
    return !sensitive.isEmpty();
  }

  boolean hasSensitive() {
    return sensitive.stream().anyMatch(version -> !version.isNone());
  }

  /**
   * The sensitive values of a version.
   *
   * @param payload the components of the payload, with commas; empty if there is none
   * @param result those of the result
   */
  record Sensitive(String version, String payload, String result) {

    static Sensitive of(JobMonitor.Sensitive declared) {
      return new Sensitive(
          Integer.toString(declared.version()),
          components(declared.payload()),
          components(declared.result()));
    }

    private static String components(SensitivePaths paths) {
      return paths.isWhole()
          ? "entirely"
          : paths.paths().stream().map(Sensitive::component).collect(Collectors.joining(", "));
    }

    /** As people write it, {@code account.iban}; the path is {@code /account/iban}. */
    private static String component(String path) {
      return path.substring(1).replace('/', '.').replace("~1", "/").replace("~0", "~");
    }

    boolean isNone() {
      return payload.isEmpty() && result.isEmpty();
    }
  }

  /** The schema of a payload or a result, as a table and as it is. */
  record Shape(String id, String title, List<SchemaRow> rows, String json) {
    boolean hasRows() {
      return !rows.isEmpty();
    }
  }

  /** The pause of the type. */
  record Paused(String by, When since, String reason) {}

  /** The overridden settings of the type. */
  record Overridden(String by, When at, String reason) {}

  boolean hasWeights() {
    return !weights.isEmpty();
  }

  /** The weight of a key. */
  record Weight(String key, String weight) {}

  /** A setting: what is declared, and what holds. */
  record Setting(
      String name,
      String label,
      String inputMode,
      String declared,
      String effective,
      String override) {
    boolean isOverridden() {
      return !override.isEmpty();
    }
  }

  /** Returns whether a line of the type is blocked. */
  boolean hasBlocked() {
    return !blocked.isEmpty();
  }

  /** A line that is blocked, and the job that blocks it. */
  record Blocked(String key, String jobId, String waiting, String due, String error) {}

  /** A worker that runs jobs of the type. */
  record Server(String id, String host, String state, When heartbeat, String running) {}
}
