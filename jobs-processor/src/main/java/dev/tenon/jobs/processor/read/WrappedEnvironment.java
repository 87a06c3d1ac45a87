package dev.tenon.jobs.processor.read;

import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.util.Optional;
import javax.annotation.processing.ProcessingEnvironment;

/** The compiler's own environment, inside the one that a build tool gives to processors. */
final class WrappedEnvironment {

  /** The name of Gradle's field. */
  private static final String DELEGATE = "delegate";

  private WrappedEnvironment() {}

  /** The environment that another one passes calls on to; empty if there is none. */
  static Optional<ProcessingEnvironment> inside(ProcessingEnvironment environment) {
    for (Class<?> type = environment.getClass(); type != null; type = type.getSuperclass()) {
      try {
        Field field = type.getDeclaredField(DELEGATE);
        field.setAccessible(true);
        return field.get(environment) instanceof ProcessingEnvironment inside
            ? Optional.of(inside)
            : Optional.empty();
      } catch (NoSuchFieldException e) {
        // It may be in the superclass
      } catch (IllegalAccessException | InaccessibleObjectException e) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }
}
