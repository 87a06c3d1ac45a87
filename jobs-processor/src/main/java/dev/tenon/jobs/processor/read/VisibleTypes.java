package dev.tenon.jobs.processor.read;

import com.palantir.javapoet.ClassName;
import java.util.Optional;
import javax.lang.model.element.Element;
import javax.lang.model.element.ModuleElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;

/** Finds the classes of libraries that generated code can name. */
public final class VisibleTypes {

  private final Elements elements;

  /** Creates a finder. */
  public VisibleTypes(Elements elements) {
    this.elements = elements;
  }

  /**
   * A class, if it exists and the Java module of a source reads the module that it is in.
   *
   * @param source the class that code is generated for
   */
  public Optional<TypeElement> find(ClassName name, Element source) {
    ModuleElement module = elements.getModuleOf(source);
    return Optional.ofNullable(
        module == null
            ? elements.getTypeElement(name.canonicalName())
            : elements.getTypeElement(module, name.canonicalName()));
  }
}
