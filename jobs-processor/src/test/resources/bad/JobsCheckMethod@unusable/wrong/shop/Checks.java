package shop;

import dev.tenon.jobs.annotation.CheckedBy;
import java.io.IOException;

class Checks {
  boolean ofInstance(String value) {
    return true;
  }

  private static boolean hidden(String value) {
    return true;
  }

  static Boolean boxed(String value) {
    return true;
  }

  static <T> boolean generic(T value) {
    return true;
  }

  static boolean failing(String value) throws IllegalStateException, IOException {
    throw new IOException();
  }

  static boolean lenient(String value) throws IllegalStateException, StackOverflowError {
    return hidden(value);
  }

  boolean several(String value, int max) {
    return true;
  }

  @CheckedBy(value = Checks.class, method = "ofInstance")
  @interface OfInstance {}

  @CheckedBy(value = Checks.class, method = "hidden")
  @interface Hidden {}

  @CheckedBy(value = Checks.class, method = "boxed")
  @interface Boxed {}

  @CheckedBy(value = Checks.class, method = "generic")
  @interface Generic {}

  @CheckedBy(value = Checks.class, method = "failing")
  @interface Failing {}

  @CheckedBy(value = Checks.class, method = "lenient")
  @interface Lenient {}

  @CheckedBy(value = Checks.class, method = "several")
  @interface Several {
    int max();
  }

  @CheckedBy(value = Checks.class, method = "lenent")
  @interface Misspelt {}

  @CheckedBy(Checks[].class)
  @interface NoClass {}

  @CheckedBy(Empty.class)
  @interface OfNothing {
    int value();
  }

  interface Empty {
    boolean isValue(String value);
  }
}
