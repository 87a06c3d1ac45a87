/**
 * Durable handlers: what steps, waits and signals use. {@link dev.tenon.jobs.durable.TypedSignals}
 * sends signals, and {@link dev.tenon.jobs.durable.JobSteps} shows the steps of a job.
 */
@NullMarked
package dev.tenon.jobs.durable;

import org.jspecify.annotations.NullMarked;
