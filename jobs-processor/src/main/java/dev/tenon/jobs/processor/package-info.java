/**
 * The annotation processors: {@link dev.tenon.jobs.processor.JobsProcessor} for what is written per
 * job type, {@link dev.tenon.jobs.processor.JobsModuleProcessor} for what is written per module.
 */
@NullMarked
package dev.tenon.jobs.processor;

import org.jspecify.annotations.NullMarked;
