package dev.tenon.jobs.processor.read;

import dev.tenon.jobs.processor.model.Attribute;
import dev.tenon.jobs.processor.model.CheckedAnnotation;
import dev.tenon.jobs.processor.model.Constraint;
import dev.tenon.jobs.processor.model.ConstraintUse;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.SourcePosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;

/**
 * Reads the user's own constraints: annotations with {@code @CheckedBy}, and those that are
 * composed of other constraints.
 */
public final class OwnConstraintReader {

  private static final String CHECKED_BY = RuntimeTypes.CHECKED_BY.canonicalName();
  private static final String CONSTRAINT = "jakarta.validation.Constraint";
  private static final String SINGLE = "jakarta.validation.ReportAsSingleViolation";
  private static final String OVERRIDES = "jakarta.validation.OverridesAttribute";

  /** The attributes that every constraint of {@code jakarta.validation} has and no check needs. */
  private static final Set<String> NOT_PASSED = Set.of("message", "groups", "payload");

  /** The key of a string in a resource bundle, which Tenon does not have. */
  private static final Pattern KEY = Pattern.compile("\\{\\w+(\\.\\w+)+}");

  private OwnConstraintReader() {}

  /** Returns whether an annotation type is a constraint. */
  static boolean isConstraint(TypeElement type) {
    return has(type, CHECKED_BY) || has(type, CONSTRAINT);
  }

  private static boolean has(TypeElement type, String annotation) {
    return Annotations.find(type, annotation).isPresent();
  }

  /**
   * Returns whether an annotation type has {@code @CheckedBy}, but is allowed neither on fields nor
   * on types.
   */
  static boolean isElsewhere(TypeElement type) {
    return has(type, CHECKED_BY) && !standsOn(type, "FIELD") && !standsOn(type, "TYPE_USE");
  }

  /** Returns whether an annotation on a type is also on the field, and was read there. */
  static boolean isOnFields(AnnotationMirror mirror) {
    return standsOn(Annotations.element(mirror), "FIELD");
  }

  private static boolean standsOn(TypeElement type, String target) {
    return Annotations.find(type, "java.lang.annotation.Target")
        .flatMap(mirror -> Annotations.explicit(mirror, "value"))
        .map(
            value ->
                Annotations.entries(value).stream()
                    .anyMatch(entry -> entry.getValue().toString().endsWith(target)))
        // Without @Target it is allowed on every declaration, but not in types
        .orElse(target.equals("FIELD"));
  }

  /**
   * The contents of {@code @CheckedBy} on an annotation type; empty if there is none, if the class
   * that it names does not exist yet, or if another of its values is wrong.
   */
  public static Optional<CheckedAnnotation> annotation(TypeElement type) {
    Optional<AnnotationMirror> found = Annotations.find(type, CHECKED_BY);
    if (found.filter(Annotations::isReadable).isEmpty()) {
      return Optional.empty();
    }
    AnnotationMirror mirror = found.get();
    SourcePosition position = SourcePosition.of(type, mirror);
    Optional<AnnotationValue> checker = Annotations.explicit(mirror, "value");
    if (checker.isEmpty() || !(checker.get().getValue() instanceof TypeMirror checkerType)) {
      return Optional.empty();
    }
    Optional<AnnotationValue> method = Annotations.explicit(mirror, "method");
    return Optional.of(
        new CheckedAnnotation(
            type,
            position,
            new Attribute<>(checkerType, true, position.at(checker.get())),
            new Attribute<>(
                Annotations.text(mirror, "method"),
                method.isPresent(),
                position.at(method.orElse(checker.get()))),
            passed(type),
            defaultMessage(type),
            Annotations.find(type, "java.lang.annotation.Retention")
                .filter(retention -> Annotations.text(retention, "value").endsWith("SOURCE"))
                .map(retention -> SourcePosition.of(type, retention)),
            isElsewhere(type)
                ? Annotations.find(type, "java.lang.annotation.Target")
                    .map(target -> SourcePosition.of(type, target))
                : Optional.empty()));
  }

  private static List<ExecutableElement> attributes(TypeElement type) {
    return ElementFilter.methodsIn(type.getEnclosedElements());
  }

  private static List<ExecutableElement> passed(TypeElement type) {
    return attributes(type).stream()
        .filter(attribute -> !NOT_PASSED.contains(attribute.getSimpleName().toString()))
        .toList();
  }

  private static Optional<Attribute<String>> defaultMessage(TypeElement type) {
    for (ExecutableElement attribute : attributes(type)) {
      AnnotationValue value = attribute.getDefaultValue();
      if (attribute.getSimpleName().contentEquals("message")
          && value != null
          && value.getValue() instanceof String text
          && !text.isBlank()
          && !KEY.matcher(text).find()) {
        String left = text;
        for (ExecutableElement named : attributes(type)) {
          left = left.replace("{" + named.getSimpleName() + "}", "");
        }
        return Optional.of(new Attribute<>(left, false, SourcePosition.of(attribute)));
      }
    }
    return Optional.empty();
  }

  /** The constraints of one of the user's annotations, including those of the annotations on it. */
  static List<ConstraintUse> uses(
      AnnotationMirror mirror, SourcePosition position, TypeMirror valueType, Set<String> around) {
    TypeElement type = Annotations.element(mirror);
    String name = type.getSimpleName().toString();
    Set<String> inside = new TreeSet<>(around);
    if (!inside.add(type.getQualifiedName().toString())) {
      return List.of();
    }
    List<ConstraintUse> uses = new ArrayList<>();
    for (AnnotationMirror on : type.getAnnotationMirrors()) {
      for (ConstraintUse use : ConstraintReader.uses(on, position, valueType, inside)) {
        uses.add(
            new ConstraintUse(
                use.name() + " of @" + name, use.constraint(), use.message(), use.position()));
      }
    }
    Optional<Constraint.Unsupported> hindrance = hindrance(type, mirror, !uses.isEmpty());
    if (hindrance.isPresent()) {
      return List.of(new ConstraintUse(name, hindrance.get(), Optional.empty(), position));
    }
    if (has(type, CHECKED_BY)) {
      uses.add(
          new ConstraintUse(
              name, checked(type, mirror, valueType), message(type, mirror, position), position));
    }
    return uses;
  }

  /** Returns why a constraint is not compiled, or empty if it is. */
  private static Optional<Constraint.Unsupported> hindrance(
      TypeElement type, AnnotationMirror mirror, boolean composed) {
    return ConstraintReader.hasGroups(mirror)
        ? Optional.of(Constraint.Unsupported.withGroups())
        : hindrance(type, composed).map(Constraint.Unsupported::new);
  }

  private static Optional<String> hindrance(TypeElement type, boolean composed) {
    if (composed && has(type, SINGLE)) {
      return Optional.of("@ReportAsSingleViolation is not supported");
    }
    if (composed
        && attributes(type).stream()
            .anyMatch(
                attribute ->
                    Annotations.find(attribute, OVERRIDES).isPresent()
                        || Annotations.find(attribute, OVERRIDES + ".List").isPresent())) {
      return Optional.of("@OverridesAttribute is not supported");
    }
    if (!has(type, CHECKED_BY) && (!composed || hasValidators(type))) {
      return Optional.of("it is not in jakarta.validation.constraints, and has no @CheckedBy");
    }
    return Optional.empty();
  }

  private static boolean hasValidators(TypeElement type) {
    return Annotations.find(type, CONSTRAINT)
        .filter(constraint -> !Annotations.entries(constraint, "validatedBy").isEmpty())
        .isPresent();
  }

  private static Constraint checked(
      TypeElement type, AnnotationMirror mirror, TypeMirror valueType) {
    Optional<CheckedAnnotation> annotation = annotation(type);
    if (annotation.isEmpty()) {
      return new Constraint.Unresolved();
    }
    List<AnnotationValue> arguments = new ArrayList<>();
    for (ExecutableElement attribute : annotation.get().attributes()) {
      arguments.add(
          Annotations.valueOrDefault(mirror, attribute.getSimpleName().toString()).orElseThrow());
    }
    return new Constraint.Checked(annotation.get(), valueType, arguments);
  }

  /** The message at the use, or else that of the annotation type if it is a fixed string. */
  private static Optional<Attribute<String>> message(
      TypeElement type, AnnotationMirror mirror, SourcePosition position) {
    return ConstraintReader.message(mirror, position)
        .or(
            () ->
                defaultMessage(type)
                    .filter(text -> ConstraintUse.placeholder(text.value()).isEmpty())
                    .map(
                        text ->
                            new Attribute<>(
                                ConstraintReader.filled(
                                    Annotations.text(mirror, "message"), mirror),
                                false,
                                position)));
  }
}
