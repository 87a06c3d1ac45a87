package dev.tenon.jobs.processor.read;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.model.Attribute;
import dev.tenon.jobs.processor.model.GeneratedNames;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.model.WaitDeclaration;
import dev.tenon.jobs.processor.model.WaitDeclaration.SignalUse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Types;

/** Reads {@code @Awaits} and {@code @Sleeps} on handlers. */
final class WaitReader {

  private static final String SIGNAL = RuntimeTypes.SIGNAL.canonicalName();

  private final Types types;

  WaitReader(Types types) {
    this.types = types;
  }

  /** Returns whether a class has one of the annotations. */
  static boolean isDeclared(TypeElement type) {
    return !mirrors(type, RuntimeTypes.AWAITS).isEmpty()
        || !mirrors(type, RuntimeTypes.SLEEPS).isEmpty();
  }

  /** The annotations of a type, whether there is one or several. */
  private static List<AnnotationMirror> mirrors(TypeElement type, ClassName annotation) {
    List<AnnotationMirror> mirrors = new ArrayList<>();
    Annotations.find(type, annotation.canonicalName()).ifPresent(mirrors::add);
    Annotations.find(type, annotation.nestedClass("List").canonicalName())
        .ifPresent(
            list -> {
              for (AnnotationValue entry : Annotations.entries(list, "value")) {
                if (entry.getValue() instanceof AnnotationMirror mirror) {
                  mirrors.add(mirror);
                }
              }
            });
    return mirrors;
  }

  /**
   * The waits of a handler; empty if one names a type that does not exist yet, or has a value that
   * the compiler reports.
   */
  Optional<List<WaitDeclaration>> read(TypeElement handler) {
    List<AnnotationMirror> awaits = mirrors(handler, RuntimeTypes.AWAITS);
    List<AnnotationMirror> sleeps = mirrors(handler, RuntimeTypes.SLEEPS);
    boolean isUnreadable =
        Annotations.hasUnresolved(handler, RuntimeTypes.AWAITS)
            || Annotations.hasUnresolved(handler, RuntimeTypes.SLEEPS)
            || !awaits.stream().allMatch(Annotations::isReadable)
            || !sleeps.stream().allMatch(Annotations::isReadable);
    if (isUnreadable) {
      return Optional.empty();
    }
    List<WaitDeclaration> waits = new ArrayList<>();
    for (AnnotationMirror mirror : awaits) {
      waits.add(wait(new AttributeReader(SourcePosition.of(handler, mirror), mirror)));
    }
    for (AnnotationMirror mirror : sleeps) {
      AttributeReader attributes = new AttributeReader(SourcePosition.of(handler, mirror), mirror);
      waits.add(
          new WaitDeclaration(
              attributes.position(),
              attributes.text("value"),
              attributes.texts("aliases"),
              true,
              List.of(),
              List.of()));
    }
    return Optional.of(waits);
  }

  private WaitDeclaration wait(AttributeReader attributes) {
    List<Attribute<SignalUse>> signals = new ArrayList<>();
    List<TypeMirror> mirrors = new ArrayList<>();
    for (AnnotationValue entry : Annotations.entries(attributes.raw("value").value())) {
      if (entry.getValue() instanceof TypeMirror type) {
        signals.add(new Attribute<>(signal(type), true, attributes.position().at(entry)));
        mirrors.add(type);
      }
    }
    Attribute<String> name = attributes.text("name");
    boolean isNamedByRecord = !name.explicit() && signals.size() == 1;
    return new WaitDeclaration(
        attributes.position(),
        isNamedByRecord
            ? new Attribute<>(defaultName(signals.get(0).value()), false, attributes.position())
            : name,
        attributes.texts("aliases"),
        false,
        signals,
        mirrors.size() == 1 ? List.of(mirrors.get(0)) : common(mirrors));
  }

  private static String defaultName(SignalUse signal) {
    return signal
        .record()
        .map(record -> GeneratedNames.waitName(record.getSimpleName().toString()))
        .orElse("");
  }

  private static SignalUse signal(TypeMirror type) {
    Optional<TypeElement> record =
        type instanceof DeclaredType declared
            ? Optional.of((TypeElement) declared.asElement())
            : Optional.empty();
    return new SignalUse(
        type.toString(),
        record,
        record
            .flatMap(element -> Annotations.find(element, SIGNAL))
            .filter(Annotations::isReadable)
            .map(mirror -> Annotations.text(mirror, "value")));
  }

  /** The interfaces that all types implement, without those that another of them extends. */
  private List<TypeMirror> common(List<TypeMirror> records) {
    Map<String, TypeMirror> common = new LinkedHashMap<>();
    for (int i = 0; i < records.size(); i++) {
      Map<String, TypeMirror> interfaces = new LinkedHashMap<>();
      addInterfaces(records.get(i), interfaces);
      if (i == 0) {
        common.putAll(interfaces);
      } else {
        common.keySet().retainAll(interfaces.keySet());
      }
    }
    List<TypeMirror> found = List.copyOf(common.values());
    return found.stream()
        .filter(
            one ->
                found.stream()
                    .noneMatch(
                        other -> !types.isSameType(one, other) && types.isSubtype(other, one)))
        .toList();
  }

  private void addInterfaces(TypeMirror type, Map<String, TypeMirror> interfaces) {
    for (TypeMirror supertype : types.directSupertypes(type)) {
      if (supertype instanceof DeclaredType declared
          && declared.asElement().getKind() == ElementKind.INTERFACE) {
        interfaces.putIfAbsent(supertype.toString(), supertype);
      }
      addInterfaces(supertype, interfaces);
    }
  }
}
