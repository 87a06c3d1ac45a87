package store;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.Pattern;

@JobType(value = "store.import", external = true)
public record Import(@Pattern(regexp = "(") String code) {}
