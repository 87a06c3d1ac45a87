package dev.tenon.jobs.processor.check;

import dev.tenon.jobs.processor.model.CheckedAnnotation;
import dev.tenon.jobs.processor.model.SourcePosition;
import java.util.List;
import java.util.Optional;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/** The rules for an annotation type with {@code @CheckedBy}, and for the method that it names. */
public final class CheckedAnnotationCheck {

  /** Stands for the type of the value, which is known only where the annotation is used. */
  private static final String ANY_TYPE = "<type of the value>";

  private final Report report;
  private final CheckMethods methods;

  /** A check that adds to a report. */
  public CheckedAnnotationCheck(Report report, Elements elements, Types types) {
    this.report = report;
    this.methods = new CheckMethods(elements, types);
  }

  /** The receiver of each fault. */
  interface Faults {
    void add(Diagnostic diagnostic, SourcePosition position, Object... arguments);
  }

  /** Checks an annotation type without its uses. */
  public void check(CheckedAnnotation annotation) {
    check(annotation, report::add);
    annotation
        .message()
        .ifPresent(message -> ConstraintCheck.checkMessage(message, annotation.name(), report));
  }

  /** Reports every fault of an annotation type. The type can be used if it has none. */
  void check(CheckedAnnotation annotation, Faults faults) {
    annotation
        .sourceOnly()
        .ifPresent(
            position ->
                faults.add(
                    Diagnostic.CHECK_ANNOTATION,
                    position,
                    annotation.name(),
                    "the retention SOURCE",
                    "Write @Retention(RetentionPolicy.CLASS), or RUNTIME"));
    annotation
        .elsewhere()
        .ifPresent(
            position ->
                faults.add(
                    Diagnostic.CHECK_ANNOTATION,
                    position,
                    annotation.name(),
                    "a @Target without FIELD and TYPE_USE",
                    "Add FIELD for components, TYPE_USE for what containers hold, or both"));
    for (ExecutableElement attribute : annotation.attributes()) {
      if (isAnnotation(attribute.getReturnType())) {
        faults.add(
            Diagnostic.CHECK_ANNOTATION,
            SourcePosition.of(attribute),
            annotation.name(),
            "the attribute '%s' of the annotation type %s"
                .formatted(
                    attribute.getSimpleName(), DisplayNames.simple(attribute.getReturnType())),
            "Use a primitive, String, Class, an enum or an array of these");
      }
    }
    checkMethod(annotation, faults);
  }

  private static boolean isAnnotation(TypeMirror type) {
    TypeMirror entry = type instanceof ArrayType array ? array.getComponentType() : type;
    return entry instanceof DeclaredType declared
        && declared.asElement().getKind() == ElementKind.ANNOTATION_TYPE;
  }

  private void checkMethod(CheckedAnnotation annotation, Faults faults) {
    Optional<TypeElement> checker = CheckMethods.checker(annotation);
    String wanted = methods.wanted(annotation, ANY_TYPE);
    if (checker.isEmpty()) {
      faults.add(
          Diagnostic.CHECK_METHOD,
          annotation.type().position(),
          annotation.name(),
          annotation.type().value() + ", which is not a class",
          "the class that declares " + wanted);
      return;
    }
    SourcePosition position = annotation.method().position();
    String name = annotation.method().value();
    List<ExecutableElement> named = CheckMethods.named(annotation, checker.get());
    if (named.isEmpty()) {
      faults.add(
          Diagnostic.CHECK_METHOD,
          position,
          annotation.name(),
          "'%s', which is not a method of %s".formatted(name, DisplayNames.name(checker.get())),
          wanted + " there" + hint(name, checker.get()));
      return;
    }
    if (named.size() > 1) {
      faults.add(
          Diagnostic.CHECK_OVERLOADS,
          position,
          DisplayNames.name(checker.get()),
          name,
          CheckMethods.signatures(named),
          annotation.name());
      return;
    }
    ExecutableElement method = named.get(0);
    Optional<String> fault = methods.fault(method);
    if (fault.isPresent()) {
      faults.add(
          Diagnostic.CHECK_METHOD,
          position,
          annotation.name(),
          "%s of %s, %s"
              .formatted(
                  CheckMethods.signature(method), DisplayNames.name(checker.get()), fault.get()),
          wanted);
    } else if (!methods.takesAttributes(method, annotation)) {
      faults.add(
          Diagnostic.CHECK_PARAMETERS,
          position,
          annotation.name(),
          wanted + " in " + DisplayNames.name(checker.get()),
          CheckMethods.signature(method),
          "Change the attributes or the parameters");
    }
  }

  /** Suggests another method of the class that may be meant. */
  private String hint(String name, TypeElement checker) {
    List<String> others =
        ElementFilter.methodsIn(checker.getEnclosedElements()).stream()
            .filter(method -> methods.fault(method).isEmpty())
            .map(Element::getSimpleName)
            .map(Object::toString)
            .toList();
    return Suggestion.nearest(name, others)
        .or(() -> others.stream().findFirst())
        .map(other -> ", or method = \"" + other + "\" if that is meant")
        .orElse("");
  }
}
