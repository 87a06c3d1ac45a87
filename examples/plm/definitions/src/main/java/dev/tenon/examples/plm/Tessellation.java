package dev.tenon.examples.plm;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Positive;

/**
 * The fineness of a mesh.
 *
 * @param maxEdgeLength the longest edge of a triangle, in millimetres
 * @param edgesPerCircle into how many edges a full circle is divided at least
 */
public record Tessellation(
    @Positive @Max(10_000) double maxEdgeLength, @Min(6) @Max(360) int edgesPerCircle) {}
