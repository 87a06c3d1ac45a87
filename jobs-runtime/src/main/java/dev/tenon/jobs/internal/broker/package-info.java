/**
 * RabbitMQ: connections that are restored automatically, the exchanges and queues, confirmed
 * publishing of pointers, consuming them, and the fanout by which running jobs are cancelled.
 */
@NullMarked
package dev.tenon.jobs.internal.broker;

import org.jspecify.annotations.NullMarked;
