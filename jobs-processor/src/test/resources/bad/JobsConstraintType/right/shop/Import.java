package shop;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.Positive;

@JobType("shop.import")
record Import(@Positive Integer count) {}
