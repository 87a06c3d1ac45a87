package dev.tenon.jobs.internal.store;

/** The type and the routing key of jobs. */
public record JobsOfType(String type, String routingKey) {}
