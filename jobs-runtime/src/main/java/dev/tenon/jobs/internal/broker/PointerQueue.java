package dev.tenon.jobs.internal.broker;

/**
 * A queue of pointers.
 *
 * @param name its name, without the prefix
 * @param kind the kind of job types that it serves
 */
public record PointerQueue(String name, Kind kind) {

  /** The kind of job types that a queue serves. */
  public enum Kind {
    /** A queue of the types that name its routing key, or of an external type. It stays. */
    NAMED,
    /** A queue of the other types of a module. A module that is renamed leaves it behind. */
    OF_MODULE,
    /** A queue of some of the types of a module, for workers that handle no others. */
    FOR_SOME
  }

  /**
   * Returns the queue that a routing key leads to; a queue with a different name is that of a
   * module.
   */
  static PointerQueue of(String routingKey, String name) {
    return new PointerQueue(name, name.equals(routingKey) ? Kind.NAMED : Kind.OF_MODULE);
  }

  /** Returns the queue for workers that handle only some of the types of this one. */
  PointerQueue forSome(String suffix) {
    return new PointerQueue(name + ".only-" + suffix, Kind.FOR_SOME);
  }
}
