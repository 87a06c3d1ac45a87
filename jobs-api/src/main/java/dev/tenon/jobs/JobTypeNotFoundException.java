package dev.tenon.jobs;

import java.util.Collection;
import java.util.stream.Collectors;

/** Thrown when there is no job type with the given name or alias. */
public final class JobTypeNotFoundException extends JobsException {

  private static final long serialVersionUID = 1L;

  private static final int MAX_NAMES = 5;

  /**
   * Creates the exception.
   *
   * @param type the name that no type has
   * @param known the names of the types that there are; the first of them are part of the message
   */
  public JobTypeNotFoundException(String type, Collection<String> known) {
    super(message(type, known), type, null, null);
  }

  private static String message(String type, Collection<String> known) {
    String others =
        known.stream()
            .limit(MAX_NAMES)
            .map(name -> "'" + name + "'")
            .collect(Collectors.joining(", "));
    return "There is no job type '%s'. A type is there once a process that declares it has been started.%s"
        .formatted(
            type,
            known.isEmpty()
                ? ""
                : " There are " + others + (known.size() > MAX_NAMES ? " and others." : "."));
  }
}
