/** Handlers with steps, waits and cursors of all kinds. */
@JobModule("OrderJobs")
package orders;

import dev.tenon.jobs.annotation.JobModule;
