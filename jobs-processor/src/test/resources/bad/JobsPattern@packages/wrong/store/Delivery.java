package store;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.Valid;

@JobType(value = "store.import", external = true)
public record Delivery(@Valid Code code) {}
