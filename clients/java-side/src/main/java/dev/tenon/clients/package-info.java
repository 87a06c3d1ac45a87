/**
 * The Java side of the tests of the clients for Python and TypeScript: it declares, submits and
 * looks after the jobs.
 */
@JobModule("LabelJobs")
@NullMarked
package dev.tenon.clients;

import dev.tenon.jobs.annotation.JobModule;
import org.jspecify.annotations.NullMarked;
