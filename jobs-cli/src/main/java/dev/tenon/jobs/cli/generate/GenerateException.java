package dev.tenon.jobs.cli.generate;

/** Thrown if no code can be written for a module. The message is for people. */
public final class GenerateException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  GenerateException(String message) {
    super(message);
  }
}
