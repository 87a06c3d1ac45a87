package lib;

class Hidden {
  enum Mode {
    STRICT
  }

  public static boolean isValid(String value) {
    return true;
  }
}
