package dev.tenon.jobs.internal.broker;

/**
 * What RabbitMQ tells of a queue when it is declared.
 *
 * @param messages how many are ready; those that consumers hold are not counted
 * @param consumers how many there are
 */
public record QueueDepth(long messages, int consumers) {}
