package dev.tenon.jobs.processor.model;

import com.palantir.javapoet.TypeName;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A record together with all records that it leads to.
 *
 * @param root the record
 * @param records all of them, the root too, by their type
 */
public record Shapes(TypeName root, Map<TypeName, RecordShape> records) {

  /** How much of a value is checked. */
  public enum Depth {
    /** Only that what is required is there: the value of a component without {@code @Valid}. */
    PRESENCE,
    /** Everything. */
    ALL
  }

  private record Visit(TypeName record, Depth depth) {}

  /** The shape of a record. */
  public RecordShape get(TypeName record) {
    return Objects.requireNonNull(records.get(record), record::toString);
  }

  /** Whether a record has anything to check, itself or in what it leads to. */
  public boolean hasChecks(TypeName record, Depth depth) {
    return recordHasChecks(record, depth, new HashSet<>());
  }

  /** Whether a value has anything to check, itself or in what it leads to. */
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

  /** Whether what a value contains has anything to check. */
  public boolean hasChecksInside(ValueShape value, Depth depth) {
    return hasChecksInside(value, depth, new HashSet<>());
  }

  private boolean hasChecksInside(ValueShape value, Depth depth, Set<Visit> seen) {
    return value.content() instanceof Content.Components components
        ? recordHasChecks(components.record(), depthInside(value, depth), seen)
        : value.content().values().stream().anyMatch(inside -> hasChecks(inside, depth, seen));
  }

  /** Whether a record has constraints, itself or in records to which {@code @Valid} leads. */
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

  /** Whether a value has a map somewhere in it. */
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

  /** Whether JSON can carry all values of all records. */
  public boolean isJson() {
    return records.values().stream()
        .flatMap(shape -> shape.components().stream())
        .allMatch(component -> isJson(component.value()));
  }

  /** Whether JSON can carry a value, without the records that it leads to. */
  public static boolean isJson(ValueShape value) {
    return !(value.content() instanceof Content.NotJson)
        && value.content().values().stream().allMatch(Shapes::isJson);
  }

  /** The names of all classes whose source decides what is generated for these shapes. */
  public Set<String> classes() {
    Set<String> names = new HashSet<>();
    for (RecordShape shape : records.values()) {
      names.add(TypeNames.raw(shape.type()).canonicalName());
      shape.components().forEach(component -> addClasses(component.value(), names));
    }
    return names;
  }

  /** Adds those of a value, without the records that it leads to. */
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

  /** How much of the record in a value is checked, where this much is checked of the value. */
  public static Depth depthInside(ValueShape value, Depth depth) {
    return depth == Depth.ALL && value.valid().isPresent() ? Depth.ALL : Depth.PRESENCE;
  }
}
