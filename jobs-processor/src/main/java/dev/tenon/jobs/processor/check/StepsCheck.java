package dev.tenon.jobs.processor.check;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.model.CursorDeclaration;
import dev.tenon.jobs.processor.model.HandlerMethod;
import dev.tenon.jobs.processor.model.HandlerSteps;
import dev.tenon.jobs.processor.model.StepMethod;
import dev.tenon.jobs.processor.model.StoredValue;
import dev.tenon.jobs.processor.model.WaitDeclaration;
import dev.tenon.jobs.processor.model.WritableSteps;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/** The rules for the steps, waits and cursor of one handler. */
public final class StepsCheck {

  private final Report report;
  private final Elements elements;
  private final Types types;
  private final Set<String> sources;

  /**
   * A check that adds to a report.
   *
   * @param sources the names of the classes in the sources
   */
  public StepsCheck(Report report, Elements elements, Types types, Set<String> sources) {
    this.report = report;
    this.elements = elements;
    this.types = types;
    this.sources = sources;
  }

  /** Checks a handler, and returns the parts that can be written. */
  public WritableSteps check(HandlerSteps steps) {
    ClassName handler = steps.handler().handler();
    StepNameCheck names = new StepNameCheck(report);
    names.check(steps);
    WaitCheck waitCheck = new WaitCheck(report, handler.packageName());
    List<WaitDeclaration> waits =
        steps.waits().stream()
            .filter(wait -> waitCheck.check(wait) && names.isUsable(wait))
            .toList();
    StoredValueCheck values =
        new StoredValueCheck(report, elements, types, sources, handler.packageName());
    // Several job types, each with its own version, may keep the same record
    StoredValueCheck.Owner owner =
        new StoredValueCheck.Owner(handler, UpcasterCheck.Subject.ANY, false);
    Map<String, HandlerMethod> inDoubt = new InDoubtCheck(report, types).check(steps);
    StepCheck stepCheck = new StepCheck(report, handler);
    steps.inDoubt().forEach(finder -> stepCheck.checkForm(finder.method()));
    List<WritableSteps.Step> writable = new ArrayList<>();
    for (StepMethod step : steps.steps()) {
      boolean isCallable = stepCheck.check(step);
      Optional<StoredValue> result =
          step.result()
              .filter(value -> !StepCheck.isVoid(step.method()))
              .flatMap(value -> values.check(value, "the result of ", owner));
      Optional<HandlerMethod> finder = Optional.ofNullable(inDoubt.get(step.name().value()));
      boolean hasResult = result.filter(StoredValue::isJson).isPresent() || step.method().isVoid();
      boolean isDecided = step.repeatable().value() || finder.isPresent();
      if (isCallable && hasResult && isDecided && names.isUsable(step)) {
        writable.add(
            new WritableSteps.Step(
                step.withResult(result), finder.filter(unused -> !step.repeatable().value())));
      }
    }
    return new WritableSteps(
        steps.handler(),
        writable,
        waits,
        steps.cursor().flatMap(cursor -> cursor(cursor, values, owner)));
  }

  private Optional<StoredValue> cursor(
      CursorDeclaration cursor, StoredValueCheck values, StoredValueCheck.Owner owner) {
    if (cursor.value().isEmpty()) {
      report.add(Diagnostic.CURSOR, cursor.position(), DisplayNames.simple(cursor.written()));
      return Optional.empty();
    }
    return values.check(cursor.value().get(), "the ", owner).filter(StoredValue::isJson);
  }

  /** Returns whether a class can be written for a handler, and reports a name that is too long. */
  public boolean isNameable(WritableSteps steps) {
    return new FileNameCheck(report).check(steps)
        && Accessibility.hindrance(
                steps.handler().element(), steps.handler().handler().packageName())
            .isEmpty();
  }
}
