package shop;

import dev.tenon.jobs.annotation.CheckedBy;

class Checks {
  static boolean isMine(Object value, Number max) {
    return true;
  }

  static boolean isMine(CharSequence value, Object max) {
    return true;
  }

  static boolean isMine(String value, Integer max) {
    return true;
  }

  static boolean isMine(long value, int max) {
    return true;
  }

  static boolean isOther(Integer value) {
    return true;
  }

  static boolean isOther(long value) {
    return true;
  }

  static boolean isTwice(CharSequence value, Object text) {
    return true;
  }

  static boolean isTwice(Object value, CharSequence text) {
    return true;
  }

  @CheckedBy(value = Checks.class, method = "isMine")
  @interface Mine {
    int max() default 3;
  }

  @CheckedBy(value = Checks.class, method = "isOther")
  @interface Other {}

  @CheckedBy(value = Checks.class, method = "isTwice")
  @interface Twice {
    String text() default "";
  }
}
