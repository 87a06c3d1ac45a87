package exports;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tenon.jobs.annotation.Description;
import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.Future;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Has descriptions, constraints that a schema cannot express, and a Jackson name.
 *
 * @param plain what the {@code Javadoc} comment says
 * @param told a description that nobody reads
 */
@JobType(value = "export.described", label = "Described", result = Described.Money[].class)
public record Described(
    String plain,
    @Description("What the annotation says.") String told,
    @JsonProperty("other_name") String renamed,
    Money money,
    @Future Instant due,
    @Digits(integer = 3, fraction = 2) BigDecimal price,
    @Pattern(regexp = "\\p{Lu}+") @Pattern(regexp = "^[A-Z]*$") String code,
    @Pattern(regexp = "[a-z]+", flags = Pattern.Flag.CASE_INSENSITIVE) String word,
    @Size(min = 2, max = 4) byte[] hash,
    @Size(min = 2) Set<String> tags,
    @AssertTrue boolean agreed,
    List<@Valid Note> notes) {

  /** Is a record. */
  public record Money(BigDecimal amount) {}

  /** Nobody reads this. */
  @Description("Something to note.")
  public record Note(@Size(max = 100) String text, @Nullable @Valid Note next) {}

  /** Its result is an enum, which no validator looks at. */
  @JobType(value = "export.enumerated", result = AllTypes.Colour.class)
  public record Enumerated() {}
}
