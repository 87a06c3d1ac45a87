package shop;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.Size;

@JobType("shop.import")
record Import(@Size(min = 5, max = 10) String code) {}
