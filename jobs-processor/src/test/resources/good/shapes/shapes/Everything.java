package shapes;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One component of each kind. */
@JobType(value = "shape.check-everything", result = Everything.Tree.class)
public record Everything(
    @NotNull String text,
    @Email(regexp = ".*@example\\.com", flags = Pattern.Flag.CASE_INSENSITIVE) String email,
    @Min(-5) long offset,
    @Max(5_000_000_000L) Long big,
    @Positive double ratio,
    @Min(1) BigDecimal price,
    @Max(10) BigInteger count,
    @Size(min = 1, max = 3) int[] codes,
    Optional<@Size(max = 9) String> note,
    @Min(0) OptionalInt limit,
    List<@NotBlank @Size(max = 40) String> names,
    Set<@Nullable String> tags,
    List<? extends List<@Positive Integer>> matrix,
    Map<@NotBlank String, @Positive BigDecimal> prices,
    @Valid Map<String, Tree> trees,
    @SuppressWarnings("JobsMissingValid") Tree @Nullable [] forest,
    Plain plain,
    Page<Plain> page) {

  /** Holds itself. */
  public record Tree(@NotBlank String name, List<@Valid Tree> children) {}

  /** Has nothing but what is required. */
  public record Plain(String name, @Nullable Integer size) {}

  /** Is generic. */
  public record Page<T>(List<T> entries, int number) {}

  /** Handles it. */
  @JobType("shape.check-everything")
  public static final class Handler extends Base<Everything> {
    @Override
    Tree work(Everything payload) {
      return new Tree(payload.text(), List.of());
    }
  }

  /** Implements the interface for the handler. */
  abstract static class Base<T> implements JobHandler<T, Tree> {
    @Override
    public Tree execute(T payload, JobContext context) {
      return work(payload);
    }

    abstract Tree work(T payload);
  }
}
