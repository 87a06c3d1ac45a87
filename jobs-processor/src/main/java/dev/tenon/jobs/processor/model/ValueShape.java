package dev.tenon.jobs.processor.model;

import com.palantir.javapoet.TypeName;
import java.util.List;
import java.util.Optional;

/**
 * A record component, or what a container in one contains: its type and what is asked of it.
 *
 * @param type the type, as generated code names it
 * @param kind what the type is
 * @param presence whether it may be null
 * @param constraints the constraints on it, in the order of the source
 * @param valid where {@code @Valid} asks that it is validated; empty if nothing does
 * @param content what it contains
 * @param position the component
 * @param path where it is, from the record down, for messages: {@code items[].sku}
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

  /** The same value as the content of an optional, where nothing is the same as no value. */
  public ValueShape asContentOfOptional() {
    return new ValueShape(
        type, kind, Presence.WRAPPED, constraints, valid, content, position, path);
  }

  /** The same value, which JSON cannot carry for this reason. */
  public ValueShape notJson(String reason) {
    return new ValueShape(
        type, kind, presence, constraints, valid, new Content.NotJson(reason), position, path);
  }

  /**
   * The same primitive, which is declared {@code @Nullable}.
   *
   * @param fix what to write instead
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

  /** The same value as the key of a map, which JSON never makes null. */
  public ValueShape asKey() {
    boolean isKept = content instanceof Content.Constants || content instanceof Content.NotJson;
    Content inside = isKept ? content : new Content.Nothing();
    return constraints.isEmpty() && valid.isEmpty()
        ? new ValueShape(type, kind, Presence.NULLABLE, constraints, valid, inside, position, path)
        : this;
  }

  /** Whether a value may be null. */
  public enum Presence {
    /** A null is a violation. */
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
