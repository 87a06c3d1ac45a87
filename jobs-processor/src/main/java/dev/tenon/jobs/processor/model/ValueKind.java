package dev.tenon.jobs.processor.model;

/** The kind of a value's type, as far as constraints and validators tell types apart. */
public enum ValueKind {
  /** {@code boolean} and its wrapper. */
  BOOLEAN,
  /** {@code byte} and its wrapper. */
  BYTE,
  /** {@code short} and its wrapper. */
  SHORT,
  /** {@code int} and its wrapper. */
  INT,
  /** {@code long} and its wrapper. */
  LONG,
  /** {@code float} and its wrapper. */
  FLOAT,
  /** {@code double} and its wrapper. */
  DOUBLE,
  /** {@code java.math.BigInteger}. */
  BIG_INTEGER,
  /** {@code java.math.BigDecimal}. */
  BIG_DECIMAL,
  /** {@code CharSequence} and what implements it. */
  TEXT,
  /** {@code java.util.Collection} and what extends it. */
  COLLECTION,
  /** {@code Iterable}, but not a collection. */
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
  /** A sealed interface that only records implement. */
  UNION,
  /** Anything else. */
  OTHER;

  /** Returns whether it is a whole number that primitive operators can compare. */
  public boolean isWholePrimitive() {
    return this == BYTE || this == SHORT || this == INT || this == LONG;
  }

  /** Returns whether it is a number that has NaN. */
  public boolean isFloating() {
    return this == FLOAT || this == DOUBLE;
  }

  /** Returns whether it is a number. */
  public boolean isNumber() {
    return isWholePrimitive() || isFloating() || this == BIG_INTEGER || this == BIG_DECIMAL;
  }

  /** Returns whether it has a size that {@code @Size} can limit. */
  public boolean hasSize() {
    return this == TEXT || this == COLLECTION || this == MAP || this == ARRAY;
  }

  /** The kind of the content of a primitive optional; any other kind itself. */
  public ValueKind withoutOptional() {
    return switch (this) {
      case OPTIONAL_INT -> INT;
      case OPTIONAL_LONG -> LONG;
      case OPTIONAL_DOUBLE -> DOUBLE;
      default -> this;
    };
  }

  /** Returns whether it is one of the optionals. */
  public boolean isOptional() {
    return this == OPTIONAL
        || this == OPTIONAL_INT
        || this == OPTIONAL_LONG
        || this == OPTIONAL_DOUBLE;
  }
}
