package widgets;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;
import org.jspecify.annotations.Nullable;

/** Removes old widgets. */
@JobType("widget.purge")
public class PurgeWidgetsHandler implements JobHandler<PurgeWidgets, Void> {

  @Override
  public @Nullable Void execute(PurgeWidgets payload, JobContext context) {
    return null;
  }
}
