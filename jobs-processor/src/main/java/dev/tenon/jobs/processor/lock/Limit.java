package dev.tenon.jobs.processor.lock;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A limit that constraints set on the values of a type, with the rule that decides which of two
 * limits is tighter. Each has its name in the lock file. Its value there is a string, a number or a
 * list of strings.
 */
enum Limit {
  /** The value must be null. */
  ALWAYS_NULL("alwaysNull", Rule.ANY_OF),
  /** The only boolean that is allowed. */
  ALWAYS("always", Rule.ANY_OF),
  /** The string has a character that is not white space. */
  NOT_BLANK("notBlank", Rule.ANY_OF),
  /** The minimum length or number of entries. */
  MIN_SIZE("minSize", Rule.MINIMUM),
  /** The maximum length or number of entries. */
  MAX_SIZE("maxSize", Rule.MAXIMUM),
  /** The minimum; with {@code > 0} if it is exclusive. */
  MIN("min", Rule.MINIMUM),
  /** The maximum; with {@code < 0} if it is exclusive. */
  MAX("max", Rule.MAXIMUM),
  /** The maximum number of digits before the decimal point. */
  INTEGER_DIGITS("integerDigits", Rule.MAXIMUM),
  /** The maximum number of digits after the decimal point. */
  FRACTION_DIGITS("fractionDigits", Rule.MAXIMUM),
  /** The side of the present that a time must be on. */
  TIME("time", Rule.TIMES),
  /** The regular expressions that a string must match. */
  PATTERNS("patterns", Rule.ANY_OF),
  /** The requirements for e-mail addresses. */
  EMAIL("email", Rule.ANY_OF),
  /** Constraints that are compared as written: any change counts as tightening. */
  OTHER("constraints", Rule.ANY_OF);

  /** The suffix of a side that includes the present. */
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

  /** The limit's name in the file. */
  String key() {
    return key;
  }

  /** The limit with its value, as messages name it. */
  String describe(List<String> value) {
    boolean isFlag = this == ALWAYS_NULL || this == NOT_BLANK;
    return isFlag ? key : key + " " + String.join(", ", value);
  }

  /** Returns whether the second value may refuse something that the first allows. */
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

  /** Compares bounds. If their numbers are the same, the exclusive one is tighter. */
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

  /** Returns whether a string can be a value of the limit. */
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
