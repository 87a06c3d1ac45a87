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
 * What Gradle's incremental compilation needs. It compiles the sources that have changed, and hands
 * the class files of all other annotated classes to every processor of the compilation, isolating
 * ones too (see <a
 * href="https://docs.gradle.org/current/userguide/java_plugin.html#sec:incremental_annotation_processing">Gradle's
 * manual</a>).
 */
public final class IncrementalCompilation {

  /** For a processor whose outputs have one originating element each. */
  public static final String ISOLATING = "org.gradle.annotation.processing.isolating";

  /** For a processor whose outputs depend on all annotated classes. */
  public static final String AGGREGATING = "org.gradle.annotation.processing.aggregating";

  /**
   * The first compiler that shows the annotations of types in class files. With an older one a
   * payload that changed could not be checked against a record in it that did not.
   */
  private static final int MIN_RELEASE = 22;

  /** {@code Elements.getFileObjectOf}, which there is since Java 18. */
  private static final Optional<Method> FILE_OBJECT_OF = fileObjectOf();

  private IncrementalCompilation() {}

  /**
   * The options by which a processor says to Gradle of what kind it is; none of an old compiler.
   */
  public static Set<String> options(String kind) {
    return Runtime.version().feature() >= MIN_RELEASE ? Set.of(kind) : Set.of();
  }

  /**
   * The annotations for which a processor is called: for all where there is an index, since then
   * classes may have changed that have none of ours and are in a payload nevertheless.
   */
  public static Set<String> annotations(Optional<ModuleIndex> index, ClassName... own) {
    return index.isPresent()
        ? Set.of("*")
        : Arrays.stream(own).map(ClassName::canonicalName).collect(Collectors.toSet());
  }

  /**
   * Whether a class is known from its class file, so that what is written for it is there already.
   */
  public static boolean isCompiled(TypeElement type, Elements elements) {
    return kind(type, elements).filter(kind -> kind == JavaFileObject.Kind.CLASS).isPresent();
  }

  /** From what kind of file a class or package is known; empty if the compiler does not tell. */
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
        // A compiler that does not tell hands out no class files
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
