package shop;

import dev.tenon.jobs.annotation.CheckedBy;

@CheckedBy(Other.Check.class)
@interface Other {
  String message() default "${validatedValue} is wrong";

  class Check {
    static boolean isValid(String value) {
      return true;
    }
  }
}
