package dev.tenon.jobs.processor.step;

import dev.tenon.jobs.processor.check.Report;
import dev.tenon.jobs.processor.check.SensitivePlaceCheck;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;

/** Checks where {@code @Sensitive} is in the classes of a round. */
final class SensitiveStep {

  private final Elements elements;

  /** A step. */
  SensitiveStep(ProcessingEnvironment environment) {
    this.elements = environment.getElementUtils();
  }

  /** Checks those of a round. */
  void process(RoundEnvironment round, Report report) {
    TypeElement annotation = elements.getTypeElement(RuntimeTypes.SENSITIVE.canonicalName());
    if (annotation == null) {
      return;
    }
    SensitivePlaceCheck check = new SensitivePlaceCheck(report);
    for (Element element : round.getElementsAnnotatedWith(annotation)) {
      check.check(element);
    }
  }
}
