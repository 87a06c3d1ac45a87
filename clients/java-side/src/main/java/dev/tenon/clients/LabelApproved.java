package dev.tenon.clients;

import dev.tenon.jobs.annotation.Signal;
import jakarta.validation.constraints.NotBlank;

/**
 * A person has approved a label.
 *
 * @param by who that was
 */
@Signal("label.approved")
public record LabelApproved(@NotBlank String by) {}
