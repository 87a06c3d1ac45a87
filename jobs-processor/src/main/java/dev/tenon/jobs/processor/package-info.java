/**
 * The annotation processors: {@link dev.tenon.jobs.processor.JobsProcessor} writes what each job
 * type needs, {@link dev.tenon.jobs.processor.JobsModuleProcessor} what each module needs.
 */
@NullMarked
package dev.tenon.jobs.processor;

import org.jspecify.annotations.NullMarked;
