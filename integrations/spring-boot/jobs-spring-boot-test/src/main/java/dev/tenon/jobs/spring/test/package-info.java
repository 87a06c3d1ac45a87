/**
 * Test slices for the jobs of an application: {@link dev.tenon.jobs.spring.test.TenonTest} on a
 * database, {@link dev.tenon.jobs.spring.test.InMemoryJobsTest} in memory.
 */
@NullMarked
package dev.tenon.jobs.spring.test;

import org.jspecify.annotations.NullMarked;
