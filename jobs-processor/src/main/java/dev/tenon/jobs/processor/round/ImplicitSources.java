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
 * newer than the class files or there are none on the class path. It compiles them as well, so that
 * what was generated for them before is out of date.
 */
public final class ImplicitSources {

  private final Elements elements;
  private final Filer filer;
  private @Nullable Set<String> found;

  /** Looks through the eyes of this compiler. */
  public ImplicitSources(ProcessingEnvironment environment) {
    this.elements = environment.getElementUtils();
    this.filer = environment.getFiler();
  }

  /**
   * Those of a module, which are found once: they do not change from round to round.
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

  /** Whether a class or package is read from a source. */
  boolean isSource(Element element) {
    return IncrementalCompilation.kind(element, elements)
        .map(kind -> kind == JavaFileObject.Kind.SOURCE)
        .orElseGet(() -> hasNewerSource(element));
  }

  /** For Java 17, which does not tell what it has read: by its rule, the newer one of the two. */
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
      // No such path, or nothing there
      return Optional.empty();
    }
  }
}
