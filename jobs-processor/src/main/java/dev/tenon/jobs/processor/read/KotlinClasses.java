package dev.tenon.jobs.processor.read;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;

/** Classes in Kotlin, as kapt shows them to a processor for Java. */
public final class KotlinClasses {

  private KotlinClasses() {}

  /** Returns whether the source of a class is in Kotlin. */
  public static boolean isKotlin(TypeElement element) {
    return Annotations.find(element, "kotlin.Metadata").isPresent();
  }

  /** Returns whether a class is a data class: only those have a {@code copy} and components. */
  public static boolean isDataClass(TypeElement element) {
    List<String> methods =
        ElementFilter.methodsIn(element.getEnclosedElements()).stream()
            .map(method -> method.getSimpleName().toString())
            .toList();
    return isKotlin(element) && methods.contains("component1") && methods.contains("copy");
  }

  /**
   * Returns the components of the record in Java that has the properties of a data class, as they
   * stand in its source. Types have their simple names.
   */
  public static String components(TypeElement dataClass) {
    // A further constructor of a data class calls the primary one, which has more parameters
    return ElementFilter.constructorsIn(dataClass.getEnclosedElements()).stream()
        .max(Comparator.comparingInt(constructor -> constructor.getParameters().size()))
        .map(KotlinClasses::parameters)
        .orElse("");
  }

  private static String parameters(ExecutableElement constructor) {
    return constructor.getParameters().stream()
        .map(KotlinClasses::parameter)
        .collect(Collectors.joining(", "));
  }

  private static String parameter(VariableElement parameter) {
    boolean isNullable =
        parameter.getAnnotationMirrors().stream()
            .anyMatch(each -> name(each.getAnnotationType()).equals("Nullable"));
    return (isNullable ? "@Nullable " : "") + name(parameter.asType()) + " " + parameter;
  }

  private static String name(TypeMirror type) {
    if (!(type instanceof DeclaredType declared)) {
      return type.toString();
    }
    Element element = declared.asElement();
    String arguments =
        declared.getTypeArguments().stream()
            .map(KotlinClasses::name)
            .collect(Collectors.joining(", "));
    return element.getSimpleName() + (arguments.isEmpty() ? "" : "<" + arguments + ">");
  }
}
