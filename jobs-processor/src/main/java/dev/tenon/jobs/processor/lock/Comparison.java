package dev.tenon.jobs.processor.lock;

import dev.tenon.jobs.processor.model.SourcePosition;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the changes after which JSON that was stored for one shape cannot be read as another, or is
 * not valid any more. Shapes are compared by what they hold and not by their names: a record may be
 * renamed or moved, unless its name is the tag that tells it apart in a union.
 */
final class Comparison {

  /**
   * A change after which what was stored cannot be read.
   *
   * @param position where it shows: the component or constraint, the enum, union or record
   * @param text what it is
   * @param mayBeOptional whether stored JSON could be read if the component were optional
   */
  record Change(SourcePosition position, String text, boolean mayBeOptional) {}

  /** Two shapes that were compared, and whether the constraints in them were checked and are. */
  private record Visit(String locked, String found, boolean wasChecked, boolean isChecked) {}

  private final Map<String, LockedShape> lockedShapes;
  private final Map<String, LockedShape> foundShapes;
  private final Set<Change> changes = new LinkedHashSet<>();
  private final Set<Visit> visited = new HashSet<>();

  private Comparison(Map<String, LockedShape> lockedShapes, Map<String, LockedShape> foundShapes) {
    this.lockedShapes = lockedShapes;
    this.foundShapes = foundShapes;
  }

  /**
   * The changes of the payload.
   *
   * @param position where the payload as a whole is
   */
  static List<Change> payload(LockedType locked, LockedType found, SourcePosition position) {
    return changes(locked, found, locked.payload(), found.payload(), "the payload", position);
  }

  /**
   * The changes of the result. A job that had none has stored none, so any will do.
   *
   * @param position where the result as a whole is
   */
  static List<Change> result(LockedType locked, LockedType found, SourcePosition position) {
    return locked.result().type().equals("Void")
        ? List.of()
        : changes(locked, found, locked.result(), found.result(), "the result", position);
  }

  private static List<Change> changes(
      LockedType locked,
      LockedType found,
      LockedValue lockedValue,
      LockedValue foundValue,
      String what,
      SourcePosition position) {
    Comparison comparison = new Comparison(locked.shapes(), found.shapes());
    comparison.value(what, lockedValue, foundValue, true, true, position);
    return List.copyOf(comparison.changes);
  }

  private void add(SourcePosition position, String text, boolean mayBeOptional) {
    changes.add(new Change(position, text, mayBeOptional));
  }

  private void value(
      String path,
      LockedValue locked,
      LockedValue found,
      boolean wasChecked,
      boolean isChecked,
      SourcePosition position) {
    boolean sameKind =
        locked.isShape() == found.isShape()
            && (locked.isShape()
                ? shape(lockedShapes, locked.type()).getClass()
                    == shape(foundShapes, found.type()).getClass()
                : locked.type().equals(found.type())
                    && locked.keys().isPresent() == found.keys().isPresent()
                    && locked.entries().isPresent() == found.entries().isPresent());
    if (!sameKind) {
      add(
          position,
          "%s was %s and is %s".formatted(path, locked.describe(), found.describe()),
          false);
      return;
    }
    if (locked.optional() && !found.optional()) {
      add(position, path + " was optional and is required", true);
    }
    if (isChecked) {
      limits(path, wasChecked ? locked.limits() : Map.of(), found, position);
    }
    if (locked.keys().isPresent()) {
      value(
          path + "<key>",
          locked.keys().get(),
          found.keys().orElseThrow(),
          wasChecked,
          isChecked,
          position);
    }
    if (locked.entries().isPresent()) {
      value(
          path + "[]",
          locked.entries().get(),
          found.entries().orElseThrow(),
          wasChecked,
          isChecked,
          position);
    }
    if (locked.isShape()) {
      shapes(
          locked.type(),
          found.type(),
          wasChecked && locked.valid(),
          isChecked && found.valid(),
          position);
    }
  }

  private void limits(
      String path, Map<Limit, List<String>> locked, LockedValue found, SourcePosition position) {
    Map<Limit, SourcePosition> places =
        found.origin().map(LockedValue.Origin::limits).orElse(Map.of());
    found
        .limits()
        .forEach(
            (limit, value) -> {
              List<String> before = locked.get(limit);
              SourcePosition at = places.getOrDefault(limit, position);
              if (before == null) {
                add(at, "%s now has %s".formatted(path, limit.describe(value)), false);
              } else if (limit.isTighter(before, value)) {
                add(
                    at,
                    "%s had %s %s and has %s"
                        .formatted(path, limit.key(), text(before), text(value)),
                    false);
              }
            });
  }

  private static String text(List<String> values) {
    return String.join(", ", values);
  }

  private static LockedShape shape(Map<String, LockedShape> shapes, String name) {
    return Objects.requireNonNull(shapes.get(name), name);
  }

  private void shapes(
      String lockedName,
      String foundName,
      boolean wasChecked,
      boolean isChecked,
      SourcePosition position) {
    if (!visited.add(new Visit(lockedName, foundName, wasChecked, isChecked))) {
      return;
    }
    LockedShape locked = shape(lockedShapes, lockedName);
    LockedShape found = shape(foundShapes, foundName);
    SourcePosition at = found.position().orElse(position);
    String name = LockedValue.simple(foundName);
    if (locked instanceof LockedShape.Fields before && found instanceof LockedShape.Fields after) {
      fields(name, before, after, wasChecked, isChecked, at);
    } else if (locked instanceof LockedShape.Constants before
        && found instanceof LockedShape.Constants after) {
      for (String constant : before.names()) {
        if (!after.names().contains(constant)) {
          add(at, "%s.%s is gone".formatted(name, constant), false);
        }
      }
    } else if (locked instanceof LockedShape.Alternatives before
        && found instanceof LockedShape.Alternatives after) {
      before
          .records()
          .forEach(
              (tag, record) ->
                  Optional.ofNullable(after.records().get(tag))
                      .ifPresentOrElse(
                          other -> shapes(record, other, wasChecked, isChecked, at),
                          () -> add(at, "%s of %s is gone".formatted(tag, name), false)));
    }
  }

  private void fields(
      String name,
      LockedShape.Fields before,
      LockedShape.Fields after,
      boolean wasChecked,
      boolean isChecked,
      SourcePosition position) {
    before
        .components()
        .forEach(
            (component, locked) -> {
              LockedValue found = after.components().get(component);
              String path = name + "." + component;
              if (found == null) {
                add(position, "%s (%s) is gone".formatted(path, locked.describe()), false);
              } else {
                value(path, locked, found, wasChecked, isChecked, placeOf(found, position));
              }
            });
    after
        .components()
        .forEach(
            (component, found) -> {
              if (!before.components().containsKey(component) && !found.optional()) {
                add(
                    placeOf(found, position),
                    "%s.%s is new and required".formatted(name, component),
                    true);
              }
            });
  }

  private static SourcePosition placeOf(LockedValue found, SourcePosition otherwise) {
    return found.origin().map(LockedValue.Origin::position).orElse(otherwise);
  }
}
