package dev.tenon.jobs.processor.model;

/** What the type of a value is, as far as constraints and validators tell types apart. */
public enum ValueKind {
  /** {@code boolean} and its box. */
  BOOLEAN,
  /** {@code byte} and its box. */
  BYTE,
  /** {@code short} and its box. */
  SHORT,
  /** {@code int} and its box. */
  INT,
  /** {@code long} and its box. */
  LONG,
  /** {@code float} and its box. */
  FLOAT,
  /** {@code double} and its box. */
  DOUBLE,
  /** {@code java.math.BigInteger}. */
  BIG_INTEGER,
  /** {@code java.math.BigDecimal}. */
  BIG_DECIMAL,
  /** {@code CharSequence} and what implements it. */
  TEXT,
  /** {@code java.util.Collection} and what extends it. */
  COLLECTION,
  /** {@code Iterable}, but no collection. */
  ITERABLE,
  /** {@code java.util.Map} and what extends it. */
  MAP,
  /** An array. */
  ARRAY,
  /** {@code java.util.Optional}. */
  OPTIONAL,
  /** {@code java.util.OptionalInt}. */
  OPTIONAL_INT,
  /** {@code java.util.OptionalLong}. */
  OPTIONAL_LONG,
  /** {@code java.util.OptionalDouble}. */
  OPTIONAL_DOUBLE,
  /** A type of {@code java.time} that has a {@code now}, or {@code java.util.Date}. */
  TIME,
  /** A record. */
  RECORD,
  /** A sealed interface of records. */
  UNION,
  /** Anything else. */
  OTHER;

  /** Whether it is a whole number that a comparison of primitives can tell. */
  public boolean isWholePrimitive() {
    return this == BYTE || this == SHORT || this == INT || this == LONG;
  }

  /** Whether it is a number that has NaN. */
  public boolean isFloating() {
    return this == FLOAT || this == DOUBLE;
  }

  /** Whether it is a number. */
  public boolean isNumber() {
    return isWholePrimitive() || isFloating() || this == BIG_INTEGER || this == BIG_DECIMAL;
  }

  /** Whether it has a size that {@code @Size} can limit. */
  public boolean hasSize() {
    return this == TEXT || this == COLLECTION || this == MAP || this == ARRAY;
  }

  /** What an optional of a primitive holds; any other kind itself. */
  public ValueKind withoutOptional() {
    return switch (this) {
      case OPTIONAL_INT -> INT;
      case OPTIONAL_LONG -> LONG;
      case OPTIONAL_DOUBLE -> DOUBLE;
      default -> this;
    };
  }

  /** Whether it is one of the optionals. */
  public boolean isOptional() {
    return this == OPTIONAL
        || this == OPTIONAL_INT
        || this == OPTIONAL_LONG
        || this == OPTIONAL_DOUBLE;
  }
}
