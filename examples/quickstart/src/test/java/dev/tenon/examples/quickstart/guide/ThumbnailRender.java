package dev.tenon.examples.quickstart.guide;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Positive;

/** A picture to make small, by a worker that is not Java. */
@JobType(value = "thumbnail.render", external = true, result = ThumbnailRender.Size.class)
public record ThumbnailRender(String picture, @Positive @Max(1024) int width) {

  /** How large it became. */
  public record Size(int width, int height) {}
}
