package shop;

import dev.tenon.jobs.annotation.Awaits;
import dev.tenon.jobs.annotation.InDoubt;
import dev.tenon.jobs.annotation.ResumesFrom;
import dev.tenon.jobs.annotation.Sleeps;
import dev.tenon.jobs.annotation.Step;
import dev.tenon.jobs.annotation.StepKey;
import dev.tenon.jobs.durable.Resolution;

@Awaits(OrderPaid.class)
@Sleeps("late")
@Sleeps("later")
@ResumesFrom(OrderPaid.class)
final class Payments {

  @Step
  void charge() {}

  @InDoubt("charge")
  Resolution<Void> find() {
    return Resolution.notDone();
  }

  interface Packs {
    @Step
    void pack(@StepKey String id);
  }

  abstract static class Wraps implements Packs {
    @Override
    public void pack(@StepKey String id) {}
  }
}
