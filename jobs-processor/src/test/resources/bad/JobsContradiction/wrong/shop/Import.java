package shop;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.NotBlank;
import org.jspecify.annotations.Nullable;

@JobType("shop.import")
record Import(@Nullable @NotBlank String note) {}
