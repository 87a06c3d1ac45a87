package dev.tenon.jobs.processor.read;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.model.Attribute;
import dev.tenon.jobs.processor.model.CursorDeclaration;
import dev.tenon.jobs.processor.model.HandlerDeclaration;
import dev.tenon.jobs.processor.model.HandlerMethod;
import dev.tenon.jobs.processor.model.HandlerSteps;
import dev.tenon.jobs.processor.model.InDoubtMethod;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.model.StepMethod;
import dev.tenon.jobs.processor.model.StoredValue;
import dev.tenon.jobs.processor.model.ValueKind;
import dev.tenon.jobs.processor.model.WaitDeclaration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/** Reads the steps, waits and cursors of handlers. */
public final class StepsReader {

  private static final List<ClassName> ON_METHODS =
      List.of(RuntimeTypes.STEP, RuntimeTypes.IN_DOUBT);

  private final Elements elements;
  private final Types types;
  private final TypeClassifier classifier;
  private final StoredValueReader values;
  private final WaitReader waits;

  /** Creates a reader. */
  public StepsReader(Elements elements, Types types) {
    this.elements = elements;
    this.types = types;
    this.classifier = new TypeClassifier(elements, types);
    this.values = new StoredValueReader(elements, types);
    this.waits = new WaitReader(types);
  }

  /** Returns whether a handler, or a supertype, declares steps, waits or a cursor. */
  static boolean isDeclared(Types types, TypeElement handler) {
    return WaitReader.isDeclared(handler)
        || Annotations.find(handler, RuntimeTypes.RESUMES_FROM.canonicalName()).isPresent()
        || HandlerMembers.declares(types, handler, ON_METHODS);
  }

  /** Returns whether a method is a step, perhaps because it overrides one. */
  public static boolean isStep(ExecutableElement method, Elements elements) {
    String step = RuntimeTypes.STEP.canonicalName();
    if (Annotations.find(method, step).isPresent()
        || Annotations.hasUnresolved(method, RuntimeTypes.STEP)) {
      return true;
    }
    return method.getEnclosingElement() instanceof TypeElement owner
        && ElementFilter.methodsIn(HandlerMembers.inherited(owner)).stream()
            .filter(other -> Annotations.find(other, step).isPresent())
            .anyMatch(other -> elements.overrides(method, other, owner));
  }

  /**
   * The steps, waits and cursor of a handler; empty if one of them names a type that does not exist
   * yet, or has a value that the compiler reports.
   */
  public Optional<HandlerSteps> read(HandlerDeclaration handler) {
    HandlerMembers members = new HandlerMembers(elements, types, handler.element());
    if (ON_METHODS.stream().anyMatch(members::hasUnresolved)) {
      return Optional.empty();
    }
    List<StepMethod> steps = new ArrayList<>();
    for (ExecutableElement method : members.annotated(RuntimeTypes.STEP)) {
      Optional<StepMethod> step = step(method, members);
      if (step.isEmpty()) {
        return Optional.empty();
      }
      steps.add(step.get());
    }
    List<InDoubtMethod> inDoubt = new ArrayList<>();
    for (ExecutableElement method : members.annotated(RuntimeTypes.IN_DOUBT)) {
      Optional<InDoubtMethod> found = inDoubt(method, members);
      if (found.isEmpty()) {
        return Optional.empty();
      }
      inDoubt.add(found.get());
    }
    Optional<List<WaitDeclaration>> declared = waits.read(handler.element());
    if (declared.isEmpty()) {
      return Optional.empty();
    }
    Optional<AnnotationMirror> resumes =
        Annotations.find(handler.element(), RuntimeTypes.RESUMES_FROM.canonicalName());
    Optional<CursorDeclaration> cursor =
        resumes.flatMap(mirror -> cursor(handler.element(), mirror));
    return resumes.isPresent() && cursor.isEmpty()
        ? Optional.empty()
        : Optional.of(new HandlerSteps(handler, steps, inDoubt, declared.get(), cursor));
  }

  private static Optional<AttributeReader> attributes(
      ExecutableElement method, ClassName annotation) {
    return Annotations.find(method, annotation.canonicalName())
        .filter(Annotations::isReadable)
        .map(mirror -> new AttributeReader(SourcePosition.of(method, mirror), mirror));
  }

  private Optional<StepMethod> step(ExecutableElement declaration, HandlerMembers members) {
    Optional<AttributeReader> attributes = attributes(declaration, RuntimeTypes.STEP);
    Optional<HandlerMethod> method = members.read(declaration);
    if (attributes.isEmpty() || method.isEmpty()) {
      return Optional.empty();
    }
    Optional<StoredValue> result =
        method.get().isVoid()
            ? Optional.empty()
            : values.read(method.get().returned(), method.get().name(), declaration);
    return result.isEmpty() && !method.get().isVoid()
        ? Optional.empty()
        : Optional.of(step(method.get(), attributes.get(), result));
  }

  private static StepMethod step(
      HandlerMethod method, AttributeReader attributes, Optional<StoredValue> result) {
    Attribute<String> name = attributes.text("value");
    return new StepMethod(
        method,
        attributes.position(),
        name.explicit()
            ? name
            : new Attribute<>(method.name(), false, SourcePosition.of(method.declaration())),
        attributes.texts("aliases"),
        attributes.flag("repeatable"),
        attributes.text("timeout"),
        attributes.integer("maxAttempts"),
        attributes.list("retryDelays"),
        result);
  }

  private static Optional<InDoubtMethod> inDoubt(
      ExecutableElement declaration, HandlerMembers members) {
    return attributes(declaration, RuntimeTypes.IN_DOUBT)
        .flatMap(
            attributes ->
                members
                    .read(declaration)
                    .map(
                        method ->
                            new InDoubtMethod(
                                method, attributes.position(), attributes.text("value"))));
  }

  private Optional<CursorDeclaration> cursor(TypeElement handler, AnnotationMirror annotation) {
    if (!Annotations.isReadable(annotation)) {
      return Optional.empty();
    }
    AttributeReader attributes =
        new AttributeReader(SourcePosition.of(handler, annotation), annotation);
    Attribute<Object> type = attributes.value("value");
    if (!(type.value() instanceof TypeMirror mirror)) {
      return Optional.empty();
    }
    TypeMirror written = types.erasure(mirror);
    ValueKind kind = classifier.kind(written);
    boolean isShaped = kind == ValueKind.RECORD || kind == ValueKind.UNION;
    Stream<StoredValue> value =
        isShaped ? values.read(written, "cursor", handler).stream() : Stream.empty();
    Optional<StoredValue> read = value.findFirst();
    return isShaped && read.isEmpty()
        ? Optional.empty()
        : Optional.of(new CursorDeclaration(type.position(), written.toString(), read));
  }
}
