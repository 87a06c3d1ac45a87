package dev.tenon.jobs.processor.check;

import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.UpcasterMethod;
import dev.tenon.jobs.processor.model.Upcasters;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
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
   * @param emitted the methods with {@code @Upcaster} of what the jobs emit
   * @return the upcasters that generated code can call
   */
  public Upcasters check(
      JobDeclaration job,
      List<UpcasterMethod> payload,
      List<UpcasterMethod> result,
      List<UpcasterMethod> emitted) {
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
        Stream.of(payload, result, emitted)
            .flatMap(List::stream)
            .anyMatch(upcaster -> upcaster.from().value() == before);
    if (version > 1 && !written) {
      report.add(
          Diagnostic.MISSING_UPCASTER,
          job.version().position(),
          job.typeName(),
          version,
          haveNone(job),
          before,
          before);
    }
    return upcasters;
  }

  /** Says that none of the classes of a job type that could have an upcaster has one. */
  private static String haveNone(JobDeclaration job) {
    List<String> classes = new ArrayList<>();
    classes.add(DisplayNames.simple(job.payload()));
    if (job.result().value().shaped()) {
      classes.add(DisplayNames.simple(job.result().value().name()));
    }
    job.emitted().map(DisplayNames::simple).ifPresent(classes::add);
    List<String> different = classes.stream().distinct().toList();
    return different.size() == 1
        ? different.get(0) + " does not have"
        : "neither " + String.join(" nor ", different) + " has";
  }
}
