package dev.tenon.jobs.internal.codes;

import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Finds enum constants by the codes that they are stored and shown with. */
public final class Codes {

  private Codes() {}

  /**
   * The constant with a code.
   *
   * @param all the constants of the enum
   * @param codes returns the code of each constant
   * @param code the code
   * @throws IllegalArgumentException if no constant has the code
   */
  public static <E extends Enum<E>> E find(E[] all, Function<E, String> codes, String code) {
    for (E each : all) {
      if (codes.apply(each).equals(code)) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        "There is no %s with the code '%s'. The codes are: %s."
            .formatted(
                name(all.getClass().getComponentType()),
                code,
                Arrays.stream(all).map(codes).collect(Collectors.joining(", "))));
  }

  /** The name of the enum in sources: {@code WorkflowQuery.State}. */
  private static String name(Class<?> type) {
    Class<?> outer = type.getEnclosingClass();
    return (outer == null ? "" : outer.getSimpleName() + ".") + type.getSimpleName();
  }
}
