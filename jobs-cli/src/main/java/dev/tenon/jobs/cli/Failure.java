package dev.tenon.jobs.cli;

import dev.tenon.jobs.JobsStartException;
import java.io.PrintWriter;

/** Thrown when a command fails; the message is for people. */
final class Failure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int UNWELL = 3;

  /** A rollout may go out after something. */
  static final int AFTER = 4;

  /** The builder's setting that a runtime names when migrations are missing. */
  private static final String MIGRATE = "migrate(true)";

  private final int code;

  private Failure(String message, int code) {
    super(message, null, false, false);
    this.code = code;
  }

  /** It could not be done. */
  static Failure of(String message) {
    return new Failure(message, FAILED);
  }

  /** The arguments are wrong. */
  static Failure usage(String message) {
    return new Failure(message, USAGE);
  }

  /** Says what went wrong, and gives the exit code. */
  static int print(Exception exception, PrintWriter err) {
    if (exception instanceof Failure failure) {
      err.println("tenon: " + Text.safe(String.valueOf(failure.getMessage())));
      return failure.code;
    }
    err.println("tenon: " + Text.safe(message(exception)));
    if (exception instanceof JobsStartException && message(exception).contains(MIGRATE)) {
      err.println(
          "tenon: Run 'tenon schema' to list the missing migrations, or 'tenon migrate' to update"
              + " the schema. Use --schema if the tables are in another schema.");
    }
    return exception instanceof IllegalArgumentException ? USAGE : FAILED;
  }

  /** The message of the server or the driver; it contains no password. */
  static String rootMessage(Throwable exception) {
    Throwable cause = exception;
    for (int i = 0; i < 10 && cause.getCause() != null; i++) {
      cause = cause.getCause();
    }
    return Text.oneLine(message(cause));
  }

  private static String message(Throwable exception) {
    String message = exception.getMessage();
    return message == null ? exception.getClass().getName() : message;
  }
}
