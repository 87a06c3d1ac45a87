package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.dashboard.Format.When;
import dev.tenon.jobs.operate.JobAudit;
import dev.tenon.jobs.operate.JobOperation;
import io.jstach.jstache.JStache;
import java.util.List;

/** The manual actions. */
@JStache(path = "audit")
record AuditView(
    Frame frame,
    Search search,
    List<String> actions,
    String criteria,
    List<Row> rows,
    boolean isEmpty,
    String next,
    List<Operation> operations) {

  /** The search, as the user entered it. */
  record Search(String by, String action, String target, String from, String to) {}

  boolean hasCriteria() {
    return !criteria.isEmpty();
  }

  boolean hasNext() {
    return !next.isEmpty();
  }

  boolean hasOperations() {
    return !operations.isEmpty();
  }

  /** One thing that was done. */
  record Row(
      When at,
      String by,
      String action,
      String target,
      String href,
      String reason,
      String outcome) {

    static Row of(JobAudit.Entry entry, Format format, String base) {
      return new Row(
          format.when(entry.at()),
          entry.by(),
          entry.action(),
          entry.target(),
          href(entry, base),
          entry.reason().orElse(""),
          entry.outcome());
    }

    private static String href(JobAudit.Entry entry, String base) {
      String target = Parameters.encode(entry.target());
      return switch (entry.action()) {
        case "cancel job",
            "retry job",
            "reschedule job",
            "reprioritize job",
            "move job",
            "let jobs pass",
            "mark step done",
            "mark step not done",
            "run again from step",
            "send signal" ->
            base + "/jobs/" + target;
        case "pause type",
            "resume type",
            "override type",
            "clear overrides",
            "weigh key",
            "apply settings to waiting jobs",
            "submit job" ->
            base + "/types/" + target;
        default -> "";
      };
    }

    boolean hasHref() {
      return !href.isEmpty();
    }
  }

  /** A bulk operation. */
  record Operation(
      When began,
      String by,
      String kind,
      String query,
      String reason,
      String state,
      String matched,
      String changed,
      String askedToStop,
      String skipped) {

    static Operation of(JobOperation operation, Format format) {
      return new Operation(
          format.when(operation.beganAt()),
          operation.by(),
          operation.kind().code() + operation.target().map(target -> " → " + target).orElse(""),
          operation.query(),
          operation.reason(),
          operation
              .error()
              .map(error -> "ended early: " + error)
              .orElse(operation.isEnded() ? "done" : "in progress"),
          Format.number(operation.counts().matched()),
          Format.number(operation.counts().changed()),
          Format.number(operation.counts().askedToStop()),
          Format.number(operation.counts().skipped() + operation.counts().locked()));
    }
  }
}
