package dev.tenon.jobs.processor.read;

import com.palantir.javapoet.AnnotationSpec;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.TypeName;
import dev.tenon.jobs.processor.model.GeneratedNames;
import dev.tenon.jobs.processor.model.HandlerMethod;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.StepParameter;
import dev.tenon.jobs.processor.model.StepParameter.Role;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.lang.model.AnnotatedConstruct;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.ExecutableType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/** The methods of one handler, with those of its supertypes. */
final class HandlerMembers {

  private static final String OBJECT = "java.lang.Object";
  private static final String CONNECTION = "java.sql.Connection";
  private static final String STEP_KEY = RuntimeTypes.STEP_KEY.canonicalName();

  private final Elements elements;
  private final Types types;
  private final TypeElement handler;
  private final String generated;
  private final List<ExecutableElement> methods = new ArrayList<>();

  HandlerMembers(Elements elements, Types types, TypeElement handler) {
    this.elements = elements;
    this.types = types;
    this.handler = handler;
    this.generated = GeneratedNames.steps(ClassName.get(handler)).simpleName();
    add(handler.asType(), new HashSet<>());
  }

  /** Adds the methods of a class, then those of its superclass and its interfaces. */
  private void add(TypeMirror type, Set<String> seen) {
    if (!(type instanceof DeclaredType declared)
        || !(declared.asElement() instanceof TypeElement element)
        || !seen.add(element.getQualifiedName().toString())) {
      return;
    }
    methods.addAll(ElementFilter.methodsIn(element.getEnclosedElements()));
    types.directSupertypes(type).forEach(supertype -> add(supertype, seen));
  }

  /**
   * The methods that have an annotation, those of the handler first. An annotation of a method that
   * overrides another one replaces the annotation of the other one.
   */
  List<ExecutableElement> annotated(ClassName annotation) {
    List<ExecutableElement> found = new ArrayList<>();
    for (ExecutableElement method : methods) {
      if (Annotations.find(method, annotation.canonicalName()).isPresent()
          && found.stream().noneMatch(other -> overrides(other, method))) {
        found.add(method);
      }
    }
    return found;
  }

  /** Returns whether a method has an annotation of this simple name that does not exist. */
  boolean hasUnresolved(ClassName annotation) {
    return methods.stream().anyMatch(method -> Annotations.hasUnresolved(method, annotation));
  }

  private boolean overrides(ExecutableElement one, ExecutableElement other) {
    return elements.overrides(one, other, handler);
  }

  /** A method with everything that generated code needs; empty if it names a missing type. */
  Optional<HandlerMethod> read(ExecutableElement declaration) {
    ExecutableElement implementation = implementation(declaration);
    if (!(types.asMemberOf((DeclaredType) handler.asType(), implementation)
        instanceof ExecutableType type)) {
      return Optional.empty();
    }
    boolean isUnresolved =
        Stream.of(
                Stream.of(type.getReturnType()),
                type.getParameterTypes().stream(),
                type.getThrownTypes().stream())
            .flatMap(each -> each)
            .anyMatch(each -> TypeReferences.hasUnresolved(each) && !isGenerated(each));
    if (isUnresolved) {
      return Optional.empty();
    }
    List<StepParameter> parameters = new ArrayList<>();
    for (int i = 0; i < implementation.getParameters().size(); i++) {
      parameters.add(
          parameter(
              implementation.getParameters().get(i),
              type.getParameterTypes().get(i),
              isKey(implementation, i) || isKey(declaration, i)));
    }
    TypeMirror returned = type.getReturnType();
    return Optional.of(
        new HandlerMethod(
            declaration,
            implementation,
            parameters,
            returned,
            type.getThrownTypes().stream()
                .filter(this::isChecked)
                .<TypeMirror>map(thrown -> thrown)
                .toList(),
            Annotations.isNullable(implementation)
                || Annotations.isNullable((AnnotatedConstruct) returned)
                || Annotations.isNullable((AnnotatedConstruct) implementation.getReturnType()),
            isOverloaded(implementation)));
  }

  /**
   * Returns whether a type is the class that is generated for the handler, and may not exist yet.
   */
  private boolean isGenerated(TypeMirror type) {
    return type instanceof DeclaredType declared
        && declared.asElement().getSimpleName().contentEquals(generated);
  }

  /** The method that is called: the one that overrides the other ones. */
  private ExecutableElement implementation(ExecutableElement declaration) {
    List<ExecutableElement> candidates =
        methods.stream()
            .filter(method -> method.equals(declaration) || overrides(method, declaration))
            .toList();
    return candidates.stream()
        .filter(method -> candidates.stream().noneMatch(other -> overrides(other, method)))
        .min(
            (one, other) ->
                Boolean.compare(
                    one.getModifiers().contains(Modifier.ABSTRACT),
                    other.getModifiers().contains(Modifier.ABSTRACT)))
        .orElse(declaration);
  }

  private boolean isOverloaded(ExecutableElement method) {
    return methods.stream()
        .filter(other -> other.getSimpleName().equals(method.getSimpleName()))
        .filter(other -> isMember(other) && !other.equals(method))
        .anyMatch(other -> !overrides(method, other) && !isSame(method, other));
  }

  /** Returns whether the handler has a method, which may be one of its supertypes. */
  private boolean isMember(ExecutableElement method) {
    Element owner = method.getEnclosingElement();
    if (handler.equals(owner)) {
      return true;
    }
    boolean isOfInterface = owner != null && owner.getKind().isInterface();
    return !method.getModifiers().contains(Modifier.PRIVATE)
        && !(isOfInterface && method.getModifiers().contains(Modifier.STATIC));
  }

  /** Returns whether two inherited methods have the same parameters, so that one call fits both. */
  private boolean isSame(ExecutableElement one, ExecutableElement other) {
    DeclaredType type = (DeclaredType) handler.asType();
    return types.isSubsignature(
        (ExecutableType) types.asMemberOf(type, one),
        (ExecutableType) types.asMemberOf(type, other));
  }

  private static boolean isKey(ExecutableElement method, int parameter) {
    return Annotations.find(method.getParameters().get(parameter), STEP_KEY).isPresent();
  }

  private static StepParameter parameter(
      VariableElement element, TypeMirror mirror, boolean isKey) {
    Role role = isKey ? Role.KEY : role(mirror);
    return new StepParameter(
        element,
        mirror,
        annotated(mirror),
        role,
        nullable(element)
            .filter(unused -> nullable((AnnotatedConstruct) mirror).isEmpty())
            .map(AnnotationSpec::get));
  }

  private static Role role(TypeMirror type) {
    if (type.getKind() == TypeKind.DECLARED) {
      String name = ((TypeElement) ((DeclaredType) type).asElement()).getQualifiedName().toString();
      if (name.equals(RuntimeTypes.STEP_CONTEXT.canonicalName())) {
        return Role.CONTEXT;
      }
      if (name.equals(CONNECTION)) {
        return Role.CONNECTION;
      }
    }
    return Role.ARGUMENT;
  }

  private static TypeName annotated(TypeMirror type) {
    TypeName name = TypeName.get(type);
    return nullable((AnnotatedConstruct) type)
        .map(mirror -> name.annotated(AnnotationSpec.get(mirror)))
        .orElse(name);
  }

  private static Optional<? extends AnnotationMirror> nullable(AnnotatedConstruct annotated) {
    return annotated.getAnnotationMirrors().stream()
        .filter(mirror -> Annotations.element(mirror).getSimpleName().contentEquals("Nullable"))
        .findFirst();
  }

  private boolean isChecked(TypeMirror thrown) {
    return !isSubtype(thrown, "java.lang.RuntimeException")
        && !isSubtype(thrown, "java.lang.Error");
  }

  private boolean isSubtype(TypeMirror type, String supertype) {
    return types.isSubtype(type, elements.getTypeElement(supertype).asType());
  }

  /** Returns whether a class, or a supertype, has a method with one of these annotations. */
  static boolean declares(Types types, TypeElement type, List<ClassName> annotations) {
    return declares(types, type.asType(), annotations, new HashSet<>());
  }

  /** The members of all supertypes of a class. */
  static List<Element> inherited(TypeElement type) {
    List<Element> members = new ArrayList<>();
    Stream.concat(Stream.of(type.getSuperclass()), type.getInterfaces().stream())
        .filter(DeclaredType.class::isInstance)
        .map(supertype -> (TypeElement) ((DeclaredType) supertype).asElement())
        .forEach(
            supertype -> {
              members.addAll(supertype.getEnclosedElements());
              members.addAll(inherited(supertype));
            });
    return members;
  }

  private static boolean declares(
      Types types, TypeMirror type, List<ClassName> annotations, Set<String> seen) {
    if (!(type instanceof DeclaredType declared)
        || !(declared.asElement() instanceof TypeElement element)
        || element.getQualifiedName().contentEquals(OBJECT)
        || !seen.add(element.getQualifiedName().toString())) {
      return false;
    }
    return ElementFilter.methodsIn(element.getEnclosedElements()).stream()
            .anyMatch(
                method ->
                    annotations.stream()
                        .anyMatch(
                            each -> Annotations.find(method, each.canonicalName()).isPresent()))
        || types.directSupertypes(type).stream()
            .anyMatch(supertype -> declares(types, supertype, annotations, seen));
  }
}
