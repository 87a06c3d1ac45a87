package dev.tenon.jobs.processor.read;

import dev.tenon.jobs.processor.model.Attribute;
import dev.tenon.jobs.processor.model.Constraint;
import dev.tenon.jobs.processor.model.ConstraintUse;
import dev.tenon.jobs.processor.model.Place;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.lang.model.AnnotatedConstruct;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.TypeMirror;

/** Reads the annotations of {@code jakarta.validation}. */
final class ConstraintReader {

  static final String VALID = "jakarta.validation.Valid";
  private static final String CONSTRAINT = "jakarta.validation.Constraint";
  private static final String STANDARD = "jakarta.validation.constraints";

  private static final Pattern ATTRIBUTE = Pattern.compile("(?<![\\\\$])\\{(\\w+)\\}");

  private ConstraintReader() {}

  /**
   * The constraints on a component. The standard ones annotate its field and its type at once.
   *
   * @param written its type as the record declares it
   */
  static List<ConstraintUse> ofComponent(VariableElement field, TypeMirror written) {
    List<ConstraintUse> uses = constraints(field, field);
    for (ConstraintUse use : constraints(written, field)) {
      if (uses.stream().noneMatch(known -> known.name().equals(use.name()))) {
        uses.add(use);
      }
    }
    return uses;
  }

  /** The constraints on a component or a type argument. */
  static List<ConstraintUse> constraints(AnnotatedConstruct annotated, Element component) {
    List<ConstraintUse> uses = new ArrayList<>();
    for (AnnotationMirror mirror : annotated.getAnnotationMirrors()) {
      TypeElement type = Annotations.element(mirror);
      Place place = Place.of(component, mirror);
      if (Annotations.find(type, CONSTRAINT).isPresent()) {
        uses.add(use(type, mirror, place));
      } else if (isRepeated(type)) {
        // @Size.List and its like, which the compiler makes of a repeated annotation
        for (AnnotationMirror repeated : repeated(mirror)) {
          uses.add(use(Annotations.element(repeated), repeated, place));
        }
      }
    }
    return uses;
  }

  /** Where a component or a type argument has {@code @Valid}. */
  static Optional<Place> valid(AnnotatedConstruct annotated, Element component) {
    return Annotations.find(annotated, VALID).map(mirror -> Place.of(component, mirror));
  }

  private static boolean isRepeated(TypeElement type) {
    return type.getSimpleName().contentEquals("List")
        && type.getEnclosingElement() instanceof TypeElement around
        && Annotations.find(around, CONSTRAINT).isPresent();
  }

  private static List<AnnotationMirror> repeated(AnnotationMirror container) {
    List<AnnotationMirror> mirrors = new ArrayList<>();
    Annotations.explicit(container, "value")
        .map(Annotations::entries)
        .orElse(List.of())
        .forEach(
            entry -> {
              if (entry.getValue() instanceof AnnotationMirror mirror) {
                mirrors.add(mirror);
              }
            });
    return mirrors;
  }

  private static ConstraintUse use(TypeElement type, AnnotationMirror mirror, Place place) {
    String name = type.getSimpleName().toString();
    boolean isStandard = type.getQualifiedName().contentEquals(STANDARD + "." + name);
    Constraint constraint;
    if (!isStandard) {
      constraint = new Constraint.Unsupported("it is not one of " + STANDARD);
    } else if (hasGroups(mirror)) {
      constraint =
          new Constraint.Unsupported("it has groups, and jobs are validated once, in whole");
    } else {
      constraint = standard(name, mirror);
    }
    return new ConstraintUse(name, constraint, message(mirror, place), place);
  }

  private static boolean hasGroups(AnnotationMirror mirror) {
    return Annotations.explicit(mirror, "groups")
        .map(Annotations::entries)
        .orElse(List.of())
        .stream()
        .anyMatch(
            group -> !group.getValue().toString().equals("jakarta.validation.groups.Default"));
  }

  /** The message, with the values of the attributes that it names in braces. */
  private static Optional<Attribute<String>> message(AnnotationMirror mirror, Place place) {
    return Annotations.explicit(mirror, "message")
        .map(
            value ->
                new Attribute<>(
                    ATTRIBUTE
                        .matcher(value.getValue().toString())
                        .replaceAll(
                            match ->
                                Matcher.quoteReplacement(
                                    Annotations.valueOrDefault(mirror, match.group(1))
                                        .map(attribute -> attribute.getValue().toString())
                                        .orElse(match.group()))),
                    true,
                    place.at(value)));
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
      default -> new Constraint.Unsupported("this version does not know it");
    };
  }

  private static Constraint decimal(AnnotationMirror mirror, boolean lower) {
    String limit = Annotations.text(mirror, "value");
    try {
      return new Constraint.Bound(
          new BigDecimal(limit), lower, Annotations.flag(mirror, "inclusive", true));
    } catch (NumberFormatException e) {
      return new Constraint.Unsupported("its limit '" + limit + "' is no decimal number");
    }
  }

  private static Constraint bound(long limit, boolean lower, boolean inclusive) {
    return new Constraint.Bound(BigDecimal.valueOf(limit), lower, inclusive);
  }

  private static List<String> flags(AnnotationMirror mirror) {
    List<String> flags = new ArrayList<>();
    for (AnnotationValue entry :
        Annotations.explicit(mirror, "flags").map(Annotations::entries).orElse(List.of())) {
      if (entry.getValue() instanceof VariableElement constant) {
        flags.add(constant.getSimpleName().toString());
      }
    }
    return flags;
  }
}
