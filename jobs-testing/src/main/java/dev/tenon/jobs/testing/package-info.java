/**
 * Support for tests of jobs, on three levels: {@link dev.tenon.jobs.testing.HandlerTest} calls a
 * handler, {@link dev.tenon.jobs.testing.InMemoryJobs} keeps and runs jobs without a database, and
 * {@link dev.tenon.jobs.testing.TenonExtension}, or {@link dev.tenon.jobs.testing.EmbeddedJobs}
 * without JUnit, run them on a real PostgreSQL. {@link dev.tenon.jobs.testing.JobAssertions} is for
 * all of them.
 */
@NullMarked
package dev.tenon.jobs.testing;

import org.jspecify.annotations.NullMarked;
