package dev.tenon.jobs.internal.attempt;

import dev.tenon.jobs.internal.background.LogText;
import dev.tenon.jobs.internal.background.LoggableFailure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The origin of a handler's failure, for logs: the classes of the exception and its causes, and the
 * methods that they came from. Messages are left out, because they may quote a payload; stack
 * frames cannot.
 */
final class FailureFrames {

  private static final int MAX_FRAMES = 10;
  private static final int MAX_FRAMES_OF_A_CAUSE = 5;
  private static final int MAX_CAUSES = 3;

  /**
   * The class that calls the handler; it and its callers are left out, because they say nothing
   * about the failure.
   */
  private static final String CALLER = AttemptRunner.class.getName();

  /** The modules of the JDK, which are rarely the origin of a failure. */
  private static final List<String> JDK_MODULES = List.of("java.", "jdk.");

  private FailureFrames() {}

  /**
   * Returns the first stack frame outside the JDK, as in {@code at
   * org.acme.Mail.send(Mail.java:42)}.
   */
  static String first(Throwable failure) {
    List<StackTraceElement> frames = frames(failure);
    return frames.stream()
        .filter(frame -> !isOfJdk(frame))
        .findFirst()
        .or(() -> frames.stream().findFirst())
        .map(frame -> "at " + LogText.escape(frame.toString()))
        .orElse("without stack frames");
  }

  /**
   * Returns the first stack frames, and those of the causes with their classes; each on a separate
   * line.
   */
  static String all(Throwable failure) {
    StringBuilder lines = new StringBuilder();
    append(lines, frames(failure), MAX_FRAMES);
    LoggableFailure.chain(failure).stream()
        .skip(1)
        .limit(MAX_CAUSES)
        .forEach(
            cause -> {
              lines.append("\n  caused by ").append(LogText.escape(cause.getClass().getName()));
              append(lines, frames(cause), MAX_FRAMES_OF_A_CAUSE);
            });
    return lines.toString();
  }

  private static void append(StringBuilder lines, List<StackTraceElement> frames, int max) {
    for (StackTraceElement frame : frames.subList(0, Math.min(max, frames.size()))) {
      lines.append("\n    at ").append(LogText.escape(frame.toString()));
    }
    if (frames.size() > max) {
      lines.append("\n    … ").append(frames.size() - max).append(" more");
    }
  }

  /** Returns the stack frames of the handler, and of what it has called. */
  private static List<StackTraceElement> frames(Throwable failure) {
    List<StackTraceElement> frames = new ArrayList<>();
    for (StackTraceElement frame : Arrays.asList(failure.getStackTrace())) {
      if (frame.getClassName().equals(CALLER)) {
        break;
      }
      frames.add(frame);
    }
    return frames;
  }

  private static boolean isOfJdk(StackTraceElement frame) {
    String module = frame.getModuleName();
    return module != null && JDK_MODULES.stream().anyMatch(module::startsWith);
  }
}
