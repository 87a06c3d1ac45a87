package dev.tenon.jobs.internal.broker;

import dev.tenon.jobs.options.RabbitMqOptions;
import java.util.UUID;

/**
 * The access to RabbitMQ for an installation. Immutable.
 *
 * @param options the connection options
 * @param installation the installation of Tenon whose pointers are published and taken
 */
public record BrokerAccess(RabbitMqOptions options, UUID installation) {}
