package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.Min;
import java.util.OptionalInt;
import java.util.OptionalLong;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType("shop.import")
record Import(
    @Min(3_000_000_000L) OptionalInt size, @DecimalMax("-9300000000000000000") OptionalLong total) {}
