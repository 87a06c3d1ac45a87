package lib;

public class Open {
  static boolean isValid(String value) {
    return true;
  }

  public static boolean isOfMode(String value, Hidden.Mode mode) {
    return true;
  }

  public static boolean isOfClasses(String value, Class<?>[] classes) {
    return true;
  }
}
