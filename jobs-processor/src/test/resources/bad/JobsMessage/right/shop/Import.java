package shop;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.Size;

@JobType("shop.import")
record Import(@Size(max = 9, message = "is longer than {max}") String code) {}
