package dev.tenon.jobs.processor.read;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.SignalDeclaration;
import dev.tenon.jobs.processor.model.SourcePosition;
import java.util.Optional;
import javax.lang.model.element.TypeElement;

/** Reads {@code @Signal} on records. */
public final class SignalReader {

  private static final String SIGNAL = RuntimeTypes.SIGNAL.canonicalName();

  private SignalReader() {}

  /** Returns whether a class has {@code @Signal}. */
  public static boolean isDeclared(TypeElement type) {
    return Annotations.find(type, SIGNAL).isPresent();
  }

  /**
   * The signal that a class declares; empty if its annotation is not there, or has a value that the
   * compiler reports.
   */
  public static Optional<SignalDeclaration> declaration(TypeElement type) {
    return Annotations.find(type, SIGNAL)
        .filter(Annotations::isReadable)
        .map(annotation -> new AttributeReader(SourcePosition.of(type, annotation), annotation))
        .map(
            attributes ->
                new SignalDeclaration(
                    ClassName.get(type),
                    attributes.position(),
                    attributes.text("value"),
                    attributes.integer("version")));
  }
}
