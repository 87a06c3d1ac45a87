package shop;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.Pattern;

@JobType("shop.import")
record Import(@Pattern(regexp = "[A-Z") String code) {}
