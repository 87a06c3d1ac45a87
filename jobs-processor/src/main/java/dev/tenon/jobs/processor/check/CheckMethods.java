package dev.tenon.jobs.processor.check;

import dev.tenon.jobs.processor.model.CheckedAnnotation;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/** The method that {@code @CheckedBy} names, and whether generated code can call it. */
final class CheckMethods {

  private final Elements elements;
  private final Types types;

  CheckMethods(Elements elements, Types types) {
    this.elements = elements;
    this.types = types;
  }

  /** The class that an annotation names; empty if it names a primitive or an array. */
  static Optional<TypeElement> checker(CheckedAnnotation annotation) {
    return annotation.type().value() instanceof DeclaredType declared
        ? Optional.of((TypeElement) declared.asElement())
        : Optional.empty();
  }

  /** The methods of a class with this name, in source order. There should be exactly one. */
  static List<ExecutableElement> named(CheckedAnnotation annotation, TypeElement checker) {
    return ElementFilter.methodsIn(checker.getEnclosedElements()).stream()
        .filter(method -> method.getSimpleName().contentEquals(annotation.method().value()))
        .toList();
  }

  /** Returns why no generated code can call a method, whatever its package, or empty if it can. */
  Optional<String> fault(ExecutableElement method) {
    if (!method.getModifiers().contains(Modifier.STATIC)) {
      return Optional.of("which is not static");
    }
    if (method.getModifiers().contains(Modifier.PRIVATE)) {
      return Optional.of("which is private");
    }
    if (method.getReturnType().getKind() != TypeKind.BOOLEAN) {
      return Optional.of("which returns " + DisplayNames.simple(method.getReturnType()));
    }
    if (!method.getTypeParameters().isEmpty()) {
      return Optional.of("which has type parameters");
    }
    return method.getThrownTypes().stream()
        .filter(thrown -> !isSubtype(thrown, "java.lang.RuntimeException"))
        .filter(thrown -> !isSubtype(thrown, "java.lang.Error"))
        .findFirst()
        .map(thrown -> "which declares " + DisplayNames.simple(thrown));
  }

  private boolean isSubtype(TypeMirror type, String supertype) {
    return types.isSubtype(type, elements.getTypeElement(supertype).asType());
  }

  /** Returns whether a method takes one value and then the attributes of an annotation. */
  boolean takesAttributes(ExecutableElement method, CheckedAnnotation annotation) {
    List<? extends VariableElement> parameters = method.getParameters();
    List<ExecutableElement> attributes = annotation.attributes();
    if (parameters.size() != attributes.size() + 1) {
      return false;
    }
    for (int i = 0; i < attributes.size(); i++) {
      if (!types.isAssignable(passed(attributes.get(i)), parameters.get(i + 1).asType())) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether a method that takes the attributes also accepts a value of this type. */
  boolean takesValue(ExecutableElement method, TypeMirror valueType) {
    return types.isAssignable(valueType, method.getParameters().get(0).asType());
  }

  /** The type of the argument that generated code passes for an attribute. */
  private TypeMirror passed(ExecutableElement attribute) {
    TypeMirror type = attribute.getReturnType();
    if (type instanceof ArrayType array
        && array.getComponentType() instanceof DeclaredType entry
        && !entry.getTypeArguments().isEmpty()) {
      // Java has no arrays of the generic Class<? extends Something>
      TypeElement element = (TypeElement) entry.asElement();
      return types.getArrayType(types.getDeclaredType(element, types.getWildcardType(null, null)));
    }
    return type;
  }

  /** The declaration that an annotation's method must have for values of this type. */
  String wanted(CheckedAnnotation annotation, String valueType) {
    boolean isNameTaken =
        annotation.attributes().stream()
            .anyMatch(attribute -> attribute.getSimpleName().contentEquals("value"));
    StringBuilder text =
        new StringBuilder("'static boolean ")
            .append(annotation.method().value())
            .append('(')
            .append(valueType)
            .append(isNameTaken ? " checked" : " value");
    for (ExecutableElement attribute : annotation.attributes()) {
      text.append(", ")
          .append(DisplayNames.simple(passed(attribute)))
          .append(' ')
          .append(attribute.getSimpleName());
    }
    return text.append(")'").toString();
  }

  /** A method as messages name it: {@code isValid(String, int)}. */
  static String signature(ExecutableElement method) {
    return method.getParameters().stream()
        .map(parameter -> DisplayNames.simple(parameter.asType()))
        .collect(Collectors.joining(", ", method.getSimpleName() + "(", ")"));
  }

  /** Methods as messages name them. */
  static String signatures(List<ExecutableElement> methods) {
    return methods.stream().map(CheckMethods::signature).collect(Collectors.joining(" and "));
  }
}
