/** Support for tests of jobs: {@link dev.tenon.jobs.testing.TenonExtension} for JUnit Jupiter. */
@NullMarked
package dev.tenon.jobs.testing;

import org.jspecify.annotations.NullMarked;
