package dev.tenon.jobs.processor.lock;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A job type as the lock file holds it.
 *
 * @param module the class of its module
 * @param version its version
 * @param routingKey its routing key
 * @param aliases its earlier names, sorted
 * @param inputs the form of each of its methods with {@code @FromResults}, by the name of the
 *     method
 * @param payload its payload
 * @param result its result
 * @param emits what its jobs emit; empty if they emit nothing
 * @param shapes all shapes reachable from these, by name
 */
record LockedType(
    String module,
    int version,
    String routingKey,
    List<String> aliases,
    SortedMap<String, String> inputs,
    LockedValue payload,
    LockedValue result,
    Optional<LockedValue> emits,
    SortedMap<String, LockedShape> shapes) {}
