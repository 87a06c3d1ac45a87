package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.GroupSequence;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Positive;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType("shop.import")
@GroupSequence(Import.class)
@Period
record Import(int from, int to, @Valid Item item) {
  @Period
  record Item(@Positive int from, int to) {}
}
