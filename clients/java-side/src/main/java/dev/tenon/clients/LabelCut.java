package dev.tenon.clients;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.NotBlank;
import org.jspecify.annotations.Nullable;

/**
 * A label to cut out; there are two knives.
 *
 * @param text what is on it
 */
@JobType(
    value = "label.cut",
    external = true,
    emits = LabelCut.Piece.class,
    maxConcurrent = 2,
    maxAttempts = 2,
    retryDelays = {"100ms"})
public record LabelCut(@NotBlank String text) {

  /**
   * A piece that was cut off.
   *
   * @param number counts the pieces
   * @param text what is on it
   */
  public record Piece(int number, @Nullable String text) {}
}
