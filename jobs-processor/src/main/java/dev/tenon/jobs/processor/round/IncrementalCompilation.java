package dev.tenon.jobs.processor.round;

import com.palantir.javapoet.ClassName;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;
import javax.tools.JavaFileObject;

/**
 * Support for Gradle's incremental compilation, which compiles the sources that have changed, and
 * hands the class files of all other annotated classes to every processor of the compilation,
 * including isolating ones (see <a
 * href="https://docs.gradle.org/current/userguide/java_plugin.html#sec:incremental_annotation_processing">Gradle's
 * manual</a>).
 */
public final class IncrementalCompilation {

  /** The kind of a processor whose outputs have one originating element each. */
  public static final String ISOLATING = "org.gradle.annotation.processing.isolating";

  /** The kind of a processor whose outputs depend on all annotated classes. */
  public static final String AGGREGATING = "org.gradle.annotation.processing.aggregating";

  /**
   * The first compiler that shows the annotations of types in class files. With an older one, a
   * payload that has changed could not be checked together with a record in it that has not.
   */
  private static final int MIN_RELEASE = 22;

  /** The method {@code Elements.getFileObjectOf}, which exists since Java 18. */
  private static final Optional<Method> FILE_OBJECT_OF = fileObjectOf();

  private IncrementalCompilation() {}

  /** The options that tell Gradle the kind of a processor; none for an old compiler. */
  public static Set<String> options(String kind) {
    return Runtime.version().feature() >= MIN_RELEASE ? Set.of(kind) : Set.of();
  }

  /**
   * The annotations that a processor is called for. With an index it is all of them, because
   * classes without any of Tenon's annotations may have changed that are part of a payload.
   */
  public static Set<String> annotations(Optional<ModuleIndex> index, ClassName... own) {
    return index.isPresent()
        ? Set.of("*")
        : Arrays.stream(own).map(ClassName::canonicalName).collect(Collectors.toSet());
  }

  /**
   * Returns whether a class is known from its class file, so that its generated code already
   * exists.
   */
  public static boolean isCompiled(TypeElement type, Elements elements) {
    return kind(type, elements).filter(kind -> kind == JavaFileObject.Kind.CLASS).isPresent();
  }

  /**
   * The kind of file that a class or package is known from; empty if the compiler does not tell.
   */
  static Optional<JavaFileObject.Kind> kind(Element type, Elements elements) {
    if (FILE_OBJECT_OF.isEmpty()) {
      return Optional.empty();
    }
    try {
      return FILE_OBJECT_OF.get().invoke(elements, type) instanceof JavaFileObject file
          ? Optional.of(file.getKind())
          : Optional.empty();
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("A method of an interface cannot be called.", e);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof UnsupportedOperationException) {
        // A compiler that does not tell does not hand out class files
        return Optional.empty();
      }
      throw new IllegalStateException("The file of " + type + " is not known.", e.getCause());
    }
  }

  private static Optional<Method> fileObjectOf() {
    try {
      return Optional.of(Elements.class.getMethod("getFileObjectOf", Element.class));
    } catch (NoSuchMethodException e) {
      return Optional.empty();
    }
  }
}
