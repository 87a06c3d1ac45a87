package shop;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType("order.place")
record OrderPlace(@JsonProperty("sku") String article) {}
