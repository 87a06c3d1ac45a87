@JobModule("WidgetJobs")
package widgets;

import dev.tenon.jobs.annotation.JobModule;
