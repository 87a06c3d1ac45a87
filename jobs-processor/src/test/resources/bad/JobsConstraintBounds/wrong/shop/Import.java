package shop;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.Size;

@JobType("shop.import")
record Import(@Size(min = 10, max = 5) String code) {}
