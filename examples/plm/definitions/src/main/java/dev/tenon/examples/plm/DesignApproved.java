package dev.tenon.examples.plm;

import dev.tenon.jobs.annotation.Signal;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

/**
 * The item may be made.
 *
 * @param by who has approved it
 */
@Signal("design.approved")
public record DesignApproved(@NotBlank @Size(max = 80) String by) implements ReleaseDecision {}
