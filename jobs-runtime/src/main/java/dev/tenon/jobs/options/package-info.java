/**
 * The options of a runtime: its connection to RabbitMQ, its workers, the sizes that it accepts and
 * the keys that encrypt. {@code JobsRuntime.builder()} takes each of them.
 */
@NullMarked
package dev.tenon.jobs.options;

import org.jspecify.annotations.NullMarked;
