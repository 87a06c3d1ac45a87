package dev.tenon.jobs.processor.read;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.PackageElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;

/** Finds the generated modules of job types and signals that come from a library. */
public final class LibraryModules {

  private final Elements elements;
  private final Set<String> sources;

  /**
   * Creates a finder of the modules that a compilation can see.
   *
   * @param sources the names of the classes in the sources
   */
  public LibraryModules(Elements elements, Set<String> sources) {
    this.elements = elements;
    this.sources = sources;
  }

  /** Returns whether a class comes from a library and declares a job type. */
  public boolean isJobType(TypeElement type) {
    return !sources.contains(type.getQualifiedName().toString())
        && Annotations.find(type, RuntimeTypes.JOB_TYPE.canonicalName()).isPresent();
  }

  /**
   * The module of a job type or a signal, which is in the package of its record or in an enclosing
   * one.
   */
  public Optional<ClassName> moduleOf(TypeElement record) {
    String name = elements.getPackageOf(record).getQualifiedName().toString();
    while (true) {
      PackageElement around = elements.getPackageElement(name);
      if (around != null) {
        for (TypeElement type : ElementFilter.typesIn(around.getEnclosedElements())) {
          if (isModuleOf(type, record)) {
            return Optional.of(ClassName.get(type));
          }
        }
      }
      if (!name.contains(".")) {
        return Optional.empty();
      }
      name = name.substring(0, name.lastIndexOf('.'));
    }
  }

  private static boolean isModuleOf(TypeElement type, TypeElement record) {
    Optional<AnnotationMirror> generated =
        type.getSimpleName().toString().endsWith("Module")
            ? Annotations.find(type, RuntimeTypes.GENERATED_JOB_MODULE.canonicalName())
            : Optional.empty();
    return generated.stream()
        .flatMap(
            annotation ->
                Stream.of("payloads", "signals")
                    .flatMap(own -> Annotations.entries(annotation, own).stream()))
        .anyMatch(
            entry ->
                entry.getValue() instanceof TypeMirror one
                    && one.toString().contentEquals(record.getQualifiedName()));
  }
}
