/**
 * The Java side of the tests of the Python client: it declares, submits and looks after the jobs.
 */
@JobModule("LabelJobs")
@NullMarked
package dev.tenon.clients.python;

import dev.tenon.jobs.annotation.JobModule;
import org.jspecify.annotations.NullMarked;
