package dev.tenon.jobs.processor.model;

import com.palantir.javapoet.TypeName;
import java.util.List;
import java.util.Optional;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeMirror;

/**
 * A method with {@code @Upcaster}.
 *
 * @param method the method
 * @param owner its class
 * @param from the version that it takes
 * @param parameter the type of its only parameter; empty if it has none or several
 * @param oldShape the record that it takes, with all records reachable from it; empty if it takes
 *     something else
 * @param thrown the checked exceptions that it declares
 */
public record UpcasterMethod(
    ExecutableElement method,
    TypeElement owner,
    Attribute<Integer> from,
    Optional<TypeName> parameter,
    Optional<Shapes> oldShape,
    List<TypeMirror> thrown) {

  private static final String STRING = "java.lang.String";

  /** The name of the method. */
  public String name() {
    return method.getSimpleName().toString();
  }

  /** Returns whether the method takes the stored JSON. */
  public boolean takesJson() {
    return parameter.isPresent() && parameter.get().toString().equals(STRING);
  }
}
