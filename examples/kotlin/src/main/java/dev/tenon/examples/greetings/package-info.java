/** Job types in Java; handlers, submits and tests in Kotlin. */
@JobModule("GreetingJobs")
@NullMarked
package dev.tenon.examples.greetings;

import dev.tenon.jobs.annotation.JobModule;
import org.jspecify.annotations.NullMarked;
