/**
 * Listeners that turn what a runtime does into metrics of Micrometer and traces of OpenTelemetry.
 */
@NullMarked
package dev.tenon.jobs.observability;

import org.jspecify.annotations.NullMarked;
