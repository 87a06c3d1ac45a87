package widgets;

import dev.tenon.jobs.annotation.JobType;

/** Removes old widgets. */
@JobType("widget.purge")
public record PurgeWidgets(int olderThanDays) {}
