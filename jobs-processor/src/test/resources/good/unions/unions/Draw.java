package unions;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import java.util.List;

/** Holds and returns sealed interfaces of records. */
@JobModule(value = "DrawJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType(value = "draw.shapes", result = Draw.Outcome.class)
public record Draw(@Valid Shape first, List<@Valid Shape> others) {

  /** What is drawn. */
  public sealed interface Shape {}

  /** Is round. */
  public record Circle(@Positive int radius) implements Shape {}

  /** Has corners. */
  public sealed interface Angular extends Shape {}

  /** Has four. */
  public record Square(@Positive int side, String colour) implements Angular {}

  /** Has no components. */
  public record Empty() implements Angular {}

  /** The outcome. */
  public sealed interface Outcome {}

  /** It is drawn. */
  public record Drawn(@NotBlank String file) implements Outcome {}

  /** It is not. */
  public record Refused(String reason, @Valid Shape culprit) implements Outcome {}
}
