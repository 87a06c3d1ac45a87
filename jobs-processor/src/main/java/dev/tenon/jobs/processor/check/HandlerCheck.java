package dev.tenon.jobs.processor.check;

import dev.tenon.jobs.processor.model.Attribute;
import dev.tenon.jobs.processor.model.HandlerDeclaration;
import dev.tenon.jobs.processor.model.SourcePosition;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.ElementFilter;

/** The rules for a single handler class. */
public final class HandlerCheck {

  private static final Set<String> SCHEDULERS =
      Set.of(
          "io.micronaut.scheduling.annotation.Scheduled",
          "io.micronaut.scheduling.annotation.Schedules",
          "io.quarkus.scheduler.Scheduled",
          "io.quarkus.scheduler.Scheduled.Schedules",
          "jakarta.ejb.Schedule",
          "jakarta.ejb.Schedules",
          "org.springframework.scheduling.annotation.Scheduled",
          "org.springframework.scheduling.annotation.Schedules");

  private final Report report;

  /** A check that adds to a report. */
  public HandlerCheck(Report report) {
    this.report = report;
  }

  /** Checks a handler. */
  public void check(HandlerDeclaration handler) {
    TypeElement element = handler.element();
    SourcePosition position = SourcePosition.of(element);
    for (Attribute<String> attribute : handler.otherAttributes()) {
      report.add(
          Diagnostic.HANDLER_ATTRIBUTES,
          attribute.position(),
          attribute.value(),
          handler.typeName());
    }
    notInstantiable(element)
        .ifPresent(
            found ->
                report.add(Diagnostic.HANDLER_ABSTRACT, position, element.getSimpleName(), found));
    if (!element.getTypeParameters().isEmpty()) {
      String parameters =
          element.getTypeParameters().stream()
              .map(Object::toString)
              .collect(Collectors.joining(", "));
      report.add(
          Diagnostic.HANDLER_GENERIC,
          position,
          element.getSimpleName() + "<" + parameters + ">",
          handler.form().interfaceName());
    }
    checkInner(element, position);
    checkScheduled(handler);
  }

  /** Reports annotations of framework schedulers, which call methods without parameters. */
  private void checkScheduled(HandlerDeclaration handler) {
    for (ExecutableElement method :
        ElementFilter.methodsIn(handler.element().getEnclosedElements())) {
      for (AnnotationMirror mirror : method.getAnnotationMirrors()) {
        if (method.getSimpleName().contentEquals("execute")
            && SCHEDULERS.contains(mirror.getAnnotationType().toString())) {
          report.add(
              Diagnostic.NO_EFFECT,
              SourcePosition.of(method, mirror),
              "@%s on execute()".formatted(mirror.getAnnotationType().asElement().getSimpleName()),
              "only Tenon calls it, with a payload",
              ("Write schedules = @Schedule(cron = \"…\") or @Schedule(fixedDelay = \"…\") in "
                      + "@JobType on the record that declares '%s' instead")
                  .formatted(handler.typeName()));
        }
      }
    }
  }

  /** Returns why a class cannot be instantiated, and what to do about it. */
  private static Optional<String> notInstantiable(TypeElement element) {
    return switch (element.getKind()) {
      case ENUM -> Optional.of("an enum. Make it a class");
      case INTERFACE -> Optional.of("an interface. Put @JobType on a class that implements it");
      default ->
          element.getModifiers().contains(Modifier.ABSTRACT)
              ? Optional.of("abstract. Put @JobType on a class that extends it")
              : Optional.empty();
    };
  }

  private void checkInner(TypeElement element, SourcePosition position) {
    for (Element e = element; e.getEnclosingElement() instanceof TypeElement around; e = around) {
      // Records, enums, interfaces and the members of an interface are implicitly static
      boolean isInner =
          e.getKind() == ElementKind.CLASS
              && !e.getModifiers().contains(Modifier.STATIC)
              && !around.getKind().isInterface();
      if (isInner) {
        report.add(Diagnostic.HANDLER_INNER, position, e.getSimpleName(), around.getSimpleName());
        return;
      }
    }
  }
}
