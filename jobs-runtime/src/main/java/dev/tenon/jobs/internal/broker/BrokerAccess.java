package dev.tenon.jobs.internal.broker;

import dev.tenon.jobs.options.RabbitMqOptions;
import java.util.UUID;

/**
 * How RabbitMQ is reached, and on behalf of which installation. Immutable.
 *
 * @param options how it is reached
 * @param installation the installation of Tenon whose pointers are published and taken
 */
public record BrokerAccess(RabbitMqOptions options, UUID installation) {}
