package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType("shop.import")
record Import(String file, @Size(max = 9) String code, @Size(max = 9) String same) {
  Import(
      @NotBlank String file, @Size(max = 5) String code, @Size(max = 9) String same) {
    this.file = file;
    this.code = code;
    this.same = same;
  }
}
