package dev.tenon.examples.plm;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;

/**
 * A file that a job made.
 *
 * @param format its format
 * @param path where it is in the file store
 * @param bytes how long it is
 * @param sha256 the checksum of its content
 */
public record MeshFile(
    MeshFormat format,
    @NotBlank String path,
    @Positive long bytes,
    @Pattern(regexp = "[0-9a-f]{64}") String sha256) {}
