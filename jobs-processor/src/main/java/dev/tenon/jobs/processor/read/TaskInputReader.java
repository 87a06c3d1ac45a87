package dev.tenon.jobs.processor.read;

import com.palantir.javapoet.TypeName;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.TaskInputMethod;
import dev.tenon.jobs.processor.model.TaskInputMethod.Deprecation;
import dev.tenon.jobs.processor.model.TaskInputMethod.Fault;
import dev.tenon.jobs.processor.model.TaskInputMethod.Parameter;
import dev.tenon.jobs.processor.model.TaskInputMethod.Returned;
import dev.tenon.jobs.processor.model.ValueKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.lang.model.AnnotatedConstruct;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.PrimitiveType;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.type.WildcardType;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/** Reads the methods with {@code @FromResults} of a payload. */
public final class TaskInputReader {

  private static final String FROM_RESULTS = RuntimeTypes.FROM_RESULTS.canonicalName();
  private static final String LIST = "java.util.List";
  private static final String OPTIONAL = "java.util.Optional";

  private final Elements elements;
  private final Types types;
  private final TypeClassifier classifier;

  /** Creates a reader. */
  public TaskInputReader(Elements elements, Types types) {
    this.elements = elements;
    this.types = types;
    this.classifier = new TypeClassifier(elements, types);
  }

  /**
   * Returns whether a payload has a method of this name with {@code @FromResults}, valid or not.
   */
  public static boolean hasMethod(TypeElement payload, String name) {
    return ElementFilter.methodsIn(payload.getEnclosedElements()).stream()
        .filter(method -> method.getSimpleName().contentEquals(name))
        .anyMatch(method -> Annotations.find(method, FROM_RESULTS).isPresent());
  }

  /**
   * The methods, in the order of the source; empty if one of them names a type that does not exist
   * yet.
   */
  public Optional<List<TaskInputMethod>> read(TypeElement payload) {
    List<TaskInputMethod> inputs = new ArrayList<>();
    for (ExecutableElement method : ElementFilter.methodsIn(payload.getEnclosedElements())) {
      if (Annotations.hasUnresolved(method, RuntimeTypes.FROM_RESULTS)) {
        return Optional.empty();
      }
      if (Annotations.find(method, FROM_RESULTS).isPresent()) {
        if (TypeReferences.hasUnresolved(method.getReturnType())
            || method.getParameters().stream()
                .map(VariableElement::asType)
                .anyMatch(TypeReferences::hasUnresolved)) {
          return Optional.empty();
        }
        inputs.add(read(payload, method));
      }
    }
    return Optional.of(inputs);
  }

  private TaskInputMethod read(TypeElement payload, ExecutableElement method) {
    TypeMirror returned = method.getReturnType();
    return new TaskInputMethod(
        method,
        payload,
        method.getParameters().stream().map(each -> parameter(payload, each)).toList(),
        returned(payload, returned),
        Annotations.isNullable(method)
            || Annotations.isNullable((AnnotatedConstruct) returned)
            || argument(returned, LIST)
                .filter(entry -> Annotations.isNullable((AnnotatedConstruct) entry))
                .isPresent(),
        method.getThrownTypes().stream()
            .filter(this::isChecked)
            .<TypeMirror>map(thrown -> thrown)
            .toList(),
        ElementFilter.methodsIn(elements.getAllMembers(payload)).stream()
                .filter(other -> other.getSimpleName().equals(method.getSimpleName()))
                .count()
            > 1,
        deprecation(method));
  }

  private Returned returned(TypeElement payload, TypeMirror type) {
    if (isPayload(payload, type)) {
      return Returned.PAYLOAD;
    }
    if (argument(type, OPTIONAL).filter(held -> isPayload(payload, held)).isPresent()) {
      return Returned.OPTIONAL;
    }
    return argument(type, LIST).filter(held -> isPayload(payload, held)).isPresent()
        ? Returned.LIST
        : Returned.OTHER;
  }

  private static boolean isPayload(TypeElement payload, TypeMirror type) {
    return type instanceof DeclaredType declared && declared.asElement().equals(payload);
  }

  /** The type argument of a list or an optional; empty for anything else, and for a raw type. */
  private static Optional<TypeMirror> argument(TypeMirror type, String container) {
    return is(type, container) && !((DeclaredType) type).getTypeArguments().isEmpty()
        ? Optional.of(((DeclaredType) type).getTypeArguments().get(0))
        : Optional.empty();
  }

  private static boolean is(TypeMirror type, String name) {
    return type instanceof DeclaredType declared
        && ((TypeElement) declared.asElement()).getQualifiedName().contentEquals(name);
  }

  private Parameter parameter(TypeElement payload, VariableElement element) {
    TypeMirror type = element.asType();
    boolean isPayload = isPayload(payload, type);
    List<TypeElement> classes = new ArrayList<>();
    addClasses(type, classes);
    return new Parameter(
        element,
        TypeName.get(type),
        isPayload,
        isPayload ? Optional.empty() : fault(type),
        classes);
  }

  private static void addClasses(TypeMirror type, List<TypeElement> classes) {
    if (type instanceof ArrayType array) {
      addClasses(array.getComponentType(), classes);
    } else if (type instanceof DeclaredType declared) {
      classes.add((TypeElement) declared.asElement());
      declared.getTypeArguments().forEach(argument -> addClasses(argument, classes));
    }
  }

  /**
   * Returns why a type is neither that of a result nor a list of results, or empty if it is one of
   * them.
   */
  private Optional<Fault> fault(TypeMirror type) {
    if (!is(type, LIST)) {
      return faultOfResult(type, "which");
    }
    Optional<TypeMirror> entry = argument(type, LIST);
    if (entry.isEmpty()) {
      return Optional.of(new Fault("which does not say what it holds", "Write its type argument"));
    }
    return entry.get() instanceof WildcardType
        ? Optional.of(new Fault("which has a wildcard", "Write the result's type in its place"))
        : faultOfResult(entry.get(), "and " + simpleName(entry.get()));
  }

  /**
   * Returns why a type cannot be a result, by the rules of {@code @JobType}, or empty if it can.
   */
  private Optional<Fault> faultOfResult(TypeMirror type, String subject) {
    if (type instanceof PrimitiveType primitive) {
      return Optional.of(
          new Fault(
              subject + " is a primitive", "Write " + types.boxedClass(primitive).getSimpleName()));
    }
    if (is(type, "java.lang.Void")) {
      return Optional.of(
          new Fault(
              subject + " has no values", "Remove the parameter, or give the job type a result"));
    }
    TypeMirror inside = type;
    while (inside instanceof ArrayType array) {
      inside = array.getComponentType();
    }
    if (inside instanceof DeclaredType declared
        && !((TypeElement) declared.asElement()).getTypeParameters().isEmpty()) {
      ValueKind kind = classifier.kind(type);
      return Optional.of(
          new Fault(
              subject + " has type parameters",
              kind == ValueKind.COLLECTION || kind == ValueKind.ITERABLE
                  ? "Write List for the results of many jobs"
                  : "Use a record with a component of that type"));
    }
    return JsonTypes.hindrance(type, classifier.kind(type))
        .map(
            reason -> {
              int fix = reason.lastIndexOf("; ");
              return new Fault(
                  subject + " is " + reason.substring(0, fix),
                  Character.toUpperCase(reason.charAt(fix + 2)) + reason.substring(fix + 3));
            });
  }

  private static String simpleName(TypeMirror type) {
    return type instanceof DeclaredType declared
        ? declared.asElement().getSimpleName().toString()
        : type.toString();
  }

  private boolean isChecked(TypeMirror thrown) {
    return !isSubtype(thrown, "java.lang.RuntimeException")
        && !isSubtype(thrown, "java.lang.Error");
  }

  private boolean isSubtype(TypeMirror type, String supertype) {
    return types.isSubtype(type, elements.getTypeElement(supertype).asType());
  }

  private static Deprecation deprecation(Element method) {
    return Annotations.find(method, "java.lang.Deprecated")
        .map(
            annotation ->
                Annotations.flag(annotation, "forRemoval", false)
                    ? Deprecation.FOR_REMOVAL
                    : Deprecation.ORDINARY)
        .orElse(Deprecation.NONE);
  }
}
