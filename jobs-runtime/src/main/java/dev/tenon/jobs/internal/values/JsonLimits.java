package dev.tenon.jobs.internal.values;

import dev.tenon.jobs.definition.SensitivePaths;
import dev.tenon.jobs.libraries.jackson.core.StreamReadConstraints;
import dev.tenon.jobs.libraries.jackson.core.StreamWriteConstraints;
import dev.tenon.jobs.libraries.jackson.core.TokenStreamContext;
import dev.tenon.jobs.libraries.jackson.core.json.JsonFactory;

/**
 * The limits of the nesting of JSON and of the length of its numbers. JSON that is written within
 * these limits can be read.
 */
final class JsonLimits {

  /** The maximum depth of nested objects and arrays. */
  static final int MAX_DEPTH = 500;

  /** The maximum number of characters of a number. */
  static final int MAX_NUMBER_LENGTH = 10_000;

  /** The factory of readers and writers with these limits. */
  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(MAX_NUMBER_LENGTH)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .streamWriteConstraints(
              StreamWriteConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          .build();

  private static final int MAX_STEP_LENGTH = 100;

  private JsonLimits() {}

  /**
   * Returns the place of a reader, such as {@code items[3].sku}; empty at the root.
   *
   * @param sensitive the path ends at such a value, because the names of properties in it may be
   *     the keys of a map
   */
  static String path(TokenStreamContext context, SensitivePaths sensitive) {
    StringBuilder path = new StringBuilder();
    SensitivePaths unused = append(context, context.getCurrentIndex(), path, sensitive);
    return path.toString();
  }

  /**
   * Returns the place where a writer writes next, such as {@code items[3].sku}; empty at the root.
   */
  static String nextPath(TokenStreamContext context, SensitivePaths sensitive) {
    StringBuilder path = new StringBuilder();
    SensitivePaths unused = append(context, context.getEntryCount(), path, sensitive);
    return path.toString();
  }

  /**
   * Returns a path with slashes for messages; it also ends at a sensitive value. The root is a
   * slash.
   *
   * @param pointer a JSON Pointer without the entries of arrays
   */
  static String shown(String pointer, SensitivePaths sensitive) {
    StringBuilder path = new StringBuilder();
    SensitivePaths inside = sensitive;
    String[] steps = pointer.split("/", -1);
    for (int i = 1; i < steps.length && !inside.isWhole(); i++) {
      path.append('/').append(shortened(steps[i]));
      inside = inside.in(steps[i].replace("~1", "/").replace("~0", "~"));
    }
    return path.isEmpty() ? "/" : path.toString();
  }

  private static String shortened(String step) {
    return step.length() > MAX_STEP_LENGTH ? step.substring(0, MAX_STEP_LENGTH) + "…" : step;
  }

  /** Appends the steps to a value, and returns the sensitive parts of that. */
  private static SensitivePaths append(
      TokenStreamContext context, int index, StringBuilder path, SensitivePaths root) {
    TokenStreamContext around = context.getParent();
    SensitivePaths sensitive =
        around == null ? root : append(around, around.getCurrentIndex(), path, root);
    if (sensitive.isWhole()) {
      return sensitive;
    }
    if (context.inArray()) {
      path.append('[').append(index).append(']');
    } else if (context.inObject() && context.currentName() != null) {
      String name = context.currentName();
      path.append(path.isEmpty() ? "" : ".").append(shortened(name));
      return sensitive.in(name);
    }
    return sensitive;
  }
}
