package dev.tenon.jobs.internal.broker;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.ModuleDefinition;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The queues of pointers, by routing key. The types of a module share a queue, except those that
 * have their own. Names are without the prefix. Thread-safe.
 */
public final class Queues {

  private static final int HASH_CHARACTERS = 8;

  private final Supplier<Map<String, String>> declaredElsewhere;
  private final Map<String, PointerQueue> known = new ConcurrentHashMap<>();

  /**
   * Creates the queues; {@link #know} adds modules.
   *
   * @param declaredElsewhere the name of the queue of each routing key that any process has
   *     declared; used for routing keys of types that this process does not know
   */
  public Queues(Supplier<Map<String, String>> declaredElsewhere) {
    this.declaredElsewhere = declaredElsewhere;
  }

  /** Adds the queues of the job types of modules, without included modules. */
  public void know(Collection<? extends ModuleDefinition> modules) {
    Map<String, PointerQueue> own = new HashMap<>();
    Map<String, PointerQueue> shared = new HashMap<>();
    for (ModuleDefinition module : modules) {
      for (JobDefinition<?, ?> definition : module.definitions()) {
        for (String key : routingKeys(definition)) {
          if (definition.hasOwnQueue()) {
            own.put(key, PointerQueue.of(key, key));
          } else {
            shared.put(key, PointerQueue.of(key, module.queue()));
          }
        }
      }
    }
    // One type may name the routing key that another one has by default
    known.putAll(own);
    shared.forEach(known::putIfAbsent);
  }

  /** Returns the queues of the modules that this process knows. */
  public Set<PointerQueue> ofModules() {
    return known.values().stream()
        .filter(queue -> queue.kind() == PointerQueue.Kind.OF_MODULE)
        .collect(Collectors.toSet());
  }

  /** Returns whether the routing key leads to a different queue, as far as this process knows. */
  boolean hasMoved(String routingKey, PointerQueue from) {
    PointerQueue queue = known.get(routingKey);
    return queue != null && !queue.equals(from);
  }

  /** Returns the queues of routing keys; one that nobody has declared has a queue of its name. */
  public Map<String, PointerQueue> of(Collection<String> routingKeys) {
    Map<String, String> elsewhere =
        known.keySet().containsAll(routingKeys) ? Map.of() : declaredElsewhere.get();
    Map<String, PointerQueue> queues = new HashMap<>();
    for (String key : routingKeys) {
      PointerQueue queue = known.get(key);
      queues.put(
          key, queue != null ? queue : PointerQueue.of(key, elsewhere.getOrDefault(key, key)));
    }
    return queues;
  }

  /** Returns the names of a type's queues, by routing key. */
  public Map<String, String> namesOf(JobDefinition<?, ?> definition) {
    Map<String, String> names = new TreeMap<>();
    of(routingKeys(definition)).forEach((key, queue) -> names.put(key, queue.name()));
    return names;
  }

  /**
   * Returns the routing keys that now lead to a different queue, as far as this process knows.
   *
   * @param earlier the earlier name of the queue of each routing key
   */
  public Map<String, String> movedFrom(Map<String, String> earlier) {
    Map<String, String> moved = new TreeMap<>();
    earlier.forEach(
        (key, name) -> {
          PointerQueue queue = known.get(key);
          if (queue != null && !queue.name().equals(name)) {
            moved.put(key, name);
          }
        });
    return moved;
  }

  /** Returns the routing keys of a type: its own, and those that its aliases had by default. */
  public static List<String> routingKeys(JobDefinition<?, ?> definition) {
    return Stream.concat(
            Stream.of(definition.routingKey()),
            definition.aliases().stream().map(JobDefinition::defaultRoutingKey))
        .distinct()
        .toList();
  }

  /**
   * Returns the queues that a worker of these types consumes, sorted by name. If other workers
   * handle the rest of a module's types, it has its own queue, because pointers from the module's
   * queue would often be meant for the others.
   */
  public List<ConsumedQueue> consumedBy(Collection<? extends JobDefinition<?, ?>> handled) {
    Map<PointerQueue, Set<String>> keysByQueue =
        new TreeMap<>(Comparator.comparing(PointerQueue::name));
    for (JobDefinition<?, ?> definition : handled) {
      of(routingKeys(definition))
          .forEach(
              (key, queue) ->
                  keysByQueue.computeIfAbsent(queue, unused -> new TreeSet<>()).add(key));
    }
    List<ConsumedQueue> consumed = new ArrayList<>();
    keysByQueue.forEach(
        (queue, keys) -> {
          boolean othersHandleSome =
              queue.kind() == PointerQueue.Kind.OF_MODULE
                  && known.entrySet().stream()
                      .anyMatch(
                          each -> each.getValue().equals(queue) && !keys.contains(each.getKey()));
          consumed.add(
              new ConsumedQueue(
                  othersHandleSome ? queue.forSome(hash(keys)) : queue, List.copyOf(keys)));
        });
    return consumed;
  }

  /** Returns a hash of routing keys, so that workers that handle the same types share a queue. */
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
