package dev.tenon.jobs.processor.model;

import com.palantir.javapoet.TypeName;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A record together with all records reachable from it.
 *
 * @param root the record
 * @param records all records, including the root, by their type
 */
public record Shapes(TypeName root, Map<TypeName, RecordShape> records) {

  /** The checks that are made on a value. */
  public enum Depth {
    /**
     * The check that required values are present, and no other: for components without
     * {@code @Valid}.
     */
    PRESENCE,
    /** Everything. */
    ALL
  }

  private record Visit(TypeName record, Depth depth) {}

  /** The shape of a record. */
  public RecordShape get(TypeName record) {
    return Objects.requireNonNull(records.get(record), record::toString);
  }

  /** Returns whether a record or any record reachable from it has anything to check. */
  public boolean hasChecks(TypeName record, Depth depth) {
    return recordHasChecks(record, depth, new HashSet<>());
  }

  /** Returns whether a value, or anything reachable from it, has something to check. */
  public boolean hasChecks(ValueShape value, Depth depth) {
    return hasChecks(value, depth, new HashSet<>());
  }

  private boolean recordHasChecks(TypeName record, Depth depth, Set<Visit> seen) {
    if (!seen.add(new Visit(record, depth))) {
      return false;
    }
    return get(record).components().stream()
            .anyMatch(component -> hasChecks(component.value(), depth, seen))
        || get(record).alternatives().stream()
            .anyMatch(alternative -> recordHasChecks(alternative, depth, seen));
  }

  private boolean hasChecks(ValueShape value, Depth depth, Set<Visit> seen) {
    return value.presence() == ValueShape.Presence.REQUIRED
        || (depth == Depth.ALL && !value.constraints().isEmpty())
        || hasChecksInside(value, depth, seen);
  }

  /** Returns whether the content of a value has anything to check. */
  public boolean hasChecksInside(ValueShape value, Depth depth) {
    return hasChecksInside(value, depth, new HashSet<>());
  }

  private boolean hasChecksInside(ValueShape value, Depth depth, Set<Visit> seen) {
    return value.content() instanceof Content.Components components
        ? recordHasChecks(components.record(), depthInside(value, depth), seen)
        : value.content().values().stream().anyMatch(inside -> hasChecks(inside, depth, seen));
  }

  /** Returns whether a record, or a record that {@code @Valid} leads to, has constraints. */
  public boolean isConstrained(TypeName record) {
    return isConstrained(record, new HashSet<>());
  }

  private boolean isConstrained(TypeName record, Set<TypeName> seen) {
    return seen.add(record)
        && (!get(record).misplaced().isEmpty()
            || get(record).components().stream()
                .anyMatch(component -> isConstrained(component.value(), seen))
            || get(record).alternatives().stream()
                .anyMatch(alternative -> isConstrained(alternative, seen)));
  }

  private boolean isConstrained(ValueShape value, Set<TypeName> seen) {
    if (!value.constraints().isEmpty()) {
      return true;
    }
    return value.content() instanceof Content.Components components
        ? value.valid().isPresent() && isConstrained(components.record(), seen)
        : value.content().values().stream().anyMatch(inside -> isConstrained(inside, seen));
  }

  /** Returns whether a value contains a map. */
  public boolean hasMap(ValueShape value) {
    return hasMap(value, new HashSet<>());
  }

  private boolean hasMap(ValueShape value, Set<TypeName> seen) {
    return value.content() instanceof Content.Mappings
        || value.content().values().stream().anyMatch(inside -> hasMap(inside, seen))
        || (value.content() instanceof Content.Components components
            && recordHasMap(components.record(), seen));
  }

  private boolean recordHasMap(TypeName record, Set<TypeName> seen) {
    return seen.add(record)
        && (get(record).components().stream().anyMatch(component -> hasMap(component.value(), seen))
            || get(record).alternatives().stream()
                .anyMatch(alternative -> recordHasMap(alternative, seen)));
  }

  /** Returns whether JSON can carry all values of all records. */
  public boolean isJson() {
    return records.values().stream()
        .flatMap(shape -> shape.components().stream())
        .allMatch(component -> isJson(component.value()));
  }

  /** Returns whether JSON can carry a value, apart from the records reachable from it. */
  public static boolean isJson(ValueShape value) {
    return !(value.content() instanceof Content.NotJson)
        && value.content().values().stream().allMatch(Shapes::isJson);
  }

  /** The names of all classes that the code generated for these shapes depends on. */
  public Set<String> classes() {
    Set<String> names = new HashSet<>();
    for (RecordShape shape : records.values()) {
      names.add(TypeNames.raw(shape.type()).canonicalName());
      shape.components().forEach(component -> addClasses(component.value(), names));
    }
    return names;
  }

  /** Adds the classes of a value, without the records reachable from it. */
  static void addClasses(ValueShape value, Set<String> names) {
    if (value.content() instanceof Content.Constants) {
      names.add(TypeNames.raw(value.type()).canonicalName());
    }
    for (ConstraintUse use : value.constraints()) {
      if (use.constraint() instanceof Constraint.Checked checked) {
        names.add(checked.annotation().element().getQualifiedName().toString());
      }
    }
    value.content().values().forEach(inside -> addClasses(inside, names));
  }

  /** The checks on the record in a value that has these checks. */
  public static Depth depthInside(ValueShape value, Depth depth) {
    return depth == Depth.ALL && value.valid().isPresent() ? Depth.ALL : Depth.PRESENCE;
  }
}
