package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.dashboard.Format.When;
import io.jstach.jstache.JStache;
import java.util.List;

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
    List<JobView.Fact> facts,
    List<Setting> settings,
    List<Overridden> overridden,
    List<Server> servers,
    boolean isServed,
    List<Option> priorities,
    boolean isDeclaredHere,
    List<Shape> shapes,
    List<AuditView.Row> audit,
    boolean hasAudit) {

  boolean hasDescription() {
    return !description.isEmpty();
  }

  /** The schema of a payload or a result, as a table and as it is. */
  record Shape(String id, String title, List<SchemaRow> rows, String json) {
    boolean hasRows() {
      return !rows.isEmpty();
    }
  }

  /** Who has paused the type. */
  record Paused(String by, When since, String reason) {}

  /** Who has overridden settings. */
  record Overridden(String by, When at, String reason) {}

  /** A setting: what is declared, and what holds. */
  record Setting(String name, String label, String declared, String effective, String override) {
    boolean isOverridden() {
      return !override.isEmpty();
    }
  }

  /** A worker that runs jobs of the type. */
  record Server(String id, String host, String state, When heartbeat, String running) {}
}
