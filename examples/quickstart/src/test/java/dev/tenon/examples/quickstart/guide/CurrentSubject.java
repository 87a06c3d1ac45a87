package dev.tenon.examples.quickstart.guide;

import java.util.Optional;
import javax.security.auth.Subject;
import org.jspecify.annotations.Nullable;

/** The subject that the current thread acts for. */
final class CurrentSubject {

  private static final ThreadLocal<@Nullable Subject> SUBJECT = new ThreadLocal<>();

  private CurrentSubject() {}

  static Optional<Subject> get() {
    return Optional.ofNullable(SUBJECT.get());
  }

  static void set(Subject subject) {
    SUBJECT.set(subject);
  }

  static void clear() {
    SUBJECT.remove();
  }
}
