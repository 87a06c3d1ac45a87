package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType("shop.import")
record Import(@NotBlank String file, @Min(1) int rows) {
  @NotBlank
  public String file() {
    return file.strip();
  }
}
