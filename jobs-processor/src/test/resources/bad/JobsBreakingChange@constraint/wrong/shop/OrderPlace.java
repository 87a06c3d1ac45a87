package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.util.List;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType("order.place")
record OrderPlace(
    @NotBlank @Size(max = 40) String sku,
    @Min(2) int count,
    List<@Pattern(regexp = "[a-z]*") String> tags,
    @Valid Item item) {
  record Item(@Positive long weight) {}
}
