package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import java.util.List;
import javax.validation.Valid;
import javax.validation.constraints.NotBlank;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType("shop.import")
record Import(@NotBlank String file, @Valid Item item, List<@NotBlank String> codes) {
  record Item(@NotBlank String sku) {}
}
