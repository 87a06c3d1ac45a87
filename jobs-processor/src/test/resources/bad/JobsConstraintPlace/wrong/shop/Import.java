package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Positive;
import java.time.LocalDate;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType("shop.import")
record Import(LocalDate from, LocalDate to, @Positive int rows) {
  @AssertTrue
  boolean isPeriod() {
    return from.isBefore(to);
  }
}
