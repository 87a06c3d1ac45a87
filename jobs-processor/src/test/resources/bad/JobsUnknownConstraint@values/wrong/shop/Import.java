package shop;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.NotBlank;

@JobType("shop.import")
record Import(@DecimalMin("many") double a, @NotBlank(groups = Runnable.class) String b) {}
