package dev.tenon.jobs.internal.broker;

/** The number of pointers that a worker takes, which depends on their types. */
public interface PointerRoom {

  /** Returns the number of pointers of a type that there is room for. */
  int of(String type);

  /** Returns whether there may be room for one type and none for another. */
  boolean isMixed();

  /** Takes room for that many pointers of a type. */
  void takes(String type, int pointers);
}
