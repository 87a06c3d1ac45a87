package dev.tenon.jobs.processor.check;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.model.Attribute;
import dev.tenon.jobs.processor.model.Content;
import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.RecordShape.Component;
import dev.tenon.jobs.processor.model.ValueShape;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The rules for an attribute that names components of the payload. */
final class PayloadComponents {

  private final Report report;
  private final String attribute;
  private final Predicate<ValueShape> allowed;
  private final String rule;

  /**
   * Creates rules that add to a report.
   *
   * @param attribute the attribute, as sources write it
   * @param allowed whether a component may have such a value
   * @param rule a description of such values, for messages
   */
  PayloadComponents(Report report, String attribute, Predicate<ValueShape> allowed, String rule) {
    this.report = report;
    this.attribute = attribute;
    this.allowed = allowed;
    this.rule = rule;
  }

  /** Checks that the payload has a component, and that it is of an allowed type. */
  void check(Attribute<String> name, JobDeclaration job, List<Component> components) {
    check(name, job.payload(), components);
  }

  /** Checks the same for a payload whose declaration may be elsewhere. */
  void check(Attribute<String> name, ClassName payload, List<Component> components) {
    Optional<Component> found =
        components.stream().filter(component -> component.name().equals(name.value())).findFirst();
    if (found.isEmpty()) {
      report.add(
          Diagnostic.COMPONENT,
          name.position(),
          attribute,
          name.value(),
          payload.simpleName(),
          hint(name.value(), components));
      return;
    }
    ValueShape value = found.get().value();
    // Types that JSON cannot carry are reported as JobsJson
    boolean isJson = !(value.content() instanceof Content.NotJson);
    if (isJson && !isAllowed(value)) {
      report.add(
          Diagnostic.COMPONENT_TYPE,
          name.position(),
          attribute,
          name.value(),
          DisplayNames.simple(value.type()),
          rule);
    }
  }

  private boolean isAllowed(ValueShape value) {
    return value.content() instanceof Content.Wrapped wrapped
        ? allowed.test(wrapped.value())
        : allowed.test(value);
  }

  private static String hint(String name, List<Component> components) {
    List<String> names = components.stream().map(Component::name).toList();
    if (names.isEmpty()) {
      return " It has none.";
    }
    return Suggestion.nearest(name, names)
        .map(meant -> " Did you mean '" + meant + "'?")
        .orElseGet(() -> " It has " + Suggestion.listed(names) + ".");
  }
}
