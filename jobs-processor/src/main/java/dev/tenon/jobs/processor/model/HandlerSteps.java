package dev.tenon.jobs.processor.model;

import com.palantir.javapoet.ClassName;
import java.util.List;
import java.util.Optional;

/**
 * Everything of a handler that is kept with its jobs, as its annotations declare it.
 *
 * @param handler the handler
 * @param steps the steps, those of the handler before inherited ones
 * @param inDoubt the methods that find out what became of steps
 * @param waits the waits and sleeps, in the order of the source
 * @param cursor the cursor; empty if there is none
 */
public record HandlerSteps(
    HandlerDeclaration handler,
    List<StepMethod> steps,
    List<InDoubtMethod> inDoubt,
    List<WaitDeclaration> waits,
    Optional<CursorDeclaration> cursor) {

  /** The generated class with the methods that the handler calls. */
  public ClassName generated() {
    return GeneratedNames.steps(handler.handler());
  }
}
