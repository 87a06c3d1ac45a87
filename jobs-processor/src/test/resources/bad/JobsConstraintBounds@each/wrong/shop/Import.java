package shop;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;

@JobType("shop.import")
record Import(@Size(min = -1) String a, @Min(5) @Max(3) int b, @Min(300) byte c, @Size(max = 3) @Size(min = 4) String d, @Positive @Max(0) long e) {}
