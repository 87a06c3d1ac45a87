package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.annotation.Sensitive;
import dev.tenon.jobs.annotation.Signal;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** Somebody has approved a part. */
@Signal("part.approved")
record PartApproved(
    @NotBlank @Size(max = 40) String approver,
    @Nullable LocalDate day,
    @Sensitive @Size(max = 20) String pin) {}
