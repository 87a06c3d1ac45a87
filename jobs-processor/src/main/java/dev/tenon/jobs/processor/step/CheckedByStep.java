package dev.tenon.jobs.processor.step;

import dev.tenon.jobs.processor.check.CheckedAnnotationCheck;
import dev.tenon.jobs.processor.check.Report;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.read.OwnConstraintReader;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.ElementFilter;

/** Checks each annotation type of a round that has {@code @CheckedBy}. */
final class CheckedByStep {

  private final ProcessingEnvironment environment;

  /** Creates a step. */
  CheckedByStep(ProcessingEnvironment environment) {
    this.environment = environment;
  }

  /**
   * Checks the annotation types of a round; those that name a missing class are left to the
   * compiler.
   */
  void process(RoundEnvironment round, Report report) {
    TypeElement checkedBy =
        environment.getElementUtils().getTypeElement(RuntimeTypes.CHECKED_BY.canonicalName());
    if (checkedBy == null) {
      return;
    }
    CheckedAnnotationCheck check =
        new CheckedAnnotationCheck(
            report, environment.getElementUtils(), environment.getTypeUtils());
    for (TypeElement type : ElementFilter.typesIn(round.getElementsAnnotatedWith(checkedBy))) {
      OwnConstraintReader.annotation(type).ifPresent(check::check);
    }
  }
}
