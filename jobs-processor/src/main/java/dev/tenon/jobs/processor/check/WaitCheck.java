package dev.tenon.jobs.processor.check;

import dev.tenon.jobs.processor.model.Attribute;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.model.WaitDeclaration;
import dev.tenon.jobs.processor.model.WaitDeclaration.SignalUse;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;

/** The rules for a single {@code @Awaits}, except for its name. */
final class WaitCheck {

  private final Report report;
  private final String packageName;

  /**
   * A check.
   *
   * @param packageName the package of the generated code
   */
  WaitCheck(Report report, String packageName) {
    this.report = report;
    this.packageName = packageName;
  }

  /** Checks a wait, and returns whether it can be written. */
  boolean check(WaitDeclaration wait) {
    if (wait.isSleep()) {
      return true;
    }
    if (wait.signals().isEmpty()) {
      add(
          wait.position(),
          "@Awaits names no signal",
          "Name a record with @Signal, or write @Sleeps if the handler waits only for the time");
      return false;
    }
    boolean isUsable = true;
    Set<String> seen = new HashSet<>();
    for (Attribute<SignalUse> signal : wait.signals()) {
      isUsable &= checkSignal(signal);
      if (!seen.add(signal.value().written())) {
        add(
            signal.position(),
            "@Awaits names %s twice".formatted(DisplayNames.simple(signal.value().written())),
            "Remove one of the two");
        isUsable = false;
      }
    }
    if (wait.signals().size() > 1 && isUsable) {
      isUsable = checkName(wait);
      isUsable &= checkCommon(wait);
    }
    return isUsable;
  }

  private boolean checkSignal(Attribute<SignalUse> signal) {
    SignalUse use = signal.value();
    String name = DisplayNames.simple(use.written());
    if (use.name().isEmpty()) {
      boolean isRecord =
          use.record().filter(found -> found.getKind() == ElementKind.RECORD).isPresent();
      add(
          signal.position(),
          "@Awaits names %s, which is not a signal".formatted(name),
          isRecord ? "Write @Signal(\"…\") on %s".formatted(name) : "Name a record with @Signal");
      return false;
    }
    return isNameable(use.record().orElseThrow(), name, signal.position());
  }

  private boolean isNameable(TypeElement type, String name, SourcePosition position) {
    Optional<String> hindrance = Accessibility.hindrance(type, packageName);
    hindrance.ifPresent(
        text ->
            report.add(
                Diagnostic.NOT_ACCESSIBLE, position, packageName, name + " of @Awaits", text));
    return hindrance.isEmpty();
  }

  private boolean checkName(WaitDeclaration wait) {
    if (wait.name().value().isEmpty()) {
      add(
          wait.position(),
          "A wait for several signals has no name",
          "Write, for example, name = \"decision\", for a method awaitDecision()");
      return false;
    }
    return true;
  }

  private boolean checkCommon(WaitDeclaration wait) {
    List<TypeMirror> common = wait.common();
    if (common.size() == 1) {
      TypeElement type = (TypeElement) ((DeclaredType) common.get(0)).asElement();
      return isNameable(type, DisplayNames.name(type), wait.position());
    }
    String records =
        wait.signals().stream()
            .map(signal -> DisplayNames.simple(signal.value().written()))
            .collect(Collectors.joining(", "));
    add(
        wait.position(),
        common.isEmpty()
            ? "%s share no interface that the wait '%s' could return"
                .formatted(records, wait.name().value())
            : "%s share several interfaces that the wait '%s' could return, %s"
                .formatted(
                    records,
                    wait.name().value(),
                    common.stream().map(DisplayNames::simple).collect(Collectors.joining(" and "))),
        common.isEmpty()
            ? "Let all of them implement one, such as a sealed interface"
            : "Let them share one, which may extend the others");
    return false;
  }

  private void add(SourcePosition position, String fault, String fix) {
    report.add(Diagnostic.AWAITS, position, fault, fix);
  }
}
