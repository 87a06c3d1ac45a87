/**
 * How a runtime is set up: its connection to RabbitMQ, its worker, the sizes that it accepts and
 * the keys that encrypt. {@code JobsRuntime.builder()} takes each of them.
 */
@NullMarked
package dev.tenon.jobs.options;

import org.jspecify.annotations.NullMarked;
