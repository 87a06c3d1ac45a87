package lib;

import dev.tenon.jobs.annotation.CheckedBy;

public class Open {
  static boolean isValid(String value) {
    return true;
  }

  protected static boolean isShort(String value, int max) {
    return true;
  }

  public static boolean isOfMode(String value, Hidden.Mode mode) {
    return true;
  }

  public static boolean isOfClasses(String value, Class<?>[] classes) {
    return true;
  }

  protected static class Guarded {}

  private static class Secret {}

  @CheckedBy(value = Open.class, method = "isOfClasses")
  public @interface Within {
    Class<?>[] classes() default {
      Guarded.class, Secret.class, Secret[][].class, Hidden.Mode.class, int.class, void.class, Open.class
    };
  }

  @CheckedBy(value = Open.class, method = "isShort")
  public @interface Short {
    int max();
  }
}
