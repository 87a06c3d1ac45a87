package dev.tenon.jobs.processor.lock;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What constraints leave of the values of a type, and when one of two is tighter than the other.
 * Its name is that in the file; its value there is one text or number, or a list of texts.
 */
enum Limit {
  /** Only null is allowed. */
  ALWAYS_NULL("alwaysNull", Rule.ANY_OF),
  /** The truth value that is allowed. */
  ALWAYS("always", Rule.ANY_OF),
  /** The text has something but white space. */
  NOT_BLANK("notBlank", Rule.ANY_OF),
  /** The least length or number of entries. */
  MIN_SIZE("minSize", Rule.MINIMUM),
  /** The greatest length or number of entries. */
  MAX_SIZE("maxSize", Rule.MAXIMUM),
  /** The least number; {@code > 0} if it is itself not allowed. */
  MIN("min", Rule.MINIMUM),
  /** The greatest number; {@code < 0} if it is itself not allowed. */
  MAX("max", Rule.MAXIMUM),
  /** The most digits before the decimal point. */
  INTEGER_DIGITS("integerDigits", Rule.MAXIMUM),
  /** The most digits after it. */
  FRACTION_DIGITS("fractionDigits", Rule.MAXIMUM),
  /** On which side of the present a time is. */
  TIME("time", Rule.TIMES),
  /** Regular expressions that a text matches. */
  PATTERNS("patterns", Rule.ANY_OF),
  /** What is asked of e-mail addresses. */
  EMAIL("email", Rule.ANY_OF),
  /** Constraints that are compared as written: a change of one counts as tightened. */
  OTHER("constraints", Rule.ANY_OF);

  /** The end of the name of a moment that may be the present itself. */
  static final String OR_PRESENT = "OrPresent";

  private enum Rule {
    MINIMUM,
    MAXIMUM,
    ANY_OF,
    TIMES
  }

  private final String key;
  private final Rule rule;

  Limit(String key, Rule rule) {
    this.key = key;
    this.rule = rule;
  }

  /** Its name in the file. */
  String key() {
    return key;
  }

  /** How messages name it with its value. */
  String describe(List<String> value) {
    boolean isFlag = this == ALWAYS_NULL || this == NOT_BLANK;
    return isFlag ? key : key + " " + String.join(", ", value);
  }

  /** Whether values that one allows may be refused by the other. */
  boolean isTighter(List<String> locked, List<String> found) {
    return switch (rule) {
      case MINIMUM -> compare(locked.get(0), found.get(0)) < 0;
      case MAXIMUM -> compare(locked.get(0), found.get(0)) > 0;
      case ANY_OF -> !locked.containsAll(found);
      case TIMES -> {
        Set<String> allowed = new HashSet<>(locked);
        locked.forEach(time -> allowed.add(time + OR_PRESENT));
        yield !allowed.containsAll(found);
      }
    };
  }

  /** The tighter one of two values, or both of them. */
  List<String> both(List<String> one, List<String> other) {
    return switch (rule) {
      case MINIMUM, MAXIMUM -> isTighter(one, other) ? other : one;
      case ANY_OF, TIMES -> {
        Set<String> all = new TreeSet<>(one);
        all.addAll(other);
        yield List.copyOf(all);
      }
    };
  }

  /** Compares bounds; of the same number the one that excludes it is the inner one. */
  private int compare(String one, String other) {
    int numbers = number(one).compareTo(number(other));
    if (numbers != 0) {
      return numbers;
    }
    int exclusive = Boolean.compare(isExclusive(one), isExclusive(other));
    return rule == Rule.MINIMUM ? exclusive : -exclusive;
  }

  private static boolean isExclusive(String bound) {
    return bound.startsWith("<") || bound.startsWith(">");
  }

  private static BigDecimal number(String bound) {
    return new BigDecimal(isExclusive(bound) ? bound.substring(2) : bound);
  }

  /** Whether a text can be a value of it. */
  boolean accepts(String value) {
    if (rule != Rule.MINIMUM && rule != Rule.MAXIMUM) {
      return true;
    }
    try {
      return number(value).precision() > 0;
    } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
      return false;
    }
  }
}
