package shop;

import dev.tenon.jobs.annotation.CheckedBy;
import java.lang.annotation.ElementType;
import java.lang.annotation.Target;

@Target({ElementType.FIELD, ElementType.TYPE_USE})
@CheckedBy(Code.Check.class)
@interface Code {
  class Check {
    static boolean isValid(Object value) {
      return true;
    }
  }
}
