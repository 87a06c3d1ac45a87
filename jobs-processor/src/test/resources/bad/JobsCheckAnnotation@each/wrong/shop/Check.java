package shop;

class Check {
  static boolean isValid(String value) {
    return true;
  }

  static boolean isValid(String value, Deprecated one, SuppressWarnings[] many) {
    return true;
  }
}
