package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType("order.place")
record OrderPlace(@Size(max = 9) String sku, @NotBlank @Size(min = 2) String way) {}
