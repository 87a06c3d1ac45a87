package shop;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.NotBlank;

@JobType("shop.import")
record Import(@NotBlank(groups = Runnable.class) String b) {}
