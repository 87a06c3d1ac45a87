package dev.tenon.jobs.processor.check;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.TypeName;
import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.ModuleContents;
import dev.tenon.jobs.processor.model.ModuleContents.Member;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.model.UpcasterMethod;
import dev.tenon.jobs.processor.model.WritableSteps;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The rule that each upcaster belongs to a payload, a result or a signal, and reads a version that
 * one of its job types has had.
 */
public final class UpcasterOwnerCheck {

  private final Report report;

  /** A check that adds to a report. */
  public UpcasterOwnerCheck(Report report) {
    this.report = report;
  }

  /**
   * Checks all upcasters of a compilation.
   *
   * @param upcasters the methods with {@code @Upcaster}
   * @param contents the module of the compilation
   * @param steps its handlers with steps, waits or a cursor
   */
  public void check(
      List<UpcasterMethod> upcasters, ModuleContents contents, List<WritableSteps> steps) {
    List<JobDeclaration> jobs = contents.members().stream().map(Member::job).toList();
    Set<ClassName> checked =
        jobs.stream().map(JobDeclaration::payload).collect(Collectors.toCollection(HashSet::new));
    contents.signalMembers().forEach(member -> checked.add(member.signal().record()));
    Map<TypeName, Integer> highest = new HashMap<>();
    jobs.forEach(
        job -> highest.merge(job.result().value().name(), job.version().value(), Math::max));
    jobs.forEach(
        job ->
            job.emitted().ifPresent(name -> highest.merge(name, job.version().value(), Math::max)));
    addSteps(jobs, steps, highest);
    for (UpcasterMethod upcaster : upcasters) {
      ClassName owner = ClassName.get(upcaster.owner());
      if (checked.contains(owner)) {
        continue;
      }
      Integer version = highest.get(owner);
      if (version == null) {
        report.add(
            Diagnostic.UPCASTER,
            SourcePosition.of(upcaster.method()),
            "%s is in %s, which is not a payload, a result, an emitted value, a signal or a cursor. Move it"
                .formatted(upcaster.name(), DisplayNames.simple(owner)));
      } else if (upcaster.from().value() >= version) {
        report.add(
            Diagnostic.UPCASTER_VERSION,
            upcaster.from().position(),
            ("from = %1$d is not an earlier version, because no job type with the result %2$s has "
                    + "a version above %1$d. Write an earlier one")
                .formatted(upcaster.from().value(), DisplayNames.simple(owner)));
      }
    }
  }

  /** Adds the records that are kept with the jobs of handlers, by the versions of the job types. */
  private static void addSteps(
      List<JobDeclaration> jobs, List<WritableSteps> steps, Map<TypeName, Integer> highest) {
    for (WritableSteps each : steps) {
      jobs.stream()
          .filter(job -> job.typeName().equals(each.handler().typeName()))
          .forEach(
              job ->
                  each.values()
                      .forEach(
                          value -> highest.merge(value.type(), job.version().value(), Math::max)));
    }
  }
}
