package dev.tenon.jobs.internal.broker;

/**
 * A queue in which pointers wait.
 *
 * @param name its name, without the prefix
 * @param kind whose jobs they point to
 */
public record PointerQueue(String name, Kind kind) {

  /** Whose jobs the pointers in a queue point to. */
  public enum Kind {
    /** Those of the types that name its routing key, or of an external type. It stays. */
    NAMED,
    /** Those of the other types of a module. A module that gets another name leaves it behind. */
    OF_MODULE,
    /** Those of some of the types of a module, for workers that handle no others. */
    FOR_SOME
  }

  /** The queue to which a routing key leads; a queue of another name is that of a module. */
  static PointerQueue of(String routingKey, String name) {
    return new PointerQueue(name, name.equals(routingKey) ? Kind.NAMED : Kind.OF_MODULE);
  }

  /** The queue for workers that handle only some of the types of this one. */
  PointerQueue forSome(String suffix) {
    return new PointerQueue(name + ".only-" + suffix, Kind.FOR_SOME);
  }
}
