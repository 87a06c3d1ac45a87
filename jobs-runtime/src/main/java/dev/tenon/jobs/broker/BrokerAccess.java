package dev.tenon.jobs.broker;

import dev.tenon.jobs.RabbitMqOptions;
import java.util.UUID;

/**
 * How RabbitMQ is reached, and for whom. Immutable.
 *
 * @param options how it is reached
 * @param installation the installation of Tenon whose pointers are published and taken
 */
public record BrokerAccess(RabbitMqOptions options, UUID installation) {}
