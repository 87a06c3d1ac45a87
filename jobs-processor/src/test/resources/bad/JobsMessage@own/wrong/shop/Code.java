package shop;

import dev.tenon.jobs.annotation.CheckedBy;

@CheckedBy(Code.Check.class)
@interface Code {
  int max();

  String message() default "is longer than {mx}, not {max}";

  class Check {
    static boolean isValid(String value, int max) {
      return value.length() <= max;
    }
  }
}
