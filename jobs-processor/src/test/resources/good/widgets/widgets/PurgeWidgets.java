package widgets;

import dev.tenon.jobs.annotation.JobType;
import java.io.FileNotFoundException;

/** Removes old widgets. */
@JobType(
    value = "widget.purge",
    retryDelays = "1m",
    jitter = 0.5,
    noRetryOn = {FileNotFoundException.class, IllegalStateException.class},
    retention = "30d")
public record PurgeWidgets(int olderThanDays) {}
