package dev.tenon.jobs.processor.step;

import dev.tenon.jobs.processor.check.Report;
import dev.tenon.jobs.processor.check.TaskInputOwnerCheck;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.read.JobTypeReader;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;

/** Checks that the methods of a round with {@code @FromResults} are in the right classes. */
final class TaskInputOwnersStep {

  private final Elements elements;
  private final JobTypeReader reader;

  /** Creates a step. */
  TaskInputOwnersStep(ProcessingEnvironment environment) {
    this.elements = environment.getElementUtils();
    this.reader = new JobTypeReader(elements, environment.getTypeUtils());
  }

  /** Checks the methods of a round. */
  void process(RoundEnvironment round, Report report) {
    TypeElement annotation = elements.getTypeElement(RuntimeTypes.FROM_RESULTS.canonicalName());
    if (annotation == null) {
      return;
    }
    TaskInputOwnerCheck check = new TaskInputOwnerCheck(report, reader);
    for (ExecutableElement method :
        ElementFilter.methodsIn(round.getElementsAnnotatedWith(annotation))) {
      if (method.getEnclosingElement() instanceof TypeElement owner) {
        check.check(method, owner);
      }
    }
  }
}
