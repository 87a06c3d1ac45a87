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
    ValueShape.Content content = value.content();
    if (content instanceof ValueShape.Content.Components components) {
      return recordHasChecks(components.record(), depthInside(value, depth), seen);
    }
    if (content instanceof ValueShape.Content.Entries entries) {
      return hasChecks(entries.entry(), depth, seen);
    }
    if (content instanceof ValueShape.Content.Mappings mappings) {
      return hasChecks(mappings.key(), depth, seen) || hasChecks(mappings.value(), depth, seen);
    }
    if (content instanceof ValueShape.Content.Wrapped wrapped) {
      return hasChecks(wrapped.value(), depth, seen);
    }
    return false;
  }

  /** How much of the record in a value is checked, where this much is checked of the value. */
  public static Depth depthInside(ValueShape value, Depth depth) {
    return depth == Depth.ALL && value.valid().isPresent() ? Depth.ALL : Depth.PRESENCE;
  }
}
