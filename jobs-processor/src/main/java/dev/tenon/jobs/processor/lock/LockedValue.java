package dev.tenon.jobs.processor.lock;

import dev.tenon.jobs.processor.model.SourcePosition;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A value as JSON holds it: a component of a record, an entry of a container, or a whole payload.
 *
 * @param type the name of its type; of a shape, the name under which the shape is listed
 * @param isShape whether the type is a shape of its own: a record, an enum or a union
 * @param optional whether it may be null or missing
 * @param valid whether the constraints of the shape in it are checked
 * @param limits what its constraints ask for
 * @param keys of a map, its keys
 * @param entries of a map, its values; of another container or an array, its entries
 * @param origin where it is in the sources; empty if it comes from the file
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
   * Where a value is.
   *
   * @param position the component
   * @param limits the constraint behind each limit
   */
  record Origin(SourcePosition position, Map<Limit, SourcePosition> limits) {}

  /** How messages name the type: {@code Map<String, Item>}. */
  String describe() {
    String simple = isShape ? simple(type) : type;
    String arguments =
        keys.map(key -> key.describe() + ", ").orElse("")
            + entries.map(LockedValue::describe).orElse("");
    return arguments.isEmpty() ? simple : simple + "<" + arguments + ">";
  }

  /** A name without its packages. */
  static String simple(String name) {
    return name.replaceAll("\\b(?:[a-z_][A-Za-z0-9_]*\\.)+(?=[A-Z])", "");
  }
}
