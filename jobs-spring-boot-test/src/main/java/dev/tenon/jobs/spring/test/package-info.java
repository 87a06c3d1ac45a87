/** A test slice for the jobs of an application: {@link dev.tenon.jobs.spring.test.TenonTest}. */
@NullMarked
package dev.tenon.jobs.spring.test;

import org.jspecify.annotations.NullMarked;
