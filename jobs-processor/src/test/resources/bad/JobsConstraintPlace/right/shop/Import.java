package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.Positive;
import java.time.LocalDate;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType("shop.import")
record Import(LocalDate from, LocalDate to, @Positive int rows) {
  Import {
    if (from != null && to != null && !from.isBefore(to)) {
      throw new IllegalArgumentException("The period from " + from + " to " + to + " is empty");
    }
  }
}
