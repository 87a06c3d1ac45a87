package shop;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.Size;

@JobType("shop.import")
record Import(@Size(max = 9, message = "'${validatedValue}' is too long") String code) {}
