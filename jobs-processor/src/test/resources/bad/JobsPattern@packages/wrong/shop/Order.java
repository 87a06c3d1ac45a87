package shop;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.Valid;

@JobType(value = "shop.import", external = true)
public record Order(@Valid Code code) {}
