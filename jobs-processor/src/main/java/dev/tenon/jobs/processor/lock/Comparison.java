package dev.tenon.jobs.processor.lock;

import dev.tenon.jobs.processor.model.SourcePosition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the changes that make JSON of one shape unreadable or invalid as another. Old and new
 * programs run at the same time during a deployment, so each change is judged both ways: new
 * programs read what was written for the locked shape, and old programs read what is written for
 * the shape in the sources. Programs ignore properties that they do not know.
 *
 * <p>Shapes are compared by their contents, not by their names: a record may be renamed or moved,
 * unless its name is the tag that tells it apart in a union.
 */
final class Comparison {

  /**
   * A change that matters to stored values.
   *
   * @param position the place to report: the component or constraint, the enum, union or record
   * @param text the description of the change
   * @param breaksNew whether new programs cannot read what old ones wrote
   * @param breaksOld whether old programs cannot read what new ones write
   * @param remedy a specific remedy, in addition to the general one, such as {@code make it
   *     optional}
   */
  record Change(
      SourcePosition position,
      String text,
      boolean breaksNew,
      boolean breaksOld,
      Optional<String> remedy) {}

  /**
   * Two shapes that were compared, and whether their constraints were checked before and are
   * checked now.
   */
  private record Visit(String locked, String found, boolean wasChecked, boolean isChecked) {}

  private static final String NO_RESULT = "Void";
  private static final Optional<String> MAKE_OPTIONAL =
      Optional.of("make it @Nullable or an Optional");

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
   * @param position the position of the payload as a whole
   */
  static List<Change> payload(LockedType locked, LockedType found, SourcePosition position) {
    return changes(locked, found, locked.payload(), found.payload(), "the payload", true, position);
  }

  /**
   * The changes of the result. Jobs of a type without a result have stored none, so new programs
   * can read any result. Constraints do not matter, because results are validated only when they
   * are written.
   *
   * @param position the position of the result as a whole
   */
  static List<Change> result(LockedType locked, LockedType found, SourcePosition position) {
    if (!locked.result().type().equals(NO_RESULT)) {
      return changes(locked, found, locked.result(), found.result(), "the result", false, position);
    }
    return found.result().type().equals(NO_RESULT)
        ? List.of()
        : List.of(
            new Change(
                position,
                "the result changed from Void to " + found.result().describe(),
                false,
                true,
                Optional.empty()));
  }

  /**
   * The changes of what jobs emit; none if they emitted nothing, or no longer do: then nobody reads
   * the values as objects. Constraints do not matter, because such values are validated only when
   * they are written.
   *
   * @param position the position of the value as a whole
   */
  static List<Change> emitted(LockedType locked, LockedType found, SourcePosition position) {
    return locked.emits().isEmpty() || found.emits().isEmpty()
        ? List.of()
        : changes(
            locked,
            found,
            locked.emits().get(),
            found.emits().get(),
            "the emitted value",
            false,
            position);
  }

  /**
   * The changes of a value that a handler keeps with its jobs. Constraints do not matter, because
   * such values are validated only when they are written.
   *
   * @param position the position of the value as a whole
   */
  static List<Change> stored(
      LockedHandler locked,
      LockedHandler found,
      LockedValue lockedValue,
      LockedValue foundValue,
      String what,
      SourcePosition position) {
    Comparison comparison = new Comparison(locked.shapes(), found.shapes());
    comparison.value(what, lockedValue, foundValue, false, false, position);
    return List.copyOf(comparison.changes);
  }

  /**
   * The changes of a signal. Constraints matter, because a stored signal is validated when a job
   * gets it.
   *
   * @param position the position of the signal as a whole
   */
  static List<Change> signal(LockedSignal locked, LockedSignal found, SourcePosition position) {
    Comparison comparison = new Comparison(locked.shapes(), found.shapes());
    comparison.value("the signal", locked.payload(), found.payload(), true, true, position);
    return List.copyOf(comparison.changes);
  }

  private static List<Change> changes(
      LockedType locked,
      LockedType found,
      LockedValue lockedValue,
      LockedValue foundValue,
      String what,
      boolean isChecked,
      SourcePosition position) {
    Comparison comparison = new Comparison(locked.shapes(), found.shapes());
    comparison.value(what, lockedValue, foundValue, isChecked, isChecked, position);
    return List.copyOf(comparison.changes);
  }

  private void addBoth(SourcePosition position, String text) {
    changes.add(new Change(position, text, true, true, Optional.empty()));
  }

  private void addOld(SourcePosition position, String text) {
    changes.add(new Change(position, text, false, true, Optional.empty()));
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
      addBoth(
          position,
          "%s changed from %s to %s".formatted(path, locked.describe(), found.describe()));
      return;
    }
    if (locked.optional() && !found.optional()) {
      changes.add(
          new Change(
              position, path + " was optional and is now required", true, false, MAKE_OPTIONAL));
    } else if (!locked.optional() && found.optional()) {
      addOld(position, path + " was required and is now optional");
    }
    limits(
        path,
        wasChecked ? locked.limits() : Map.of(),
        isChecked ? found.limits() : Map.of(),
        found.origin().map(LockedValue.Origin::limits).orElse(Map.of()),
        position);
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

  /** Adds one change for all limits of a value, because one constraint can set several. */
  private void limits(
      String path,
      Map<Limit, List<String>> locked,
      Map<Limit, List<String>> found,
      Map<Limit, SourcePosition> positions,
      SourcePosition position) {
    List<String> texts = new ArrayList<>();
    @Nullable SourcePosition at = null;
    boolean breaksNew = false;
    boolean breaksOld = false;
    for (Limit limit : Limit.values()) {
      List<String> before = locked.get(limit);
      List<String> after = found.get(limit);
      boolean isTighter = after != null && (before == null || limit.isTighter(before, after));
      boolean isLooser = before != null && (after == null || limit.isTighter(after, before));
      if (isTighter || isLooser) {
        breaksNew |= isTighter;
        breaksOld |= isLooser;
        texts.add(text(limit, before, after));
        at = at == null ? positions.getOrDefault(limit, position) : at;
      }
    }
    if (at != null) {
      String text = path + " " + String.join(", ", texts);
      changes.add(new Change(at, text, breaksNew, breaksOld, Optional.empty()));
    }
  }

  private static String text(
      Limit limit, @Nullable List<String> before, @Nullable List<String> after) {
    if (before == null) {
      return "now has " + limit.describe(Objects.requireNonNull(after));
    }
    return after == null
        ? "no longer has " + limit.describe(before)
        : "changed %s from %s to %s".formatted(limit.key(), text(before), text(after));
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
      members(name + ".%s", before.names(), after.names(), at);
    } else if (locked instanceof LockedShape.Alternatives before
        && found instanceof LockedShape.Alternatives after) {
      before
          .records()
          .forEach(
              (tag, record) -> {
                String other = after.records().get(tag);
                if (other != null) {
                  shapes(record, other, wasChecked, isChecked, at);
                }
              });
      members("%s of " + name, before.records().keySet(), after.records().keySet(), at);
    }
  }

  /** Adds one change for all constants of an enum, or records of a sealed interface. */
  private void members(
      String form, Collection<String> before, Collection<String> after, SourcePosition position) {
    List<String> gone = without(before, after);
    List<String> added = without(after, before);
    List<String> texts = new ArrayList<>();
    gone.forEach(member -> texts.add(form.formatted(member) + " was removed"));
    added.forEach(member -> texts.add(form.formatted(member) + " was added"));
    if (!texts.isEmpty()) {
      changes.add(
          new Change(
              position,
              String.join(", ", texts),
              !gone.isEmpty(),
              !added.isEmpty(),
              Optional.empty()));
    }
  }

  private static List<String> without(Collection<String> names, Collection<String> others) {
    return names.stream().filter(name -> !others.contains(name)).toList();
  }

  private void fields(
      String name,
      LockedShape.Fields before,
      LockedShape.Fields after,
      boolean wasChecked,
      boolean isChecked,
      SourcePosition position) {
    Map<String, LockedValue> gone = new TreeMap<>(before.components());
    gone.keySet().removeAll(after.components().keySet());
    Map<String, LockedValue> added = new TreeMap<>(after.components());
    added.keySet().removeAll(before.components().keySet());
    before
        .components()
        .forEach(
            (component, locked) -> {
              LockedValue found = after.components().get(component);
              if (found != null) {
                value(
                    name + "." + component,
                    locked,
                    found,
                    wasChecked,
                    isChecked,
                    placeOf(found, position));
              }
            });
    renamed(name, gone, added, position);
    gone.forEach(
        (component, locked) -> {
          if (!locked.optional()) {
            addOld(
                position, "%s.%s (%s) was removed".formatted(name, component, locked.describe()));
          }
        });
    added.forEach(
        (component, found) -> {
          if (!found.optional()) {
            changes.add(
                new Change(
                    placeOf(found, position),
                    "%s.%s was added and is required".formatted(name, component),
                    true,
                    false,
                    MAKE_OPTIONAL));
          }
        });
  }

  /**
   * Removes a deleted and a new component from these lists and treats them as a renaming, if each
   * is the only one of its type. A renamed component keeps its type and is meant to keep its
   * values.
   */
  private void renamed(
      String name,
      Map<String, LockedValue> gone,
      Map<String, LockedValue> added,
      SourcePosition position) {
    for (String component : List.copyOf(added.keySet())) {
      LockedValue found = Objects.requireNonNull(added.get(component));
      List<String> candidates = ofType(found.describe(), gone);
      if (candidates.size() == 1 && ofType(found.describe(), added).size() == 1) {
        String earlier = candidates.get(0);
        gone.remove(earlier);
        added.remove(component);
        changes.add(
            new Change(
                placeOf(found, position),
                "%1$s.%2$s was removed and %1$s.%3$s was added".formatted(name, earlier, component),
                true,
                true,
                Optional.of(
                    "write @JsonProperty(\"%s\") on %s if it was renamed"
                        .formatted(earlier, component))));
      }
    }
  }

  private static List<String> ofType(String type, Map<String, LockedValue> components) {
    return components.entrySet().stream()
        .filter(component -> component.getValue().describe().equals(type))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static SourcePosition placeOf(LockedValue found, SourcePosition otherwise) {
    return found.origin().map(LockedValue.Origin::position).orElse(otherwise);
  }
}
