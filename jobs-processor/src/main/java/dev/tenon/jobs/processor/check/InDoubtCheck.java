package dev.tenon.jobs.processor.check;

import dev.tenon.jobs.processor.model.HandlerMethod;
import dev.tenon.jobs.processor.model.HandlerSteps;
import dev.tenon.jobs.processor.model.InDoubtMethod;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.model.StepMethod;
import dev.tenon.jobs.processor.model.StepParameter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.PrimitiveType;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Types;

/**
 * The rules for steps that are not repeatable, and for the methods that find out what became of
 * them.
 */
final class InDoubtCheck {

  private final Report report;
  private final Types types;

  InDoubtCheck(Report report, Types types) {
    this.report = report;
    this.types = types;
  }

  /** Checks a handler, and returns the usable methods by the names of their steps. */
  Map<String, HandlerMethod> check(HandlerSteps steps) {
    Map<String, StepMethod> byName = new HashMap<>();
    steps.steps().forEach(step -> byName.putIfAbsent(step.name().value(), step));
    Map<String, InDoubtMethod> named = new HashMap<>();
    Map<String, HandlerMethod> usable = new HashMap<>();
    for (InDoubtMethod finder : steps.inDoubt()) {
      StepMethod step = byName.get(finder.step().value());
      if (step == null) {
        unknown(finder, StepNameCheck.names(steps));
        continue;
      }
      InDoubtMethod other = named.putIfAbsent(finder.step().value(), finder);
      if (other != null) {
        add(
            finder.step().position(),
            "%s() and %s() are both about the step '%s'. Remove one of them."
                .formatted(other.method().name(), finder.method().name(), finder.step().value()));
      } else if (step.repeatable().value()) {
        add(
            finder.step().position(),
            ("%s() is about the step '%s', which is repeatable: it runs again when it is unknown "
                    + "what became of it. Write repeatable = false on %s(), or remove this method.")
                .formatted(finder.method().name(), finder.step().value(), step.method().name()));
      } else if (matches(finder, step)) {
        usable.put(finder.step().value(), finder.method());
      }
    }
    steps.steps().forEach(step -> checkStep(step, named));
    return usable;
  }

  private void checkStep(StepMethod step, Map<String, InDoubtMethod> named) {
    if (step.repeatable().value()) {
      return;
    }
    String name = step.name().value();
    if (step.method().isTransactional()) {
      add(
          step.repeatable().position(),
          ("%s() takes a Connection, so what it writes and its record are committed together, and "
                  + "it is never in doubt. Remove repeatable = false.")
              .formatted(step.method().name()));
    } else if (!named.containsKey(name)) {
      add(
          step.repeatable().position(),
          ("The step '%s' is not repeatable, so something has to find out what became of it if "
                  + "its worker dies. Write a method with @InDoubt(\"%s\"): %s.")
              .formatted(name, name, wanted(step)));
    }
  }

  private void unknown(InDoubtMethod finder, Set<String> known) {
    String name = finder.step().value();
    String hint =
        Suggestion.nearest(name, known)
            .map(meant -> "Did you mean '" + meant + "'?")
            .orElse(
                known.isEmpty()
                    ? "Write a method with @Step(repeatable = false)."
                    : "The steps are " + Suggestion.listed(known) + ".");
    String fault = "%s() is about the step '%s', which the handler does not have. %s";
    add(finder.step().position(), fault.formatted(finder.method().name(), name, hint));
  }

  private boolean matches(InDoubtMethod finder, StepMethod step) {
    boolean sameParameters = haveSameParameters(finder.method(), step.method());
    if (!sameParameters || !returnsResolution(finder.method(), step.method())) {
      add(
          SourcePosition.of(finder.method().declaration()),
          "%s() is '%s', but it has the parameters of %s() and returns what became of it. Write %s."
              .formatted(
                  finder.method().name(),
                  signature(finder.method()),
                  step.method().name(),
                  wanted(finder.method().name(), step)));
      return false;
    }
    return true;
  }

  private boolean haveSameParameters(HandlerMethod finder, HandlerMethod step) {
    List<StepParameter> found = given(finder);
    List<StepParameter> wanted = given(step);
    if (finder.isTransactional() || found.size() != wanted.size()) {
      return false;
    }
    for (int i = 0; i < found.size(); i++) {
      if (!types.isSameType(found.get(i).mirror(), wanted.get(i).mirror())) {
        return false;
      }
    }
    return true;
  }

  private static List<StepParameter> given(HandlerMethod method) {
    return method.parameters().stream().filter(StepParameter::isGiven).toList();
  }

  private boolean returnsResolution(HandlerMethod finder, HandlerMethod step) {
    return finder.returned() instanceof DeclaredType declared
        && ((TypeElement) declared.asElement())
            .getQualifiedName()
            .contentEquals(RuntimeTypes.RESOLUTION.canonicalName())
        && declared.getTypeArguments().size() == 1
        && isResult(declared.getTypeArguments().get(0), step);
  }

  private boolean isResult(TypeMirror argument, HandlerMethod step) {
    return boxed(step)
        .map(result -> types.isSameType(argument, result))
        .orElseGet(() -> argument.toString().equals("java.lang.Void"));
  }

  /** The result as a type argument; empty for a step that returns nothing. */
  private Optional<TypeMirror> boxed(HandlerMethod step) {
    return step.isVoid()
        ? Optional.empty()
        : Optional.of(
            step.returned() instanceof PrimitiveType primitive
                ? types.boxedClass(primitive).asType()
                : step.returned());
  }

  private static String signature(HandlerMethod method) {
    return DisplayNames.simple(method.returned())
        + " "
        + method.name()
        + parameters(method.parameters());
  }

  private static String parameters(List<StepParameter> parameters) {
    return parameters.stream()
        .map(each -> DisplayNames.simple(each.mirror()) + " " + each.name())
        .collect(Collectors.joining(", ", "(", ")"));
  }

  private String wanted(StepMethod step) {
    String name = step.method().name();
    return wanted("find" + Character.toUpperCase(name.charAt(0)) + name.substring(1), step);
  }

  private String wanted(String name, StepMethod step) {
    String result = boxed(step.method()).map(DisplayNames::simple).orElse("Void");
    return "'Resolution<%s> %s%s'".formatted(result, name, parameters(step.method().parameters()));
  }

  private void add(SourcePosition position, String text) {
    report.add(Diagnostic.IN_DOUBT, position, text);
  }
}
