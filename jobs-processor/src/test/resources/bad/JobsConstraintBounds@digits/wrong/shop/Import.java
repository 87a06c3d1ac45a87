package shop;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;

@JobType("shop.import")
record Import(@Digits(integer = -1, fraction = 2) long a, @DecimalMin(value = "1", inclusive = false) @DecimalMax("1") double b) {}
