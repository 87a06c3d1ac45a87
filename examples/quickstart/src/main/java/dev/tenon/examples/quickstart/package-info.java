/** Job types as a user writes them: payload records, handlers, a worker and a submitter. */
@JobModule("WidgetJobs")
@NullMarked
package dev.tenon.examples.quickstart;

import dev.tenon.jobs.annotation.JobModule;
import org.jspecify.annotations.NullMarked;
