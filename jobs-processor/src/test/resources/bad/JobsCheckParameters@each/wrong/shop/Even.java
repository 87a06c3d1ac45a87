package shop;

import dev.tenon.jobs.annotation.CheckedBy;
import java.lang.annotation.ElementType;
import java.lang.annotation.Target;

@Target({ElementType.FIELD, ElementType.TYPE_USE})
@CheckedBy(Even.Check.class)
@interface Even {
  class Check {
    static boolean isValid(int value) {
      return value % 2 == 0;
    }
  }
}
