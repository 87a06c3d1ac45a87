package dev.tenon.examples.plm;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;

/**
 * Makes a plate with a flange and holes, from numbers. A worker in Python does it.
 *
 * @param partNumber the number of the part, which the file is named after
 * @param plate the plate
 * @param flange the flange in the middle of it
 * @param holes the holes around the flange
 */
@JobType(
    value = "cad.parametric.generate",
    label = "Part from parameters",
    routingKey = "jobs.cad.parametric",
    result = MeshFiles.class,
    timeout = "5m",
    maxAttempts = 3,
    retryDelays = {"5s", "1m"},
    external = true)
public record ParametricPart(
    @Pattern(regexp = "[A-Za-z0-9-]{1,40}") String partNumber,
    @Valid Plate plate,
    @Valid Flange flange,
    @Valid Holes holes) {

  /**
   * A rectangular plate.
   *
   * @param length in millimetres
   * @param width in millimetres
   * @param thickness in millimetres
   */
  public record Plate(
      @Positive @Max(10_000) double length,
      @Positive @Max(10_000) double width,
      @Positive @Max(10_000) double thickness) {}

  /**
   * A pipe that stands on the plate, and goes through it.
   *
   * @param diameter its outer diameter in millimetres
   * @param height how far it stands out of the plate, in millimetres
   * @param bore its inner diameter in millimetres
   */
  public record Flange(
      @Positive @Max(10_000) double diameter,
      @Positive @Max(10_000) double height,
      @Positive @Max(10_000) double bore) {}

  /**
   * Holes for bolts, evenly on a circle.
   *
   * @param count how many
   * @param diameter their diameter in millimetres
   * @param circle the diameter of the circle of their centres, in millimetres
   */
  public record Holes(
      @Min(0) @Max(64) int count,
      @Positive @Max(10_000) double diameter,
      @Positive @Max(10_000) double circle) {}
}
