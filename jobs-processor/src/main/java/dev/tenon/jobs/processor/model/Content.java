package dev.tenon.jobs.processor.model;

import com.palantir.javapoet.TypeName;
import java.util.List;
import java.util.Optional;
import javax.lang.model.element.TypeElement;

/** The content of a value. */
public sealed interface Content {

  /** The values that are directly in it: entries, keys, the value of an optional. */
  default List<ValueShape> values() {
    return List.of();
  }

  /** Calls the visitor's method for this variant. */
  <R> R accept(Visitor<R> visitor);

  /**
   * A visitor with one method for each variant of {@link Content}, so that none can be forgotten.
   *
   * @param <R> the type that a visit returns
   */
  interface Visitor<R> {
    /** Visits a value that contains nothing. */
    R nothing();

    /** Visits a value that JSON cannot carry. */
    R notJson(NotJson notJson);

    /** Visits a constant of an enum. */
    R constants(Constants constants);

    /** Visits a record, or one of the records of a sealed interface. */
    R components(Components components);

    /** Visits a collection or an array. */
    R entries(Entries entries);

    /** Visits a map. */
    R mappings(Mappings mappings);

    /** Visits an optional. */
    R wrapped(Wrapped wrapped);
  }

  /** No content that matters here. */
  record Nothing() implements Content {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.nothing();
    }
  }

  /**
   * The content of a value that JSON cannot carry.
   *
   * @param reason the reason, or what to write instead if only {@code @Nullable} is wrong
   * @param neverNull whether it is a primitive that is declared {@code @Nullable}
   * @param enumeration the faulty enum, wherever it is used; empty if no enum is at fault
   */
  record NotJson(String reason, boolean neverNull, Optional<TypeElement> enumeration)
      implements Content {

    /** The content of a value that JSON cannot carry for this reason. */
    public NotJson(String reason) {
      this(reason, false, Optional.empty());
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.notJson(this);
    }
  }

  /**
   * The constants that the value may be.
   *
   * @param constants the constants, in the order of the source
   */
  record Constants(List<Constant> constants) implements Content {

    /** A constant and its name in JSON. */
    public record Constant(String name, String jsonName) {}

    /** The names of the constants in JSON. */
    public List<String> names() {
      return constants.stream().map(Constant::jsonName).toList();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.constants(this);
    }
  }

  /** The components of a record, or of one of the records of a sealed interface. */
  record Components(TypeName record) implements Content {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.components(this);
    }
  }

  /** The entries of a collection or an array. */
  record Entries(ValueShape entry) implements Content {
    @Override
    public List<ValueShape> values() {
      return List.of(entry);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.entries(this);
    }
  }

  /** The keys and the values of a map. */
  record Mappings(ValueShape key, ValueShape value) implements Content {
    @Override
    public List<ValueShape> values() {
      return List.of(key, value);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.mappings(this);
    }
  }

  /** The value of an optional. */
  record Wrapped(ValueShape value) implements Content {
    @Override
    public List<ValueShape> values() {
      return List.of(value);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.wrapped(this);
    }
  }
}
