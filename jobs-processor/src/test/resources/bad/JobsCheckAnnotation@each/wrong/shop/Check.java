package shop;

class Check {
  static boolean isValid(String value) {
    return true;
  }

  static boolean isAnnotated(String value, Deprecated one, SuppressWarnings[] many) {
    return true;
  }
}
