package dev.tenon.jobs.internal.store;

/**
 * A signal that has ended a wait, as it is stored.
 *
 * @param id its id within the job
 * @param name its name
 * @param version the version of its shape
 * @param payload the signal as JSON, encrypted if necessary
 */
public record StoredSignal(String id, String name, int version, String payload) {}
