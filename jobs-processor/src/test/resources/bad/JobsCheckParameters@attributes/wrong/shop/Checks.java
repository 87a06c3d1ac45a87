package shop;

import dev.tenon.jobs.annotation.CheckedBy;

class Checks {
  static boolean isShort(String value) {
    return true;
  }

  static boolean isValid(String value, int max, String unit) {
    return true;
  }

  static boolean isNamed(String value, Class<? extends Number>[] types) {
    return true;
  }

  @CheckedBy(value = Checks.class, method = "isShort")
  @interface Fewer {
    int max();

    String message() default "is longer than {max}";
  }

  @CheckedBy(Checks.class)
  @interface Swapped {
    String unit();

    int max();
  }

  @CheckedBy(value = Checks.class, method = "isNamed")
  @interface Named {
    Class<? extends Number>[] value();
  }
}
