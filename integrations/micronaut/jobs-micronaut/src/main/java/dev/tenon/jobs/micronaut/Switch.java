package dev.tenon.jobs.micronaut;

/**
 * Values of properties that switch something on or off, for conditions, which see the string. They
 * are the ones that Micronaut converts to a boolean.
 */
final class Switch {

  /** A pattern for all values that mean true. */
  static final String ON = "(?i)true|yes|y|on";

  /** A pattern for all values that mean false. */
  static final String OFF = "(?i)false|no|n|off";

  /** A pattern for all values other than {@link #OFF}; {@link PropertyCheck} refuses wrong ones. */
  static final String NOT_OFF = "(?!(" + OFF + ")$).*";

  /** A pattern for all values other than {@link #ON}. */
  static final String NOT_ON = "(?!(" + ON + ")$).*";

  private Switch() {}
}
