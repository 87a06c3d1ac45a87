package dev.tenon.jobs.processor.step;

import dev.tenon.jobs.processor.check.Report;
import dev.tenon.jobs.processor.check.SensitivePlaceCheck;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;

/** Checks the places of {@code @Sensitive} in the classes of a round. */
final class SensitiveStep {

  private final Elements elements;

  /** Creates a step. */
  SensitiveStep(ProcessingEnvironment environment) {
    this.elements = environment.getElementUtils();
  }

  /** Checks the places in a round. */
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
