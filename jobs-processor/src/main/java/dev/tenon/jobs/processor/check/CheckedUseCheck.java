package dev.tenon.jobs.processor.check;

import dev.tenon.jobs.processor.model.CheckedAnnotation;
import dev.tenon.jobs.processor.model.Constraint;
import dev.tenon.jobs.processor.model.ConstraintUse;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.model.ValueKind;
import dev.tenon.jobs.processor.model.ValueShape;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/**
 * The rules for an annotation with {@code @CheckedBy} on a value: its method must be able to check
 * that value.
 */
final class CheckedUseCheck {

  private final Report report;
  private final Types types;
  private final Set<String> sources;
  private final String packageName;
  private final CheckMethods methods;
  private final CheckedAnnotationCheck annotations;
  private boolean writable = true;

  /**
   * A check that adds to a report.
   *
   * @param sources the names of the classes in the sources
   * @param packageName the package of the validators
   */
  CheckedUseCheck(
      Report report, Elements elements, Types types, Set<String> sources, String packageName) {
    this.report = report;
    this.types = types;
    this.sources = sources;
    this.packageName = packageName;
    this.methods = new CheckMethods(elements, types);
    this.annotations = new CheckedAnnotationCheck(report, elements, types);
  }

  /** Returns whether code that calls the methods for everything checked so far would compile. */
  boolean isWritable() {
    return writable;
  }

  /** Checks a constraint on a value, which messages call by this name. */
  void check(ConstraintUse use, Constraint.Checked checked, ValueShape value, String where) {
    CheckedAnnotation annotation = checked.annotation();
    Set<Diagnostic> faults = EnumSet.noneOf(Diagnostic.class);
    // Faults of an annotation in the sources are reported at its declaration
    boolean isReported = sources.contains(annotation.element().getQualifiedName().toString());
    annotations.check(
        annotation,
        (diagnostic, position, arguments) -> {
          faults.add(diagnostic);
          if (!isReported) {
            report.add(diagnostic, use.position(), arguments);
          }
        });
    if (!faults.isEmpty()) {
      writable = false;
      return;
    }
    if (value.kind() == ValueKind.OPTIONAL) {
      add(
          Diagnostic.CONSTRAINT_TYPE,
          use.position(),
          use.name(),
          "the content of an Optional",
          where,
          DisplayNames.simple(value.type()),
          "Write Optional<@%s …> instead".formatted(annotation.name()));
      return;
    }
    TypeElement checker = CheckMethods.checker(annotation).orElseThrow();
    Optional<String> hindrance = Accessibility.hindrance(checker, packageName);
    if (hindrance.isPresent()) {
      notAccessible(
          use,
          "%s, which checks @%s".formatted(DisplayNames.name(checker), annotation.name()),
          hindrance.get());
      return;
    }
    checked.arguments().forEach(argument -> checkAccess(argument, use, annotation, where));
    checkMethod(use, annotation, checker, unwrapped(value.kind(), checked.valueType()), where);
  }

  private void checkMethod(
      ConstraintUse use,
      CheckedAnnotation annotation,
      TypeElement checker,
      TypeMirror valueType,
      String where) {
    ExecutableElement method = CheckMethods.named(annotation, checker).get(0);
    boolean samePackage =
        Accessibility.packageOf(checker).getQualifiedName().contentEquals(packageName);
    if (!samePackage && !method.getModifiers().contains(Modifier.PUBLIC)) {
      notAccessible(
          use,
          "%s of %s, which checks @%s"
              .formatted(
                  CheckMethods.signature(method), DisplayNames.name(checker), annotation.name()),
          "not public, and in package " + Accessibility.packageOf(checker));
    } else if (!methods.takesValue(method, valueType)) {
      add(
          Diagnostic.CHECK_PARAMETERS,
          use.position(),
          annotation.name() + " on " + where,
          methods.wanted(annotation, DisplayNames.simple(valueType))
              + " in "
              + DisplayNames.name(checker),
          CheckMethods.signature(method),
          "Change the parameter, or remove the annotation");
    }
  }

  /** The type of the argument; for an optional of a primitive, the type of its content. */
  private TypeMirror unwrapped(ValueKind kind, TypeMirror type) {
    return switch (kind) {
      case OPTIONAL_INT -> types.getPrimitiveType(TypeKind.INT);
      case OPTIONAL_LONG -> types.getPrimitiveType(TypeKind.LONG);
      case OPTIONAL_DOUBLE -> types.getPrimitiveType(TypeKind.DOUBLE);
      default -> type;
    };
  }

  /**
   * Checks the enums and classes that are values of attributes, because generated code names them.
   */
  private void checkAccess(
      AnnotationValue value, ConstraintUse use, CheckedAnnotation annotation, String where) {
    if (value.getValue() instanceof List<?> entries) {
      for (Object entry : entries) {
        if (entry instanceof AnnotationValue inside) {
          checkAccess(inside, use, annotation, where);
        }
      }
      return;
    }
    TypeMirror named =
        value.getValue() instanceof VariableElement constant
            ? constant.asType()
            : value.getValue() instanceof TypeMirror type ? type : null;
    while (named instanceof ArrayType array) {
      named = array.getComponentType();
    }
    if (named instanceof DeclaredType declared
        && declared.asElement() instanceof TypeElement type) {
      Accessibility.hindrance(type, packageName)
          .ifPresent(
              hindrance ->
                  notAccessible(
                      use,
                      "%s, a value of @%s on %s"
                          .formatted(DisplayNames.name(type), annotation.name(), where),
                      hindrance));
    }
  }

  private void notAccessible(ConstraintUse use, String what, String hindrance) {
    add(Diagnostic.NOT_ACCESSIBLE, use.position(), packageName, what, hindrance);
  }

  private void add(Diagnostic diagnostic, SourcePosition position, Object... arguments) {
    writable = false;
    report.add(diagnostic, position, arguments);
  }
}
