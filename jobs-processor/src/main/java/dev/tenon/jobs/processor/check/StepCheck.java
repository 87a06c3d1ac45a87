package dev.tenon.jobs.processor.check;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.model.Attribute;
import dev.tenon.jobs.processor.model.Durations;
import dev.tenon.jobs.processor.model.GeneratedNames;
import dev.tenon.jobs.processor.model.HandlerMethod;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.model.StepMethod;
import dev.tenon.jobs.processor.model.StepParameter;
import dev.tenon.jobs.processor.model.StepParameter.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.type.WildcardType;

/** The rules for a single step. */
final class StepCheck {

  private static final Set<TypeKind> WHOLE_NUMBERS =
      Set.of(TypeKind.BYTE, TypeKind.SHORT, TypeKind.INT, TypeKind.LONG);

  private static final Set<String> KEYS =
      Set.of(
          "java.lang.Byte",
          "java.lang.Integer",
          "java.lang.Long",
          "java.lang.Short",
          "java.lang.String",
          "java.util.UUID");

  private final Report report;
  private final ClassName handler;

  StepCheck(Report report, ClassName handler) {
    this.report = report;
    this.handler = handler;
  }

  /** Checks a step, except for its name and its result, and returns whether it can be called. */
  boolean check(StepMethod step) {
    boolean isCallable = checkForm(step.method());
    isCallable &= checkParameters(step.method());
    isCallable &= checkReturned(step.method());
    checkLimits(step);
    return isCallable;
  }

  /** Checks the declaration of a method, and returns whether generated code can call it. */
  boolean checkForm(HandlerMethod method) {
    Optional<String> fault = fault(method);
    fault.ifPresent(text -> report.add(Diagnostic.STEP, method.position(), text));
    boolean isNameable = true;
    for (StepParameter parameter : method.parameters()) {
      isNameable &= checkAccess(parameter.mirror(), method, "takes");
    }
    for (TypeMirror thrown : method.thrown()) {
      isNameable &= checkAccess(thrown, method, "throws");
    }
    return fault.isEmpty() && isNameable;
  }

  private Optional<String> fault(HandlerMethod method) {
    String name = method.name() + "()";
    Set<Modifier> modifiers = method.implementation().getModifiers();
    if (modifiers.contains(Modifier.PRIVATE)) {
      return Optional.of(name + " is private. Remove 'private'");
    }
    if (modifiers.contains(Modifier.STATIC)) {
      return Optional.of(name + " is static. Remove 'static'");
    }
    if (!method.implementation().getTypeParameters().isEmpty()) {
      return Optional.of(name + " has type parameters. Name the types");
    }
    if (method.isOverloaded()) {
      return Optional.of(
          "%s has several methods named '%s'. Rename this one or the others"
              .formatted(DisplayNames.simple(handler), method.name()));
    }
    boolean isElsewhere =
        !Accessibility.packageOf(method.implementation())
            .getQualifiedName()
            .contentEquals(handler.packageName());
    if (isElsewhere && !modifiers.contains(Modifier.PUBLIC)) {
      return Optional.of(
          "%s is declared in package %s and called from package %s. Make it public"
              .formatted(
                  name, Accessibility.packageOf(method.implementation()), handler.packageName()));
    }
    return method.thrown().stream().anyMatch(StepCheck::isThrowable)
        ? Optional.of(name + " throws Throwable. Declare Exception")
        : Optional.empty();
  }

  private static boolean isThrowable(TypeMirror type) {
    return type instanceof DeclaredType declared
        && ((TypeElement) declared.asElement())
            .getQualifiedName()
            .contentEquals("java.lang.Throwable");
  }

  private boolean checkAccess(TypeMirror type, HandlerMethod method, String verb) {
    List<TypeElement> named = new ArrayList<>();
    addClasses(type, named);
    boolean isNameable = true;
    for (TypeElement each : named) {
      Optional<String> hindrance = Accessibility.hindrance(each, handler.packageName());
      hindrance.ifPresent(
          text ->
              report.add(
                  Diagnostic.NOT_ACCESSIBLE,
                  method.position(),
                  handler.packageName(),
                  "%s, which %s() %s".formatted(DisplayNames.name(each), method.name(), verb),
                  text));
      isNameable &= hindrance.isEmpty();
    }
    return isNameable;
  }

  private static void addClasses(TypeMirror type, List<TypeElement> classes) {
    if (type instanceof ArrayType array) {
      addClasses(array.getComponentType(), classes);
    } else if (type instanceof WildcardType wildcard) {
      Stream.of(
              Optional.ofNullable(wildcard.getExtendsBound()),
              Optional.ofNullable(wildcard.getSuperBound()))
          .flatMap(Optional::stream)
          .forEach(bound -> addClasses(bound, classes));
    } else if (type instanceof DeclaredType declared && type.getKind() == TypeKind.DECLARED) {
      classes.add((TypeElement) declared.asElement());
      declared.getTypeArguments().forEach(argument -> addClasses(argument, classes));
    }
  }

  private boolean checkParameters(HandlerMethod method) {
    boolean isUsable = checkOnlyOne(method, Role.CONTEXT, "StepContext");
    isUsable &= checkOnlyOne(method, Role.CONNECTION, "Connection");
    isUsable &= checkNoSteps(method);
    List<StepParameter> keys = with(method, Role.KEY);
    if (keys.size() > 1) {
      report.add(
          Diagnostic.STEP_KEY,
          SourcePosition.of(keys.get(1).element()),
          "%s() has %d parameters with @StepKey, '%s' and '%s'"
              .formatted(method.name(), keys.size(), keys.get(0).name(), keys.get(1).name()),
          "Combine them in one String, or remove the annotation from one");
      isUsable = false;
    }
    for (StepParameter key : keys) {
      if (!isKey(key.mirror())) {
        report.add(
            Diagnostic.STEP_KEY,
            SourcePosition.of(key.element()),
            "'%s' of %s() has the type %s"
                .formatted(key.name(), method.name(), DisplayNames.simple(key.mirror())),
            "Pass an id of it, and the value itself as another parameter");
        isUsable = false;
      }
    }
    return isUsable;
  }

  private static List<StepParameter> with(HandlerMethod method, Role role) {
    return method.parameters().stream().filter(each -> each.role() == role).toList();
  }

  private boolean checkOnlyOne(HandlerMethod method, Role role, String type) {
    List<StepParameter> found = with(method, role);
    if (found.size() > 1) {
      report.add(
          Diagnostic.STEP_PARAMETERS,
          SourcePosition.of(found.get(1).element()),
          method.name(),
          found.size(),
          type);
    }
    return found.size() <= 1;
  }

  private boolean checkNoSteps(HandlerMethod method) {
    String generated = GeneratedNames.steps(handler).simpleName();
    Optional<StepParameter> steps =
        method.parameters().stream()
            .filter(
                each ->
                    each.mirror() instanceof DeclaredType declared
                        && declared.asElement().getSimpleName().contentEquals(generated))
            .findFirst();
    steps.ifPresent(
        each ->
            report.add(
                Diagnostic.STEP_IN_STEP,
                SourcePosition.of(each.element()),
                "The step %s() takes the steps of the handler".formatted(method.name())));
    return steps.isEmpty();
  }

  private static boolean isKey(TypeMirror type) {
    if (WHOLE_NUMBERS.contains(type.getKind())) {
      return true;
    }
    return type instanceof DeclaredType declared
        && (declared.asElement().getKind() == ElementKind.ENUM
            || KEYS.contains(((TypeElement) declared.asElement()).getQualifiedName().toString()));
  }

  /** Returns whether a method returns {@code Void}. */
  static boolean isVoid(HandlerMethod method) {
    return method.returned() instanceof DeclaredType declared
        && ((TypeElement) declared.asElement()).getQualifiedName().contentEquals("java.lang.Void");
  }

  private boolean checkReturned(HandlerMethod method) {
    boolean isVoid = isVoid(method);
    if (isVoid) {
      report.add(
          Diagnostic.STEP_RESULT,
          method.position(),
          method.name(),
          "returns Void, which has no values",
          "Let it return void");
    } else if (method.isNullable()) {
      String type = DisplayNames.simple(method.returned());
      report.add(
          Diagnostic.STEP_RESULT,
          method.position(),
          method.name(),
          "may return null",
          "Let it return Optional<%s>, or remove @Nullable".formatted(type));
    }
    return !isVoid && !method.isNullable();
  }

  private void checkLimits(StepMethod step) {
    if (step.timeout().explicit() && !DurationRange.TIMEOUT.contains(step.timeout())) {
      report.add(
          Diagnostic.TIMEOUT, step.timeout().position(), Durations.FORMS, step.timeout().value());
    }
    int attempts = step.maxAttempts().value();
    if (attempts < 0 || (step.maxAttempts().explicit() && attempts == 0)) {
      report.add(
          Diagnostic.STEP_ATTEMPTS,
          step.maxAttempts().position(),
          "maxAttempts of the step '%s' is %d, but it counts the first attempt"
              .formatted(step.name().value(), attempts),
          "Write at least 1, or remove it to use the attempts of the job");
    }
    List<Attribute<String>> delays = step.retryDelays().value();
    if (!step.retryDelays().explicit()) {
      return;
    }
    for (Attribute<String> delay : delays) {
      if (!DurationRange.RETRY_DELAY.contains(delay)) {
        report.add(Diagnostic.RETRY_DELAY, delay.position(), Durations.FORMS, delay.value());
      }
    }
    if (!step.maxAttempts().explicit()) {
      report.add(
          Diagnostic.STEP_ATTEMPTS,
          step.retryDelays().position(),
          "The step '%s' has retryDelays, but its failures are retried with the job"
              .formatted(step.name().value()),
          "Write maxAttempts = %d, or remove retryDelays".formatted(delays.size() + 1));
    } else if (attempts >= 1) {
      RetryCheck.checkUnused(attempts, delays, report);
    }
  }
}
