package dev.tenon.jobs.processor.read;

import com.palantir.javapoet.TypeName;
import dev.tenon.jobs.processor.model.Attribute;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.Shapes;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.model.UpcasterMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/** Reads the methods with {@code @Upcaster} of a record, or of a sealed interface of records. */
public final class UpcasterReader {

  private static final String UPCASTER = RuntimeTypes.UPCASTER_ANNOTATION.canonicalName();

  private final Elements elements;
  private final Types types;
  private final ShapeReader shapes;

  /** Creates a reader. */
  public UpcasterReader(Elements elements, Types types) {
    this.elements = elements;
    this.types = types;
    this.shapes = new ShapeReader(elements, types);
  }

  /**
   * The upcasters, in the order of the source; empty if one of them names a type that does not
   * exist yet.
   */
  public Optional<List<UpcasterMethod>> read(TypeElement owner) {
    List<UpcasterMethod> upcasters = new ArrayList<>();
    for (ExecutableElement method : ElementFilter.methodsIn(owner.getEnclosedElements())) {
      if (Annotations.hasUnresolved(method, RuntimeTypes.UPCASTER_ANNOTATION)) {
        return Optional.empty();
      }
      Optional<AnnotationMirror> annotation = Annotations.find(method, UPCASTER);
      if (annotation.isPresent()) {
        Optional<UpcasterMethod> upcaster = read(owner, method, annotation.get());
        if (upcaster.isEmpty()) {
          return Optional.empty();
        }
        upcasters.add(upcaster.get());
      }
    }
    return Optional.of(upcasters);
  }

  private Optional<UpcasterMethod> read(
      TypeElement owner, ExecutableElement method, AnnotationMirror annotation) {
    Optional<TypeMirror> parameter =
        method.getParameters().size() == 1
            ? Optional.of(method.getParameters().get(0).asType())
            : Optional.empty();
    if (!Annotations.isReadable(annotation)
        || TypeReferences.hasUnresolved(method.getReturnType())
        || parameter.filter(TypeReferences::hasUnresolved).isPresent()) {
      return Optional.empty();
    }
    Optional<Shapes> oldShape = Optional.empty();
    if (parameter.isPresent()
        && parameter.get() instanceof DeclaredType type
        && type.asElement().getKind() == ElementKind.RECORD) {
      oldShape = shapes.read(type);
      if (oldShape.isEmpty()) {
        return Optional.empty();
      }
    }
    SourcePosition position = SourcePosition.of(method, annotation);
    return Optional.of(
        new UpcasterMethod(
            method,
            owner,
            new Attribute<>(
                (int) Annotations.number(annotation, "from", 0),
                true,
                position.at(Annotations.explicit(annotation, "from").orElse(null))),
            parameter.map(TypeName::get),
            oldShape,
            method.getThrownTypes().stream()
                .filter(this::isChecked)
                .<TypeMirror>map(t -> t)
                .toList()));
  }

  private boolean isChecked(TypeMirror thrown) {
    return !isSubtype(thrown, "java.lang.RuntimeException")
        && !isSubtype(thrown, "java.lang.Error");
  }

  private boolean isSubtype(TypeMirror type, String supertype) {
    return types.isSubtype(type, elements.getTypeElement(supertype).asType());
  }
}
