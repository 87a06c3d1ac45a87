package dev.tenon.jobs.processor.check;

import dev.tenon.jobs.processor.model.Attribute;
import dev.tenon.jobs.processor.model.GeneratedNames;
import dev.tenon.jobs.processor.model.HandlerSteps;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.model.StepMethod;
import dev.tenon.jobs.processor.model.WaitDeclaration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import javax.lang.model.SourceVersion;

/**
 * The rules for the names of steps, waits and sleeps, which stored jobs have, and for the names of
 * the generated methods.
 */
final class StepNameCheck {

  private static final Pattern NAME = Pattern.compile("[\\p{L}_$][\\p{L}\\p{N}_$.-]{0,99}");
  private static final int MAX_LENGTH = 100;

  private final Report report;
  private final Map<String, Owner> owners = new HashMap<>();
  private final Map<String, String> methods = new HashMap<>();
  private final Set<Object> unusable = new HashSet<>();

  StepNameCheck(Report report) {
    this.report = report;
  }

  /** The owner of a name, and whether that is an earlier name of it. */
  private record Owner(Object named, String what, boolean isAlias) {

    String describe() {
      return (isAlias ? "an alias of " : "the name of ") + what;
    }
  }

  /** Checks all names of a handler. */
  void check(HandlerSteps steps) {
    String generated = steps.generated().simpleName();
    methods.put("of", "the class itself");
    for (String name : GeneratedNames.methodsOfObject()) {
      methods.put(name, "every object");
    }
    steps
        .cursor()
        .ifPresent(
            cursor -> {
              methods.put("cursor", "the cursor");
              methods.put("saveCursor", "the cursor");
            });
    steps.waits().forEach(wait -> name(wait, wait.name(), what(wait), NameForm.OF_METHOD));
    steps.steps().forEach(step -> name(step, step.name(), what(step), NameForm.ANY));
    steps.waits().forEach(wait -> aliases(wait, wait.aliases(), what(wait)));
    steps.steps().forEach(step -> aliases(step, step.aliases(), what(step)));
    for (WaitDeclaration wait : steps.waits()) {
      String method = (wait.isSleep() ? "sleep" : "await") + wait.capitalisedName();
      method(wait, method, what(wait), wait.position(), generated);
    }
    tokens(steps, generated);
    for (StepMethod step : steps.steps()) {
      if (!step.method().isOverloaded()) {
        method(step, step.method().name(), what(step), step.method().position(), generated);
      }
    }
  }

  /** Returns whether nothing is wrong with the names of a step or wait. */
  boolean isUsable(Object named) {
    return !unusable.contains(named);
  }

  /** The form of a name. */
  private enum NameForm {
    ANY,
    OF_METHOD
  }

  private static String what(StepMethod step) {
    return "the step " + step.method().name() + "()";
  }

  private static String what(WaitDeclaration wait) {
    return "the %s '%s'".formatted(wait.isSleep() ? "sleep" : "wait", wait.name().value());
  }

  private void name(Object named, Attribute<String> name, String what, NameForm form) {
    String text = name.value();
    boolean isNameless = named instanceof WaitDeclaration wait && !wait.isSleep() && text.isEmpty();
    if (isNameless) {
      // Reported with the signals
      unusable.add(named);
      return;
    }
    boolean isForm =
        form == NameForm.ANY ? NAME.matcher(text).matches() : SourceVersion.isIdentifier(text);
    if (!isForm || text.length() > MAX_LENGTH) {
      fault(
          named,
          name.position(),
          "'%s' is not a valid name of a %s"
              .formatted(text, form == NameForm.ANY ? "step" : "wait"),
          form == NameForm.ANY
              ? "Write a letter, followed by up to 99 letters, digits, '.', '-' and '_'"
              : "Write up to 100 letters and digits, beginning with a letter, because it is part "
                  + "of the name of a method");
      return;
    }
    Owner other = owners.putIfAbsent(text, new Owner(named, what, false));
    if (other != null) {
      fault(
          named,
          name.position(),
          other.what().equals(what)
              ? "'%s' is the name of two waits".formatted(text)
              : "'%s' is %s and of %s".formatted(text, other.describe(), what),
          "Give one of them another name");
    }
  }

  private void aliases(Object named, List<Attribute<String>> aliases, String what) {
    Set<String> seen = new HashSet<>();
    for (Attribute<String> alias : aliases) {
      String text = alias.value();
      Owner other = owners.get(text);
      if (!NAME.matcher(text).matches()) {
        fault(
            named,
            alias.position(),
            "The alias '%s' is not a name that %s can have had".formatted(text, what),
            "Write it as it was, or remove it");
      } else if (!seen.add(text)) {
        fault(
            named,
            alias.position(),
            "The alias '%s' is listed twice".formatted(text),
            "Remove one of the two");
      } else if (other != null && other.named().equals(named)) {
        fault(
            named,
            alias.position(),
            "The alias '%s' is the current name of %s".formatted(text, what),
            "Remove it");
      } else if (other != null) {
        fault(
            named,
            alias.position(),
            "'%s' is %s, and an alias of %s".formatted(text, other.describe(), what),
            "Remove one of them");
      } else {
        owners.put(text, new Owner(named, what, true));
      }
    }
  }

  private void fault(Object named, SourcePosition position, String fault, String fix) {
    unusable.add(named);
    report.add(Diagnostic.STEP_NAME, position, fault, fix);
  }

  private void tokens(HandlerSteps steps, String generated) {
    Map<String, String> tokens = new HashMap<>();
    for (WaitDeclaration wait : steps.waits()) {
      for (Attribute<WaitDeclaration.SignalUse> signal : wait.signals()) {
        if (signal.value().name().isEmpty()) {
          continue;
        }
        String method = GeneratedNames.token(signal.value().recordName());
        String other = tokens.putIfAbsent(method, signal.value().written());
        if (other == null) {
          method(
              wait,
              method,
              "the signal " + DisplayNames.simple(signal.value().written()),
              signal.position(),
              generated);
        } else if (!other.equals(signal.value().written())) {
          unusable.add(wait);
          report.add(
              Diagnostic.NAME_CLASH,
              signal.position(),
              "In %s, the signals %s and %s both make the method %s()"
                  .formatted(generated, other, signal.value().written(), method));
        }
      }
    }
  }

  private void method(
      Object named, String method, String what, SourcePosition position, String generated) {
    String other = methods.putIfAbsent(method, what);
    if (other != null && !unusable.contains(named)) {
      unusable.add(named);
      report.add(
          Diagnostic.NAME_CLASH,
          position,
          "In %s, the method %s() would belong to both %s and %s"
              .formatted(generated, method, other, what));
    }
  }

  /** The names of all steps, for suggestions. */
  static Set<String> names(HandlerSteps steps) {
    Set<String> names = new TreeSet<>();
    steps.steps().forEach(step -> names.add(step.name().value()));
    return names;
  }
}
