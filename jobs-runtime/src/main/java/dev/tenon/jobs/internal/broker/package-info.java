/**
 * RabbitMQ: connections that are restored automatically, the exchanges and queues, confirmed
 * publishing of pointers, consuming them, and the fanout that cancels running jobs.
 */
@NullMarked
package dev.tenon.jobs.internal.broker;

import org.jspecify.annotations.NullMarked;
