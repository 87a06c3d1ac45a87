package dev.tenon.jobs.processor.lock;

import java.util.SortedMap;

/**
 * A signal as the lock file holds it.
 *
 * @param module the class of its module
 * @param version its version
 * @param payload its record
 * @param shapes all shapes reachable from the record, by name
 */
record LockedSignal(
    String module, int version, LockedValue payload, SortedMap<String, LockedShape> shapes) {}
