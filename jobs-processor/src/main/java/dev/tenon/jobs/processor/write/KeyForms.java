package dev.tenon.jobs.processor.write;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.model.Attribute;
import dev.tenon.jobs.processor.model.Content;
import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.RecordShape.Component;
import dev.tenon.jobs.processor.model.ValueKind;
import dev.tenon.jobs.processor.model.ValueShape;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The forms of the components that keys are made of, for submitters that see only JSON. A form is
 * the name of a constant of {@code KeyForm}. Values that have another form in keys have none:
 * times, decimals, constants with another name in JSON, and components with several names there.
 */
final class KeyForms {

  private KeyForms() {}

  /** Returns the components with a form, in the order of the payload. */
  static Map<Component, String> of(JobDeclaration job, List<Component> components) {
    Set<String> named = named(job);
    Map<Component, String> forms = new LinkedHashMap<>();
    for (Component component : components) {
      if (named.contains(component.name()) && component.aliases().isEmpty()) {
        form(component.value()).ifPresent(form -> forms.put(component, form));
      }
    }
    return forms;
  }

  /** Returns the names of the components that any key is made of, and of the cost. */
  private static Set<String> named(JobDeclaration job) {
    Set<String> named = new LinkedHashSet<>();
    job.limits().key().ifPresent(key -> named.add(key.by().value()));
    job.limits().cost().ifPresent(named::add);
    job.backlog().stream().findFirst().ifPresent(backlog -> named.add(backlog.by().value()));
    job.unique().stream()
        .findFirst()
        .ifPresent(
            unique -> unique.components().stream().map(Attribute::value).forEach(named::add));
    job.ordered().stream().findFirst().ifPresent(order -> named.add(order.by().value()));
    return named;
  }

  private static Optional<String> form(ValueShape value) {
    if (value.content() instanceof Content.Wrapped wrapped) {
      return form(wrapped.value());
    }
    if (value.content() instanceof Content.Constants constants) {
      boolean haveTheirNames =
          constants.constants().stream().allMatch(each -> each.name().equals(each.jsonName()));
      return haveTheirNames ? Optional.of("STRING") : Optional.empty();
    }
    if (value.kind() == ValueKind.TEXT) {
      return Optional.of("STRING");
    }
    if (value.kind() == ValueKind.BOOLEAN) {
      return Optional.of("BOOLEAN");
    }
    if (value.kind() == ValueKind.BIG_INTEGER || value.kind().isWholePrimitive()) {
      return Optional.of("WHOLE_NUMBER");
    }
    return value.type().withoutAnnotations().equals(ClassName.get(UUID.class))
        ? Optional.of("UUID")
        : Optional.empty();
  }
}
