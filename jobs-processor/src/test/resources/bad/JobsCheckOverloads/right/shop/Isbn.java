package shop;

import dev.tenon.jobs.annotation.CheckedBy;
import java.lang.annotation.ElementType;
import java.lang.annotation.Target;

@Target(ElementType.FIELD)
@CheckedBy(Isbn.Check.class)
@interface Isbn {
  class Check {
    static boolean isValid(CharSequence value) {
      return value.length() == 13;
    }
  }
}
