package dev.tenon.jobs.spring;

/** The application lacks a bean that Tenon needs, or has too many of its type. */
final class MissingBeanException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String action;

  MissingBeanException(String message, String action) {
    super(message);
    this.action = action;
  }

  /** The fix, as a sentence. */
  String action() {
    return action;
  }
}
