package dev.tenon.jobs.internal.store;

/**
 * A signal, to be sent.
 *
 * @param id its id, unique within each job
 * @param name its name
 * @param key the key of the wait that it ends; empty for none
 * @param version the version of its shape
 * @param payload the signal as JSON, encrypted if necessary
 * @param sentBy the sender
 */
public record NewSignal(
    String id, String name, String key, int version, String payload, String sentBy) {}
