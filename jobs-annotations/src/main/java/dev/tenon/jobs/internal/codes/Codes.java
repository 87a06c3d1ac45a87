package dev.tenon.jobs.internal.codes;

import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Finds constants of enums by the codes by which they are stored and shown. */
public final class Codes {

  private Codes() {}

  /**
   * The constant with a code.
   *
   * @param all the constants of the enum
   * @param codes says the code of each
   * @param code the code
   * @throws IllegalArgumentException if none has it
   */
  public static <E extends Enum<E>> E find(E[] all, Function<E, String> codes, String code) {
    for (E each : all) {
      if (codes.apply(each).equals(code)) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        "There is no %s with the code '%s', but only with: %s."
            .formatted(
                name(all.getClass().getComponentType()),
                code,
                Arrays.stream(all).map(codes).collect(Collectors.joining(", "))));
  }

  /** As sources name the enum: {@code WorkflowQuery.State}. */
  private static String name(Class<?> type) {
    Class<?> outer = type.getEnclosingClass();
    return (outer == null ? "" : outer.getSimpleName() + ".") + type.getSimpleName();
  }
}
