package dev.tenon.examples.plm;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Positive;
import java.util.List;

/**
 * Meshes that were made of one part.
 *
 * @param files where they are
 * @param triangles how many triangles each of them has
 * @param volume what the mesh encloses, in cubic millimetres
 */
public record MeshFiles(
    @NotEmpty List<@Valid MeshFile> files, @Positive int triangles, @Positive double volume) {}
