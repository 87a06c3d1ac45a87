/**
 * The writers that turn the model into Java sources, one class per output. Nothing here reports
 * faults.
 */
@NullMarked
package dev.tenon.jobs.processor.write;

import org.jspecify.annotations.NullMarked;
