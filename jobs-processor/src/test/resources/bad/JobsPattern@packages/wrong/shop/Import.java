package shop;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.Pattern;

@JobType(value = "shop.import", external = true)
record Import(@Pattern(regexp = "(") String code) {}
