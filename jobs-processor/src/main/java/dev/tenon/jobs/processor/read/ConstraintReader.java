package dev.tenon.jobs.processor.read;

import dev.tenon.jobs.processor.model.Attribute;
import dev.tenon.jobs.processor.model.Constraint;
import dev.tenon.jobs.processor.model.ConstraintUse;
import dev.tenon.jobs.processor.model.SourcePosition;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.lang.model.AnnotatedConstruct;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;

/** Reads the annotations of {@code jakarta.validation}. */
final class ConstraintReader {

  static final String VALID = "jakarta.validation.Valid";
  private static final String STANDARD = "jakarta.validation.constraints";

  private static final String JAVAX = "javax.validation.";

  /** The annotations that say which groups of constraints are checked. */
  private static final Set<String> CONVERSIONS =
      Set.of(
          "jakarta.validation.GroupSequence",
          "jakarta.validation.groups.ConvertGroup",
          "jakarta.validation.groups.ConvertGroup.List");

  private static final Pattern ATTRIBUTE = Pattern.compile("(?<![\\\\$])\\{(\\w+)\\}");

  private ConstraintReader() {}

  /**
   * The constraints on a component or a type.
   *
   * @param valueType the type of the values
   */
  static List<ConstraintUse> constraints(
      AnnotatedConstruct annotated, TypeMirror valueType, Element component) {
    return constraints(annotated.getAnnotationMirrors(), valueType, component);
  }

  /** The constraints among the annotations on a component or in its type. */
  static List<ConstraintUse> constraints(
      List<? extends AnnotationMirror> mirrors, TypeMirror valueType, Element component) {
    List<ConstraintUse> uses = new ArrayList<>();
    for (AnnotationMirror mirror : mirrors) {
      uses.addAll(uses(mirror, SourcePosition.of(component, mirror), valueType, Set.of()));
    }
    return uses;
  }

  /**
   * The constraints of an annotation: none, one, or several.
   *
   * @param around the names of the annotation types that it is on
   */
  static List<ConstraintUse> uses(
      AnnotationMirror mirror, SourcePosition position, TypeMirror valueType, Set<String> around) {
    TypeElement type = Annotations.element(mirror);
    if (isOfJavax(type)) {
      return List.of(use(type, new Constraint.OfJavax(), position));
    }
    if (CONVERSIONS.contains(type.getQualifiedName().toString())) {
      String reason = "a job is always validated as a whole, without groups";
      return List.of(use(type, new Constraint.Unsupported(reason, "Remove it"), position));
    }
    if ((isStandard(type) || OwnConstraintReader.isConstraint(type) || isContainer(type))
        && !Annotations.isReadable(mirror)) {
      return List.of(use(type, new Constraint.Unresolved(), position));
    }
    if (isStandard(type)) {
      return List.of(standardUse(mirror, position));
    }
    if (OwnConstraintReader.isConstraint(type)) {
      return OwnConstraintReader.uses(mirror, position, valueType, around);
    }
    // Reads @Size.List and the like, which the compiler makes of a repeated annotation
    List<ConstraintUse> uses = new ArrayList<>();
    for (AnnotationMirror repeated : repeated(mirror)) {
      uses.addAll(uses(repeated, position, valueType, around));
    }
    return uses;
  }

  /** The position of {@code @Valid} on a component or a type argument; empty if it has none. */
  static Optional<SourcePosition> valid(AnnotatedConstruct annotated, Element component) {
    return Annotations.find(annotated, VALID).map(mirror -> SourcePosition.of(component, mirror));
  }

  /** Returns whether an annotation type belongs to {@code jakarta.validation}. */
  private static boolean isStandard(TypeElement type) {
    return type.getQualifiedName().contentEquals(STANDARD + "." + type.getSimpleName());
  }

  /** Returns whether an annotation type's {@code value} is an array of constraints. */
  private static boolean isContainer(TypeElement type) {
    return ElementFilter.methodsIn(type.getEnclosedElements()).stream()
        .filter(attribute -> attribute.getSimpleName().contentEquals("value"))
        .map(ExecutableElement::getReturnType)
        .filter(ArrayType.class::isInstance)
        .map(array -> ((ArrayType) array).getComponentType())
        .filter(DeclaredType.class::isInstance)
        .map(entry -> (TypeElement) ((DeclaredType) entry).asElement())
        .anyMatch(entry -> isStandard(entry) || OwnConstraintReader.isConstraint(entry));
  }

  /** The constraints in an annotation whose {@code value} is an array of them. */
  private static List<AnnotationMirror> repeated(AnnotationMirror container) {
    List<AnnotationMirror> mirrors = new ArrayList<>();
    for (AnnotationValue entry : Annotations.entries(container, "value")) {
      if (entry.getValue() instanceof AnnotationMirror mirror
          && (isStandard(Annotations.element(mirror))
              || OwnConstraintReader.isConstraint(Annotations.element(mirror)))) {
        mirrors.add(mirror);
      }
    }
    return mirrors;
  }

  private static ConstraintUse use(
      TypeElement type, Constraint constraint, SourcePosition position) {
    return new ConstraintUse(
        type.getSimpleName().toString(), constraint, Optional.empty(), position);
  }

  /**
   * Returns whether an annotation type belongs to {@code javax.validation}, or is a constraint by
   * its rules.
   */
  private static boolean isOfJavax(TypeElement type) {
    return type.getQualifiedName().toString().startsWith(JAVAX)
        || (!OwnConstraintReader.isConstraint(type)
            && Annotations.find(type, JAVAX + "Constraint").isPresent());
  }

  private static ConstraintUse standardUse(AnnotationMirror mirror, SourcePosition position) {
    String name = Annotations.element(mirror).getSimpleName().toString();
    Constraint constraint =
        hasGroups(mirror) ? Constraint.Unsupported.withGroups() : standard(name, mirror);
    return new ConstraintUse(name, constraint, message(mirror, position), position);
  }

  static boolean hasGroups(AnnotationMirror mirror) {
    return Annotations.entries(mirror, "groups").stream()
        .anyMatch(
            group -> !group.getValue().toString().equals("jakarta.validation.groups.Default"));
  }

  /** The message that the source gives, with the values of the attributes that it names. */
  static Optional<Attribute<String>> message(AnnotationMirror mirror, SourcePosition position) {
    return Annotations.explicit(mirror, "message")
        .map(
            value ->
                new Attribute<>(
                    filled(value.getValue().toString(), mirror), true, position.at(value)));
  }

  /** A message with the values of the attributes that it names in braces. */
  static String filled(String message, AnnotationMirror mirror) {
    return ATTRIBUTE
        .matcher(message)
        .replaceAll(
            match ->
                Matcher.quoteReplacement(
                    Annotations.valueOrDefault(mirror, match.group(1))
                        .map(ConstraintReader::shown)
                        .map(ConstraintReader::escaped)
                        .orElse(match.group())));
  }

  /** The same string, escaped so that a message shows it unchanged. */
  private static String escaped(String text) {
    return text.replaceAll("[\\\\{}$]", "\\\\$0");
  }

  private static String shown(AnnotationValue value) {
    return value.getValue() instanceof List<?>
        ? Annotations.entries(value).stream()
            .map(ConstraintReader::shown)
            .collect(Collectors.joining(", "))
        : value.getValue().toString();
  }

  private static Constraint standard(String name, AnnotationMirror mirror) {
    return switch (name) {
      case "AssertFalse" -> new Constraint.Flag(false);
      case "AssertTrue" -> new Constraint.Flag(true);
      case "DecimalMax" -> decimal(mirror, false);
      case "DecimalMin" -> decimal(mirror, true);
      case "Digits" ->
          new Constraint.Digits(
              (int) Annotations.number(mirror, "integer", 0),
              (int) Annotations.number(mirror, "fraction", 0));
      case "Email" -> new Constraint.Email(Annotations.text(mirror, "regexp"), flags(mirror));
      case "Future" -> new Constraint.Moment(false, false);
      case "FutureOrPresent" -> new Constraint.Moment(false, true);
      case "Max" -> bound(Annotations.number(mirror, "value", 0), false, true);
      case "Min" -> bound(Annotations.number(mirror, "value", 0), true, true);
      case "Negative" -> bound(0, false, false);
      case "NegativeOrZero" -> bound(0, false, true);
      case "NotBlank" -> new Constraint.NotBlank();
      case "NotEmpty" -> new Constraint.NotEmpty();
      case "NotNull" -> new Constraint.NotNull();
      case "Null" -> new Constraint.Null();
      case "Past" -> new Constraint.Moment(true, false);
      case "PastOrPresent" -> new Constraint.Moment(true, true);
      case "Pattern" -> new Constraint.Pattern(Annotations.text(mirror, "regexp"), flags(mirror));
      case "Positive" -> bound(0, true, false);
      case "PositiveOrZero" -> bound(0, true, true);
      case "Size" ->
          new Constraint.Size(
              (int) Annotations.number(mirror, "min", 0),
              (int) Annotations.number(mirror, "max", Integer.MAX_VALUE));
      default -> new Constraint.Unsupported("this version of Tenon does not know it");
    };
  }

  private static Constraint decimal(AnnotationMirror mirror, boolean lower) {
    String limit = Annotations.text(mirror, "value");
    try {
      return new Constraint.Bound(
          new BigDecimal(limit), lower, Annotations.flag(mirror, "inclusive", true));
    } catch (NumberFormatException e) {
      return new Constraint.NotDecimal(limit);
    }
  }

  private static Constraint bound(long limit, boolean lower, boolean inclusive) {
    return new Constraint.Bound(BigDecimal.valueOf(limit), lower, inclusive);
  }

  private static List<String> flags(AnnotationMirror mirror) {
    List<String> flags = new ArrayList<>();
    for (AnnotationValue entry : Annotations.entries(mirror, "flags")) {
      if (entry.getValue() instanceof VariableElement constant) {
        flags.add(constant.getSimpleName().toString());
      }
    }
    return flags;
  }
}
