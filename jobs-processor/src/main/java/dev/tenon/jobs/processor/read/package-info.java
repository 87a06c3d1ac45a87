/**
 * The readers that turn elements and annotation mirrors into the model. Nothing here reports
 * faults.
 */
@NullMarked
package dev.tenon.jobs.processor.read;

import org.jspecify.annotations.NullMarked;
