package own;

interface Numbers {
  static boolean isEven(long value) {
    return value % 2 == 0;
  }

  static boolean isNear(Number value, double to, boolean exact) {
    return exact ? value.doubleValue() == to : Math.abs(value.doubleValue() - to) < 1;
  }
}
