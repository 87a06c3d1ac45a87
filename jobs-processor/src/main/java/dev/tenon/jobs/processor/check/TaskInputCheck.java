package dev.tenon.jobs.processor.check;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.Shapes;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.model.TaskInputMethod;
import dev.tenon.jobs.processor.model.TaskInputMethod.Parameter;
import dev.tenon.jobs.processor.model.TaskInputMethod.Returned;
import dev.tenon.jobs.processor.model.TypeNames;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;

/** The rules for the methods with {@code @FromResults} of one payload. */
public final class TaskInputCheck {

  private static final int MAX_RESULTS = 3;

  private static final String DEFINITION = "DEFINITION";

  private static final String EMITTED = "EMITTED";

  private final Report report;
  private final JobDeclaration job;
  private final String payload;

  /**
   * A check of one payload.
   *
   * @param report the report that faults are added to
   */
  public TaskInputCheck(Report report, JobDeclaration job) {
    this.report = report;
    this.job = job;
    this.payload = DisplayNames.simple(job.payload());
  }

  /**
   * Checks the methods.
   *
   * @param shapes the upcasters of payload and result, whose classes the generated class names
   * @return the methods that constants can be written for, sorted by the constants' names
   */
  public List<TaskInputMethod> check(List<TaskInputMethod> methods, List<Shapes> shapes) {
    if (methods.isEmpty()) {
      return List.of();
    }
    Set<String> classes =
        shapes.stream()
            .flatMap(all -> all.records().keySet().stream())
            .map(record -> TypeNames.raw(record).topLevelClassName().simpleName())
            .collect(Collectors.toSet());
    Map<String, TaskInputMethod> byConstant = new HashMap<>();
    List<TaskInputMethod> usable = new ArrayList<>();
    for (TaskInputMethod method : methods) {
      Report faults = new Report();
      TaskInputMethod other = byConstant.putIfAbsent(method.constant(), method);
      boolean isReported = other != null && other.name().equals(method.name());
      form(method)
          .filter(fault -> !(method.overloaded() && isReported))
          .ifPresent(
              fault ->
                  faults.add(Diagnostic.TASK_INPUT, SourcePosition.of(method.method()), fault));
      if (other != null && !isReported) {
        addClash(
            method,
            "%s() and %s() both make the constant %s"
                .formatted(other.name(), method.name(), method.constant()),
            faults);
      } else if (classes.contains(method.constant())) {
        addClash(
            method,
            "%s() makes the constant %2$s, which hides the class %2$s"
                .formatted(method.name(), method.constant()),
            faults);
      }
      if (method.method().getTypeParameters().isEmpty()) {
        checkReturned(method, faults);
        checkParameters(method, faults);
      }
      if (!faults.hasErrors() && !method.overloaded()) {
        usable.add(method);
      }
      report.addErrors(faults);
    }
    usable.sort(Comparator.comparing(TaskInputMethod::constant));
    return usable;
  }

  private void addClash(TaskInputMethod method, String clash, Report faults) {
    faults.add(
        Diagnostic.NAME_CLASH,
        SourcePosition.of(method.method()),
        "In %s, %s".formatted(job.definition().simpleName(), clash));
  }

  /** Returns the fault of a method's declaration, apart from its types. */
  private Optional<String> form(TaskInputMethod method) {
    String name = method.name() + "()";
    if (method.method().getModifiers().contains(Modifier.PRIVATE)) {
      return Optional.of(name + " is private, but generated code calls it. Remove 'private'");
    }
    if (!method.method().getModifiers().contains(Modifier.STATIC)) {
      return Optional.of(
          name + " is not static, but no payload exists yet to call it on. Make it static");
    }
    if (!method.method().getTypeParameters().isEmpty()) {
      return Optional.of(
          name
              + " has type parameters, but each task has a result of a known type. Name the types");
    }
    if (method.overloaded()) {
      return Optional.of(
          ("%s has several methods named '%s', but a workflow identifies a method with "
                  + "@FromResults by its name alone. Rename this one or the others")
              .formatted(payload, method.name()));
    }
    if (isTaken(method.constant())) {
      return Optional.of(
          "%s makes the constant %s, which %s already has. Rename the method"
              .formatted(name, method.constant(), job.definition().simpleName()));
    }
    return method.thrown().stream()
        .findFirst()
        .map(
            thrown ->
                ("%s throws the checked exception %s, which generated code does not handle. Throw "
                        + "an unchecked one")
                    .formatted(name, DisplayNames.simple(thrown)));
  }

  /** Returns whether the generated class itself already has a constant with this name. */
  private boolean isTaken(String constant) {
    return constant.equals(DEFINITION) || (constant.equals(EMITTED) && job.emitted().isPresent());
  }

  private void checkReturned(TaskInputMethod method, Report faults) {
    String returned = DisplayNames.simple(method.method().getReturnType());
    boolean isOne = method.results().size() <= 1;
    String fault;
    String fix;
    if (method.returned() == Returned.OTHER) {
      fault = "returns " + returned;
      fix = isOne ? "%1$s, Optional<%1$s> or List<%1$s>" : "%1$s or Optional<%1$s>";
    } else if (method.returned() == Returned.LIST && !isOne) {
      fault = "returns %s from %d results".formatted(returned, method.results().size());
      fix = "%1$s or Optional<%1$s>";
    } else if (method.nullable()) {
      fault =
          method.returned() == Returned.LIST
              ? "may return null or a list with null"
              : "may return null";
      fix = method.returned() == Returned.LIST ? "List<%1$s> without @Nullable" : "Optional<%1$s>";
    } else {
      return;
    }
    faults.add(
        Diagnostic.TASK_INPUT_RETURN,
        SourcePosition.of(method.method()),
        method.name(),
        fault,
        fix.formatted(payload));
  }

  private void checkParameters(TaskInputMethod method, Report faults) {
    Optional<Parameter> misplaced =
        method.results().stream().filter(Parameter::isPayload).findFirst();
    int results = method.results().size();
    if (misplaced.isPresent()) {
      faults.add(
          Diagnostic.TASK_INPUT_PARAMETERS,
          SourcePosition.of(misplaced.get().element()),
          method.name(),
          method.takesDraft() ? payload + " twice" : "the draft " + payload + " after a result",
          method.takesDraft() ? "Remove one of them" : "Put the draft first");
    } else if (results == 0 || results > MAX_RESULTS) {
      faults.add(
          Diagnostic.TASK_INPUT_PARAMETERS,
          SourcePosition.of(method.method()),
          method.name(),
          results > 0 ? results + " results" : method.takesDraft() ? "only a draft" : "nothing",
          results > 0
              ? "Let a task before it combine some of them"
              : "Add a parameter for the result of an earlier task");
    }
    method.results().forEach(result -> checkResult(method, result, faults));
  }

  private void checkResult(TaskInputMethod method, Parameter result, Report faults) {
    SourcePosition position = SourcePosition.of(result.element());
    if (result.fault().isPresent()) {
      faults.add(
          Diagnostic.TASK_INPUT_RESULT,
          position,
          result.element().getSimpleName(),
          method.name(),
          DisplayNames.simple(result.type()),
          result.fault().get().what(),
          result.fault().get().fix());
      return;
    }
    String packageName = job.payload().packageName();
    for (TypeElement named : result.classes()) {
      Accessibility.hindrance(named, packageName)
          .ifPresent(
              hindrance ->
                  faults.add(
                      Diagnostic.NOT_ACCESSIBLE,
                      position,
                      packageName,
                      "%s, which %s() takes"
                          .formatted(DisplayNames.simple(ClassName.get(named)), method.name()),
                      hindrance));
    }
  }
}
