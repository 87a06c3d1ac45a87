package dev.tenon.jobs.processor.step;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.check.Report;
import dev.tenon.jobs.processor.check.StepOwnerCheck;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.read.JobTypeReader;
import java.util.List;
import java.util.Set;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;

/** Checks that the steps, waits and cursors of a round are in handlers. */
final class StepOwnersStep {

  private static final List<ClassName> ON_METHODS =
      List.of(RuntimeTypes.STEP, RuntimeTypes.IN_DOUBT);

  private static final List<ClassName> ON_TYPES =
      List.of(
          RuntimeTypes.AWAITS,
          RuntimeTypes.BATCH,
          RuntimeTypes.AWAITS.nestedClass("List"),
          RuntimeTypes.SLEEPS,
          RuntimeTypes.SLEEPS.nestedClass("List"),
          RuntimeTypes.RESUMES_FROM);

  private final Elements elements;
  private final JobTypeReader reader;

  StepOwnersStep(ProcessingEnvironment environment) {
    this.elements = environment.getElementUtils();
    this.reader = new JobTypeReader(elements, environment.getTypeUtils());
  }

  /** Checks the elements of a round. */
  void process(RoundEnvironment round, Report report) {
    StepOwnerCheck check = new StepOwnerCheck(report, reader, elements);
    for (ClassName annotation : ON_METHODS) {
      for (ExecutableElement method : ElementFilter.methodsIn(annotated(annotation, round))) {
        if (method.getEnclosingElement() instanceof TypeElement owner) {
          check.check(method, owner, annotation.simpleName());
        }
      }
    }
    for (ClassName annotation : ON_TYPES) {
      for (TypeElement type : ElementFilter.typesIn(annotated(annotation, round))) {
        check.check(type, annotation.topLevelClassName().simpleName());
      }
    }
    for (Element parameter : annotated(RuntimeTypes.STEP_KEY, round)) {
      if (parameter instanceof VariableElement key
          && key.getEnclosingElement() instanceof ExecutableElement method) {
        check.check(key, method);
      }
    }
  }

  private Set<? extends Element> annotated(ClassName annotation, RoundEnvironment round) {
    TypeElement type = elements.getTypeElement(annotation.canonicalName());
    return type == null ? Set.of() : round.getElementsAnnotatedWith(type);
  }
}
