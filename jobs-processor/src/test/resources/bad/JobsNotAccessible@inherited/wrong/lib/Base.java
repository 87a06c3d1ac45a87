package lib;

public class Base {
  protected static class Broken extends Exception {
    private static final long serialVersionUID = 1;
  }

  protected enum Report {
    DONE
  }
}
