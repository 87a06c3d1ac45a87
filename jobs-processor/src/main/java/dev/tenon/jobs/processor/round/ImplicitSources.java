package dev.tenon.jobs.processor.round;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.annotation.processing.Filer;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.element.PackageElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;
import javax.tools.FileObject;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.StandardLocation;
import org.jspecify.annotations.Nullable;

/**
 * The classes of a module that the compiler reads from sources it was not given, because these are
 * newer than the class files or there are no class files on the class path. The compiler also
 * compiles them, so code that was generated for them earlier is out of date.
 */
public final class ImplicitSources {

  private final Elements elements;
  private final Filer filer;
  private @Nullable Set<String> found;

  /** Creates a finder for this compiler. */
  public ImplicitSources(ProcessingEnvironment environment) {
    this.elements = environment.getElementUtils();
    this.filer = environment.getFiler();
  }

  /**
   * The implicit sources of a module. They are found only once, because they do not change from
   * round to round.
   *
   * @param given the names of the classes in the sources that the compiler was given
   */
  public Set<String> of(ModuleIndex index, Set<String> given) {
    Set<String> known = found;
    if (known == null) {
      known = new TreeSet<>();
      for (String name : index.classes()) {
        TypeElement type = given.contains(name) ? null : elements.getTypeElement(name);
        if (type != null && isSource(type)) {
          known.add(name);
        }
      }
      found = known;
    }
    return known;
  }

  /** Returns whether a class or package is read from a source. */
  boolean isSource(Element element) {
    return IncrementalCompilation.kind(element, elements)
        .map(kind -> kind == JavaFileObject.Kind.SOURCE)
        .orElseGet(() -> hasNewerSource(element));
  }

  /**
   * Applies the rule of Java 17, which does not tell which file it has read: the newer of the two.
   */
  private boolean hasNewerSource(Element element) {
    Element top = element;
    while (top.getEnclosingElement() instanceof TypeElement outer) {
      top = outer;
    }
    String name = top + (top instanceof PackageElement ? ".package-info" : "");
    String path = name.replace('.', '/');
    Optional<FileObject> source = file(StandardLocation.SOURCE_PATH, path + ".java");
    Optional<FileObject> compiled = file(StandardLocation.CLASS_PATH, path + ".class");
    return source.isPresent()
        && (compiled.isEmpty()
            || source.get().getLastModified() > compiled.get().getLastModified());
  }

  private Optional<FileObject> file(JavaFileManager.Location location, String path) {
    try {
      return Optional.ofNullable(filer.getResource(location, "", path));
    } catch (IOException | IllegalArgumentException e) {
      // There is no such path, or nothing in it
      return Optional.empty();
    }
  }
}
