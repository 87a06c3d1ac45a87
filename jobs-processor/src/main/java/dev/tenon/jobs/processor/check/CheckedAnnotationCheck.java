package dev.tenon.jobs.processor.check;

import dev.tenon.jobs.processor.model.CheckedAnnotation;
import dev.tenon.jobs.processor.model.ConstraintUse;
import dev.tenon.jobs.processor.model.SourcePosition;
import java.util.ArrayList;
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

/** The rules of an annotation type with {@code @CheckedBy}, and of the method that it names. */
public final class CheckedAnnotationCheck {

  /** Stands for the type of the value, which only a use of the annotation tells. */
  private static final String ANY_TYPE = "<type of the value>";

  private final Report report;
  private final CheckMethods methods;

  /** A check that adds to a report. */
  public CheckedAnnotationCheck(Report report, Elements elements, Types types) {
    this.report = report;
    this.methods = new CheckMethods(elements, types);
  }

  /** What is wrong with an annotation type, and where on it. */
  record Fault(Diagnostic diagnostic, SourcePosition position, List<Object> arguments) {
    private static Fault of(Diagnostic diagnostic, SourcePosition position, Object... arguments) {
      return new Fault(diagnostic, position, List.of(arguments));
    }
  }

  /** Checks an annotation type by itself. */
  public void check(CheckedAnnotation annotation) {
    faults(annotation)
        .forEach(
            fault -> report.add(fault.diagnostic(), fault.position(), fault.arguments().toArray()));
    annotation
        .message()
        .ifPresent(
            message ->
                ConstraintUse.placeholder(message.value())
                    .ifPresent(
                        left ->
                            report.add(
                                Diagnostic.MESSAGE,
                                message.position(),
                                left,
                                annotation.name(),
                                ConstraintCheck.messageFix(left))));
  }

  /** What is wrong with an annotation type; it can be used if nothing is. */
  List<Fault> faults(CheckedAnnotation annotation) {
    List<Fault> faults = new ArrayList<>();
    annotation
        .sourceOnly()
        .ifPresent(
            position ->
                faults.add(
                    Fault.of(
                        Diagnostic.CHECK_ANNOTATION,
                        position,
                        annotation.name(),
                        "the retention SOURCE",
                        "Write @Retention(RetentionPolicy.CLASS), or RUNTIME")));
    annotation
        .elsewhere()
        .ifPresent(
            position ->
                faults.add(
                    Fault.of(
                        Diagnostic.CHECK_ANNOTATION,
                        position,
                        annotation.name(),
                        "a @Target without FIELD and TYPE_USE",
                        "Add FIELD for components, TYPE_USE for what containers hold, or both")));
    for (ExecutableElement attribute : annotation.attributes()) {
      if (isAnnotation(attribute.getReturnType())) {
        faults.add(
            Fault.of(
                Diagnostic.CHECK_ANNOTATION,
                SourcePosition.of(attribute),
                annotation.name(),
                "the attribute '%s' of the annotation type %s"
                    .formatted(
                        attribute.getSimpleName(), DisplayNames.simple(attribute.getReturnType())),
                "Use a primitive, String, Class, an enum or an array of these"));
      }
    }
    methodFault(annotation).ifPresent(faults::add);
    return faults;
  }

  private static boolean isAnnotation(TypeMirror type) {
    TypeMirror entry = type instanceof ArrayType array ? array.getComponentType() : type;
    return entry instanceof DeclaredType declared
        && declared.asElement().getKind() == ElementKind.ANNOTATION_TYPE;
  }

  private Optional<Fault> methodFault(CheckedAnnotation annotation) {
    Optional<TypeElement> checker = CheckMethods.checker(annotation);
    if (checker.isEmpty()) {
      return Optional.of(
          Fault.of(
              Diagnostic.CHECK_METHOD,
              annotation.type().position(),
              annotation.name(),
              annotation.type().value() + ", which is not a class",
              "the class that declares " + methods.wanted(annotation, ANY_TYPE)));
    }
    List<ExecutableElement> named = CheckMethods.named(annotation, checker.get());
    if (named.isEmpty()) {
      return Optional.of(missing(annotation, checker.get()));
    }
    if (named.size() > 1) {
      return Optional.of(
          Fault.of(
              Diagnostic.CHECK_OVERLOADS,
              annotation.method().position(),
              DisplayNames.name(checker.get()),
              annotation.method().value(),
              CheckMethods.signatures(named),
              annotation.name()));
    }
    ExecutableElement method = named.get(0);
    Optional<String> fault = methods.fault(method);
    if (fault.isPresent()) {
      return Optional.of(
          Fault.of(
              Diagnostic.CHECK_METHOD,
              annotation.method().position(),
              annotation.name(),
              "%s of %s, %s"
                  .formatted(
                      CheckMethods.signature(method),
                      DisplayNames.name(checker.get()),
                      fault.get()),
              methods.wanted(annotation, ANY_TYPE)));
    }
    if (!methods.takesAttributes(method, annotation)) {
      return Optional.of(
          Fault.of(
              Diagnostic.CHECK_PARAMETERS,
              annotation.method().position(),
              annotation.name(),
              methods.wanted(annotation, ANY_TYPE) + " in " + DisplayNames.name(checker.get()),
              CheckMethods.signature(method),
              "Change the attributes or the parameters"));
    }
    return Optional.empty();
  }

  private Fault missing(CheckedAnnotation annotation, TypeElement checker) {
    List<String> others =
        ElementFilter.methodsIn(checker.getEnclosedElements()).stream()
            .filter(method -> methods.fault(method).isEmpty())
            .map(Element::getSimpleName)
            .map(Object::toString)
            .toList();
    String hint =
        Suggestion.nearest(annotation.method().value(), others)
            .or(() -> others.stream().findFirst())
            .map(name -> ", or method = \"" + name + "\" if that is meant")
            .orElse("");
    return Fault.of(
        Diagnostic.CHECK_METHOD,
        annotation.method().position(),
        annotation.name(),
        "'%s', which is not a method of %s"
            .formatted(annotation.method().value(), DisplayNames.name(checker)),
        methods.wanted(annotation, ANY_TYPE) + " there" + hint);
  }
}
