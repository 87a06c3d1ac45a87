/**
 * What metrics, traces and tests implement and read: {@link dev.tenon.jobs.listen.JobListener} is
 * told what happens to jobs, {@link dev.tenon.jobs.listen.JobsFigures} answers what is true now.
 */
@NullMarked
package dev.tenon.jobs.listen;

import org.jspecify.annotations.NullMarked;
