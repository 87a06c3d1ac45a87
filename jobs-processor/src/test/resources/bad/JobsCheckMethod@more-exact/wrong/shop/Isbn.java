package shop;

import dev.tenon.jobs.annotation.CheckedBy;
import java.lang.annotation.ElementType;
import java.lang.annotation.Target;

@Target(ElementType.FIELD)
@CheckedBy(Isbn.Check.class)
@interface Isbn {
  class Check {
    static boolean isValid(Object value) {
      return true;
    }

    boolean isValid(String value) {
      return true;
    }

    static <T extends Number> boolean isValid(T value) {
      return true;
    }

    private static boolean isValid(CharSequence value) {
      return true;
    }
  }
}
