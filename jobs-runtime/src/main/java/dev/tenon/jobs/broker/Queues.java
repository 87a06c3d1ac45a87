package dev.tenon.jobs.broker;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.ModuleDefinition;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The queues in which pointers wait, by routing key. The types of a module share a queue, except
 * those that have one of their own. Names are without the prefix. Thread-safe.
 */
public final class Queues {

  private static final int HASH_CHARACTERS = 8;

  private final Supplier<Map<String, String>> declaredElsewhere;
  private final Map<String, String> known = new ConcurrentHashMap<>();

  /**
   * The queues; {@link #know} tells of which modules.
   *
   * @param declaredElsewhere the queue of each routing key that any process has declared; asked
   *     about routing keys of types that this process does not know
   */
  public Queues(Supplier<Map<String, String>> declaredElsewhere) {
    this.declaredElsewhere = declaredElsewhere;
  }

  /** Learns to which queues the job types of modules belong; included modules are not asked for. */
  public void know(Collection<? extends ModuleDefinition> modules) {
    Map<String, String> named = new HashMap<>();
    Map<String, String> others = new HashMap<>();
    for (ModuleDefinition module : modules) {
      for (JobDefinition<?, ?> definition : module.definitions()) {
        String queue = definition.hasOwnQueue() ? definition.routingKey() : module.queue();
        for (String key : routingKeys(definition)) {
          // A worker in another language knows nothing but the routing key of each name
          String queueOfKey = definition.external() ? key : queue;
          (key.equals(queueOfKey) ? named : others).put(key, queueOfKey);
        }
      }
    }
    // Another type may have named what one has by default
    known.putAll(named);
    others.forEach(known::putIfAbsent);
  }

  /** The queues of the job types that this process knows. */
  public Set<String> known() {
    return Set.copyOf(known.values());
  }

  /** The queue of a routing key; one that nobody has declared has a queue of its name. */
  public String of(String routingKey) {
    String queue = known.get(routingKey);
    return queue != null ? queue : declaredElsewhere.get().getOrDefault(routingKey, routingKey);
  }

  /** The queues of routing keys. */
  public Map<String, String> of(Collection<String> routingKeys) {
    Map<String, String> elsewhere =
        known.keySet().containsAll(routingKeys) ? Map.of() : declaredElsewhere.get();
    Map<String, String> queues = new HashMap<>();
    for (String key : routingKeys) {
      String queue = known.get(key);
      queues.put(key, queue != null ? queue : elsewhere.getOrDefault(key, key));
    }
    return queues;
  }

  /** The routing keys of a type: its own, and those that its aliases had by default. */
  public static List<String> routingKeys(JobDefinition<?, ?> definition) {
    return Stream.concat(
            Stream.of(definition.routingKey()),
            definition.aliases().stream().map(JobDefinition::defaultRoutingKey))
        .distinct()
        .toList();
  }

  /** The queues of a type, by routing key. */
  public Map<String, String> of(JobDefinition<?, ?> definition) {
    return of(routingKeys(definition));
  }

  /**
   * The queues that a worker consumes that handles these types, sorted by name. Where others handle
   * the rest of a module's types, it takes from a queue of its own, since what it took from the
   * module's queue would often be meant for them.
   */
  public List<ConsumedQueue> consumedBy(Collection<? extends JobDefinition<?, ?>> handled) {
    Map<String, Set<String>> keysByQueue = new TreeMap<>();
    for (JobDefinition<?, ?> definition : handled) {
      of(definition)
          .forEach(
              (key, queue) ->
                  keysByQueue.computeIfAbsent(queue, unused -> new TreeSet<>()).add(key));
    }
    List<ConsumedQueue> consumed = new ArrayList<>();
    keysByQueue.forEach(
        (queue, keys) -> {
          boolean forSome =
              known.entrySet().stream()
                  .anyMatch(each -> each.getValue().equals(queue) && !keys.contains(each.getKey()));
          consumed.add(
              new ConsumedQueue(
                  forSome ? queue + ".only-" + hash(keys) : queue, List.copyOf(keys), forSome));
        });
    return consumed;
  }

  /** Workers that handle the same types share a queue. */
  private static String hash(Set<String> routingKeys) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(String.join("\n", routingKeys).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, HASH_CHARACTERS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }
}
