package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;

@JobType("seat.hold")
final class SeatHoldHandler implements JobHandler<SeatHold, Void> {
  @Override
  public Void execute(SeatHold payload, JobContext context) {
    return null;
  }
}
