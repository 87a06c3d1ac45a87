package dev.tenon.examples.plm;

import dev.tenon.jobs.annotation.Signal;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

/**
 * The item has to be changed first.
 *
 * @param by who has rejected it
 */
@Signal("design.rejected")
public record DesignRejected(@NotBlank @Size(max = 80) String by) implements ReleaseDecision {}
