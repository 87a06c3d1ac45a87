package dev.tenon.examples.quickstart.guide;

import dev.tenon.jobs.annotation.CheckedBy;
import java.lang.annotation.ElementType;
import java.lang.annotation.Target;

/** A constraint of the example's own. */
@Target({ElementType.FIELD, ElementType.TYPE_USE})
@CheckedBy(InvoiceNumber.Check.class)
public @interface InvoiceNumber {

  String prefix() default "R-";

  String message() default "is not a number that starts with {prefix}";

  /** What generated validators call. */
  final class Check {

    private Check() {}

    static boolean isValid(String value, String prefix) {
      return value.startsWith(prefix) && value.length() > prefix.length();
    }
  }
}
