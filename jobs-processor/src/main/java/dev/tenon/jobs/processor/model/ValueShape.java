package dev.tenon.jobs.processor.model;

import com.palantir.javapoet.TypeName;
import java.util.List;
import java.util.Optional;

/**
 * A record component, or a value inside a container in one: its type and its requirements.
 *
 * @param type the type, as generated code names it
 * @param kind what the type is
 * @param presence whether it may be null
 * @param constraints the constraints on it, in the order of the source
 * @param valid the position of its {@code @Valid}; empty if it has none
 * @param content its content
 * @param position the component
 * @param path its path from the record down, for messages: {@code items[].sku}
 */
public record ValueShape(
    TypeName type,
    ValueKind kind,
    Presence presence,
    List<ConstraintUse> constraints,
    Optional<SourcePosition> valid,
    Content content,
    SourcePosition position,
    String path) {

  /** The same value as the content of an optional, where null means empty. */
  public ValueShape asContentOfOptional() {
    return new ValueShape(
        type, kind, Presence.WRAPPED, constraints, valid, content, position, path);
  }

  /** The same value, marked as one that JSON cannot carry for this reason. */
  public ValueShape notJson(String reason) {
    return new ValueShape(
        type, kind, presence, constraints, valid, new Content.NotJson(reason), position, path);
  }

  /**
   * The same primitive, marked as declared {@code @Nullable}.
   *
   * @param fix the type to write instead
   */
  public ValueShape neverNull(String fix) {
    return new ValueShape(
        type,
        kind,
        presence,
        constraints,
        valid,
        new Content.NotJson(fix, true, Optional.empty()),
        position,
        path);
  }

  /** The same value as the key of a map, which is never null in JSON. */
  public ValueShape asKey() {
    boolean isKept = content instanceof Content.Constants || content instanceof Content.NotJson;
    Content inside = isKept ? content : new Content.Nothing();
    return constraints.isEmpty() && valid.isEmpty()
        ? new ValueShape(type, kind, Presence.NULLABLE, constraints, valid, inside, position, path)
        : this;
  }

  /** The rules for null values. */
  public enum Presence {
    /** Null is a violation. */
    REQUIRED,
    /** Declared {@code @Nullable}. */
    NULLABLE,
    /** An optional: null and empty are the same, and no violation. */
    OPTIONAL,
    /** The content of an optional. */
    WRAPPED,
    /** A primitive. */
    PRIMITIVE
  }
}
