package shop;

import dev.tenon.jobs.annotation.CheckedBy;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

@Target({ElementType.FIELD, ElementType.TYPE_USE})
@Retention(RetentionPolicy.CLASS)
@CheckedBy(Isbn.Check.class)
@interface Isbn {
  class Check {
    static boolean isValid(String value) {
      return value.matches("97[89]\\d{10}");
    }
  }
}
