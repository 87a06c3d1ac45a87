package dev.tenon.jobs.processor.lock;

import dev.tenon.jobs.processor.model.SourcePosition;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A value as JSON holds it: a component of a record, an entry of a container, or a whole payload.
 *
 * @param type the name of its type; for a shape, the name that the shape is listed under
 * @param isShape whether the type is a shape: a record, an enum or a union
 * @param optional whether it may be null or missing
 * @param valid whether the constraints of the shape in it are checked
 * @param limits the limits that its constraints set
 * @param keys the keys of a map
 * @param entries the values of a map; the entries of another container or an array
 * @param origin its position in the sources; empty if it comes from the file
 */
record LockedValue(
    String type,
    boolean isShape,
    boolean optional,
    boolean valid,
    Map<Limit, List<String>> limits,
    Optional<LockedValue> keys,
    Optional<LockedValue> entries,
    Optional<Origin> origin) {

  /**
   * The position of a value in the sources.
   *
   * @param position the component
   * @param limits the constraint behind each limit
   */
  record Origin(SourcePosition position, Map<Limit, SourcePosition> limits) {}

  private static LockedValue of(String type, boolean isShape) {
    return new LockedValue(
        type,
        isShape,
        false,
        false,
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** A value whose type has no parts. */
  static LockedValue leaf(String type) {
    return of(type, false);
  }

  /** A value of a type that is listed as a shape. */
  static LockedValue shape(String type) {
    return of(type, true);
  }

  /** The container with its entries and, if it is a map, its keys. */
  LockedValue holding(Optional<LockedValue> heldKeys, LockedValue heldEntries) {
    return new LockedValue(
        type, isShape, optional, valid, limits, heldKeys, Optional.of(heldEntries), origin);
  }

  /** The same type with these requirements. */
  LockedValue asked(
      boolean mayBeNull,
      boolean isValid,
      Map<Limit, List<String>> newLimits,
      Optional<Origin> newOrigin) {
    return new LockedValue(type, isShape, mayBeNull, isValid, newLimits, keys, entries, newOrigin);
  }

  /** The type as messages name it: {@code Map<String, Item>}. */
  String describe() {
    String simple = isShape ? simple(type) : type;
    String arguments =
        keys.map(key -> key.describe() + ", ").orElse("")
            + entries.map(LockedValue::describe).orElse("");
    return arguments.isEmpty() ? simple : simple + "<" + arguments + ">";
  }

  /** Returns a name without its packages. */
  static String simple(String name) {
    return name.replaceAll("\\b(?:[a-z_][A-Za-z0-9_]*\\.)+(?=[A-Z])", "");
  }
}
