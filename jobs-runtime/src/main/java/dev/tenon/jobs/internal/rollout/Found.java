package dev.tenon.jobs.internal.rollout;

import dev.tenon.jobs.operate.JobRollouts.Finding;
import dev.tenon.jobs.operate.JobRollouts.Kind;
import dev.tenon.jobs.operate.JobRollouts.Report;
import dev.tenon.jobs.operate.JobRollouts.Verdict;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/** A finding. */
record Found(
    Verdict verdict,
    Kind kind,
    String subject,
    long jobs,
    List<UUID> oldest,
    String message,
    String remedy)
    implements Finding {

  /** The strictest first; then as the kinds are listed, which begins with what loses jobs. */
  static final Comparator<Finding> ORDER =
      Comparator.comparing(Finding::verdict)
          .reversed()
          .thenComparing(Finding::kind)
          .thenComparing(Finding::subject)
          .thenComparing(Finding::message);

  /** A finding that is not about jobs. */
  Found(Verdict verdict, Kind kind, String subject, String message, String remedy) {
    this(verdict, kind, subject, 0, List.of(), message, remedy);
  }

  /**
   * A report.
   *
   * @param findings the findings, in their order
   */
  record Findings(List<Finding> findings) implements Report {

    Findings {
      findings = findings.stream().sorted(ORDER).toList();
    }

    @Override
    public Verdict verdict() {
      return findings.isEmpty() ? Verdict.GO : findings.get(0).verdict();
    }
  }
}
