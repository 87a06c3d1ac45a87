/** The steps of the processors, one class each: read, report, stop unless clean, write. */
@NullMarked
package dev.tenon.jobs.processor.step;

import org.jspecify.annotations.NullMarked;
