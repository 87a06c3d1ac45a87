package dev.tenon.jobs.broker;

/**
 * A queue in which pointers wait.
 *
 * @param name its name, without the prefix
 * @param expires whether RabbitMQ removes it when nobody has consumed or declared it for {@link
 *     Topology#UNUSED_AFTER}: a module that gets another name leaves a queue behind. What waits is
 *     published again when somebody comes back.
 */
public record PointerQueue(String name, boolean expires) {

  /** The queue to which a routing key leads; a queue of another name is that of a module. */
  static PointerQueue of(String routingKey, String name) {
    return new PointerQueue(name, !name.equals(routingKey));
  }
}
