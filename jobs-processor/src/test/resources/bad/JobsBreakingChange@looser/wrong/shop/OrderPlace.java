package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType("order.place")
record OrderPlace(@Size(max = 9) String sku, @Nullable String way) {}
