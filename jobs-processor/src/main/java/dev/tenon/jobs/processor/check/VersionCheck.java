package dev.tenon.jobs.processor.check;

import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.UpcasterMethod;
import dev.tenon.jobs.processor.model.Upcasters;
import java.util.List;
import java.util.Set;
import javax.lang.model.util.Elements;

/** The rules for a job type's version, and for the upcasters that read older versions. */
public final class VersionCheck {

  private final Report report;
  private final UpcasterCheck upcasterCheck;

  /**
   * A check that adds to a report.
   *
   * @param sources the names of the classes in the sources
   */
  public VersionCheck(Report report, Elements elements, Set<String> sources) {
    this.report = report;
    this.upcasterCheck = new UpcasterCheck(report, elements, sources);
  }

  /**
   * Checks the version of a job type and its upcasters.
   *
   * @param payload the methods with {@code @Upcaster} of the payload
   * @param result the methods with {@code @Upcaster} of the result
   * @return the upcasters that generated code can call
   */
  public Upcasters check(
      JobDeclaration job, List<UpcasterMethod> payload, List<UpcasterMethod> result) {
    int version = job.version().value();
    if (version < 1) {
      report.add(Diagnostic.VERSION, job.version().position(), version);
    }
    // Several types may have the same result, each with its own version. A version that is too high
    // for this type may belong to another one; UpcasterOwnerCheck sees all of them
    UpcasterCheck.Subject subject = new UpcasterCheck.Subject(job.payload(), version);
    Upcasters upcasters =
        new Upcasters(
            upcasterCheck.usable(subject, payload, true),
            upcasterCheck.usable(subject, result, false));
    int before = version - 1;
    boolean written =
        payload.stream().anyMatch(upcaster -> upcaster.from().value() == before)
            || result.stream().anyMatch(upcaster -> upcaster.from().value() == before);
    if (version > 1 && !written) {
      report.add(
          Diagnostic.MISSING_UPCASTER,
          job.version().position(),
          job.typeName(),
          version,
          job.result().value().shaped()
              ? "neither %s nor %s has"
                  .formatted(
                      DisplayNames.simple(job.payload()),
                      DisplayNames.simple(job.result().value().name()))
              : DisplayNames.simple(job.payload()) + " does not have",
          before,
          before);
    }
    return upcasters;
  }
}
