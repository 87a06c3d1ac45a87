package orders;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Sleeps;
import java.time.Duration;

/** A handler in another class, which only sleeps. */
final class Reminders {

  private Reminders() {}

  @JobType("order.remind")
  record RemindOrder(String text) {}

  @JobType("order.remind")
  @Sleeps("first")
  @Sleeps(value = "second", aliases = {"later", "muchLater"})
  static final class Handler implements JobHandler<RemindOrder, Void> {
    @Override
    public Void execute(RemindOrder order, JobContext context) {
      RemindersSteps steps = RemindersSteps.of(this, context);
      steps.sleepFirst(Duration.ofDays(1));
      steps.sleepSecond(order.text(), Duration.ofDays(2));
      return null;
    }
  }
}
