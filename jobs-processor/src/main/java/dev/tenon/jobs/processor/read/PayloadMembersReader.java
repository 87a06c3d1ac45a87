package dev.tenon.jobs.processor.read;

import dev.tenon.jobs.processor.model.PayloadMembers;
import dev.tenon.jobs.processor.model.PayloadMembers.Maker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/** Reads the facts about a payload's constructors and methods that generated code depends on. */
final class PayloadMembersReader {

  private final Elements elements;
  private final Types types;

  PayloadMembersReader(Elements elements, Types types) {
    this.elements = elements;
    this.types = types;
  }

  /**
   * Reads a payload.
   *
   * @param withMethods whether methods matter; looking at inherited ones takes time
   * @param withMakers whether methods matter that make payloads of schedules
   */
  PayloadMembers read(TypeElement payload, boolean withMethods, boolean withMakers) {
    List<ExecutableElement> constructors =
        ElementFilter.constructorsIn(payload.getEnclosedElements());
    return new PayloadMembers(
        constructors.size(),
        noEmptyConstructor(constructors),
        withMethods ? methodsWithParameters(payload) : Set.of(),
        withMakers ? makers(payload) : Map.of());
  }

  private Map<String, Maker> makers(TypeElement payload) {
    Map<String, List<ExecutableElement>> byName = new TreeMap<>();
    for (ExecutableElement method : ElementFilter.methodsIn(payload.getEnclosedElements())) {
      byName
          .computeIfAbsent(method.getSimpleName().toString(), name -> new ArrayList<>())
          .add(method);
    }
    Map<String, Maker> makers = new TreeMap<>();
    byName.forEach(
        (name, methods) ->
            makers.put(
                name,
                new Maker(
                    methods.stream()
                        .filter(method -> method.getParameters().isEmpty())
                        .findFirst()
                        .map(method -> makerHindrance(payload, method))
                        .orElse(Optional.of("it takes parameters")),
                    methods.size() > 1)));
    return makers;
  }

  private Optional<String> makerHindrance(TypeElement payload, ExecutableElement method) {
    if (!method.getModifiers().contains(Modifier.STATIC)) {
      return Optional.of("it is not static");
    }
    TypeMirror returned = method.getReturnType();
    if (!(returned instanceof DeclaredType declared) || !declared.asElement().equals(payload)) {
      return Optional.of("it returns " + returned);
    }
    return hindrance(method);
  }

  private Set<String> methodsWithParameters(TypeElement payload) {
    Set<String> names = new TreeSet<>();
    for (ExecutableElement method : ElementFilter.methodsIn(elements.getAllMembers(payload))) {
      if (!method.getParameters().isEmpty()) {
        names.add(method.getSimpleName().toString());
      }
    }
    return names;
  }

  private Optional<String> noEmptyConstructor(List<ExecutableElement> constructors) {
    return constructors.stream()
        .filter(constructor -> constructor.getParameters().isEmpty())
        .findFirst()
        .map(this::hindrance)
        .orElse(Optional.of("there is none"));
  }

  /**
   * Returns why a method reference in the same package cannot refer to a constructor or method, or
   * empty if it can.
   */
  private Optional<String> hindrance(ExecutableElement member) {
    if (member.getModifiers().contains(Modifier.PRIVATE)) {
      return Optional.of("it is private");
    }
    return member.getThrownTypes().stream()
        .filter(this::isChecked)
        .findFirst()
        .map(thrown -> "it throws " + thrown);
  }

  private boolean isChecked(TypeMirror thrown) {
    return !isSubtype(thrown, "java.lang.RuntimeException")
        && !isSubtype(thrown, "java.lang.Error");
  }

  private boolean isSubtype(TypeMirror type, String name) {
    return types.isSubtype(type, elements.getTypeElement(name).asType());
  }
}
