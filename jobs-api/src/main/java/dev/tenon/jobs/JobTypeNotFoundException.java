package dev.tenon.jobs;

import java.util.Collection;
import java.util.stream.Collectors;

/** Thrown when there is no job type with the given name or alias. */
public final class JobTypeNotFoundException extends JobsException {

  private static final long serialVersionUID = 1L;

  private static final int MAX_NAMES = 5;
  private static final int MAX_LENGTH = 200;

  /**
   * Creates the exception.
   *
   * @param type the name that no type has
   * @param known the names of the types that there are; the first of them are part of the message
   */
  public JobTypeNotFoundException(String type, Collection<String> known) {
    this(
        type,
        "There is no job type '%s'. A type exists once a process that declares it has been started.%s"
            .formatted(cut(type), others(type, known)));
  }

  private JobTypeNotFoundException(String type, String message) {
    super(message, type, null, null);
  }

  /**
   * The exception for a type that no module of this process declares.
   *
   * @param type the name that no type has
   * @param known the names of the types that the modules declare
   */
  public static JobTypeNotFoundException inThisProcess(String type, Collection<String> known) {
    return new JobTypeNotFoundException(
        type,
        "No module of this process declares a job type '%s'. Put its module on the class path, or pass it to JobsRuntimeBuilder.modules(…).%s"
            .formatted(cut(type), others(type, known)));
  }

  private static String others(String type, Collection<String> known) {
    if (known.isEmpty()) {
      return "";
    }
    return NearNames.nearest(cut(type), known)
        .map(near -> " Did you mean '" + near + "'?")
        .orElseGet(
            () ->
                " There are "
                    + known.stream()
                        .limit(MAX_NAMES)
                        .map(name -> "'" + name + "'")
                        .collect(Collectors.joining(", "))
                    + (known.size() > MAX_NAMES ? " and others." : "."));
  }

  /** Shortens a name from a caller, which may have any length. */
  private static String cut(String type) {
    return type.length() <= MAX_LENGTH ? type : type.substring(0, MAX_LENGTH) + "…";
  }
}
