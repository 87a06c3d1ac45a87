package dev.tenon.jobs.internal.broker;

/**
 * The facts that RabbitMQ reports about a queue when it is declared.
 *
 * @param messages the number of ready messages, without those that consumers hold
 * @param consumers the number of consumers
 */
public record QueueDepth(long messages, int consumers) {}
