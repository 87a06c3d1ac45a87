package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.internal.background.LogText;
import dev.tenon.jobs.internal.background.LoggableFailure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where a handler's failure came from, for logs: the classes of the exception and its causes, and
 * the methods that they came from. Messages are left out, since they may quote a payload; frames
 * cannot.
 */
final class FailureFrames {

  private static final int MAX_FRAMES = 10;
  private static final int MAX_FRAMES_OF_A_CAUSE = 5;
  private static final int MAX_CAUSES = 3;

  /** What has called the handler says nothing. */
  private static final String CALLER = AttemptRunner.class.getName();

  /** The modules of the JDK, from which a failure seldom comes by itself. */
  private static final List<String> JDK_MODULES = List.of("java.", "jdk.");

  private FailureFrames() {}

  /** The first frame that is not of the JDK, as in {@code at org.acme.Mail.send(Mail.java:42)}. */
  static String first(Throwable failure) {
    List<StackTraceElement> frames = frames(failure);
    return frames.stream()
        .filter(frame -> !isOfJdk(frame))
        .findFirst()
        .or(() -> frames.stream().findFirst())
        .map(frame -> "at " + LogText.escape(frame.toString()))
        .orElse("which has no frames");
  }

  /** The first frames, and those of the causes with their classes; each on a line of its own. */
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

  /** Those of the handler, and of what it has called. */
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
