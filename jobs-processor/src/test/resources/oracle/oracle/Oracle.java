package oracle;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertFalse;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Future;
import jakarta.validation.constraints.FutureOrPresent;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Negative;
import jakarta.validation.constraints.NegativeOrZero;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Null;
import jakarta.validation.constraints.Past;
import jakarta.validation.constraints.PastOrPresent;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One component for each constraint on each type; compared with the reference implementation. */
@JobModule(value = "OracleJobs", handlers = JobModule.Handlers.ELSEWHERE)
public interface Oracle {

  /** Primitives. */
  @JobType("oracle.primitives")
  record Primitives(
      @Min(-3) byte byteMin,
      @Max(7) byte byteMax,
      @DecimalMin("0.1") byte byteDecimalMin,
      @DecimalMin(value = "2", inclusive = false) byte byteDecimalMinEx,
      @DecimalMax("3.30") byte byteDecimalMax,
      @DecimalMax(value = "5", inclusive = false) byte byteDecimalMaxEx,
      @DecimalMin("0.1000000000000000055511151231257827") byte byteDecimalFine,
      @Positive byte bytePositive,
      @PositiveOrZero byte bytePositiveOrZero,
      @Negative byte byteNegative,
      @NegativeOrZero byte byteNegativeOrZero,
      @Digits(integer = 2, fraction = 1) byte byteDigits,
      @Min(-3) short shortMin,
      @Max(7) short shortMax,
      @DecimalMin("0.1") short shortDecimalMin,
      @DecimalMin(value = "2", inclusive = false) short shortDecimalMinEx,
      @DecimalMax("3.30") short shortDecimalMax,
      @DecimalMax(value = "5", inclusive = false) short shortDecimalMaxEx,
      @DecimalMin("0.1000000000000000055511151231257827") short shortDecimalFine,
      @Positive short shortPositive,
      @PositiveOrZero short shortPositiveOrZero,
      @Negative short shortNegative,
      @NegativeOrZero short shortNegativeOrZero,
      @Digits(integer = 2, fraction = 1) short shortDigits,
      @Min(-3) int intMin,
      @Max(7) int intMax,
      @DecimalMin("0.1") int intDecimalMin,
      @DecimalMin(value = "2", inclusive = false) int intDecimalMinEx,
      @DecimalMax("3.30") int intDecimalMax,
      @DecimalMax(value = "5", inclusive = false) int intDecimalMaxEx,
      @DecimalMin("0.1000000000000000055511151231257827") int intDecimalFine,
      @Positive int intPositive,
      @PositiveOrZero int intPositiveOrZero,
      @Negative int intNegative,
      @NegativeOrZero int intNegativeOrZero,
      @Digits(integer = 2, fraction = 1) int intDigits,
      @Min(-3) long longMin,
      @Max(7) long longMax,
      @DecimalMin("0.1") long longDecimalMin,
      @DecimalMin(value = "2", inclusive = false) long longDecimalMinEx,
      @DecimalMax("3.30") long longDecimalMax,
      @DecimalMax(value = "5", inclusive = false) long longDecimalMaxEx,
      @DecimalMin("0.1000000000000000055511151231257827") long longDecimalFine,
      @Positive long longPositive,
      @PositiveOrZero long longPositiveOrZero,
      @Negative long longNegative,
      @NegativeOrZero long longNegativeOrZero,
      @Digits(integer = 2, fraction = 1) long longDigits,
      @Min(-3) float floatMin,
      @Max(7) float floatMax,
      @DecimalMin("0.1") float floatDecimalMin,
      @DecimalMin(value = "2", inclusive = false) float floatDecimalMinEx,
      @DecimalMax("3.30") float floatDecimalMax,
      @DecimalMax(value = "5", inclusive = false) float floatDecimalMaxEx,
      @DecimalMin("0.1000000000000000055511151231257827") float floatDecimalFine,
      @Positive float floatPositive,
      @PositiveOrZero float floatPositiveOrZero,
      @Negative float floatNegative,
      @NegativeOrZero float floatNegativeOrZero,
      @Digits(integer = 2, fraction = 1) float floatDigits,
      @Min(-3) double doubleMin,
      @Max(7) double doubleMax,
      @DecimalMin("0.1") double doubleDecimalMin,
      @DecimalMin(value = "2", inclusive = false) double doubleDecimalMinEx,
      @DecimalMax("3.30") double doubleDecimalMax,
      @DecimalMax(value = "5", inclusive = false) double doubleDecimalMaxEx,
      @DecimalMin("0.1000000000000000055511151231257827") double doubleDecimalFine,
      @Positive double doublePositive,
      @PositiveOrZero double doublePositiveOrZero,
      @Negative double doubleNegative,
      @NegativeOrZero double doubleNegativeOrZero,
      @Digits(integer = 2, fraction = 1) double doubleDigits) {}

  /** Numbers. */
  @JobType("oracle.numbers")
  record Numbers(
      @Min(-3) @Nullable Integer integerMin,
      @Max(7) @Nullable Integer integerMax,
      @DecimalMin("0.1") @Nullable Integer integerDecimalMin,
      @DecimalMin(value = "2", inclusive = false) @Nullable Integer integerDecimalMinEx,
      @DecimalMax("3.30") @Nullable Integer integerDecimalMax,
      @DecimalMax(value = "5", inclusive = false) @Nullable Integer integerDecimalMaxEx,
      @DecimalMin("0.1000000000000000055511151231257827") @Nullable Integer integerDecimalFine,
      @Positive @Nullable Integer integerPositive,
      @PositiveOrZero @Nullable Integer integerPositiveOrZero,
      @Negative @Nullable Integer integerNegative,
      @NegativeOrZero @Nullable Integer integerNegativeOrZero,
      @Digits(integer = 2, fraction = 1) @Nullable Integer integerDigits,
      @Min(-3) @Nullable Long longMin,
      @Max(7) @Nullable Long longMax,
      @DecimalMin("0.1") @Nullable Long longDecimalMin,
      @DecimalMin(value = "2", inclusive = false) @Nullable Long longDecimalMinEx,
      @DecimalMax("3.30") @Nullable Long longDecimalMax,
      @DecimalMax(value = "5", inclusive = false) @Nullable Long longDecimalMaxEx,
      @DecimalMin("0.1000000000000000055511151231257827") @Nullable Long longDecimalFine,
      @Positive @Nullable Long longPositive,
      @PositiveOrZero @Nullable Long longPositiveOrZero,
      @Negative @Nullable Long longNegative,
      @NegativeOrZero @Nullable Long longNegativeOrZero,
      @Digits(integer = 2, fraction = 1) @Nullable Long longDigits,
      @Min(-3) @Nullable Double doubleMin,
      @Max(7) @Nullable Double doubleMax,
      @DecimalMin("0.1") @Nullable Double doubleDecimalMin,
      @DecimalMin(value = "2", inclusive = false) @Nullable Double doubleDecimalMinEx,
      @DecimalMax("3.30") @Nullable Double doubleDecimalMax,
      @DecimalMax(value = "5", inclusive = false) @Nullable Double doubleDecimalMaxEx,
      @DecimalMin("0.1000000000000000055511151231257827") @Nullable Double doubleDecimalFine,
      @Positive @Nullable Double doublePositive,
      @PositiveOrZero @Nullable Double doublePositiveOrZero,
      @Negative @Nullable Double doubleNegative,
      @NegativeOrZero @Nullable Double doubleNegativeOrZero,
      @Digits(integer = 2, fraction = 1) @Nullable Double doubleDigits,
      @Min(-3) @Nullable Float floatMin,
      @Max(7) @Nullable Float floatMax,
      @DecimalMin("0.1") @Nullable Float floatDecimalMin,
      @DecimalMin(value = "2", inclusive = false) @Nullable Float floatDecimalMinEx,
      @DecimalMax("3.30") @Nullable Float floatDecimalMax,
      @DecimalMax(value = "5", inclusive = false) @Nullable Float floatDecimalMaxEx,
      @DecimalMin("0.1000000000000000055511151231257827") @Nullable Float floatDecimalFine,
      @Positive @Nullable Float floatPositive,
      @PositiveOrZero @Nullable Float floatPositiveOrZero,
      @Negative @Nullable Float floatNegative,
      @NegativeOrZero @Nullable Float floatNegativeOrZero,
      @Digits(integer = 2, fraction = 1) @Nullable Float floatDigits,
      @Min(-3) @Nullable BigDecimal bigDecimalMin,
      @Max(7) @Nullable BigDecimal bigDecimalMax,
      @DecimalMin("0.1") @Nullable BigDecimal bigDecimalDecimalMin,
      @DecimalMin(value = "2", inclusive = false) @Nullable BigDecimal bigDecimalDecimalMinEx,
      @DecimalMax("3.30") @Nullable BigDecimal bigDecimalDecimalMax,
      @DecimalMax(value = "5", inclusive = false) @Nullable BigDecimal bigDecimalDecimalMaxEx,
      @DecimalMin("0.1000000000000000055511151231257827") @Nullable BigDecimal bigDecimalDecimalFine,
      @Positive @Nullable BigDecimal bigDecimalPositive,
      @PositiveOrZero @Nullable BigDecimal bigDecimalPositiveOrZero,
      @Negative @Nullable BigDecimal bigDecimalNegative,
      @NegativeOrZero @Nullable BigDecimal bigDecimalNegativeOrZero,
      @Digits(integer = 2, fraction = 1) @Nullable BigDecimal bigDecimalDigits,
      @Min(-3) @Nullable BigInteger bigIntegerMin,
      @Max(7) @Nullable BigInteger bigIntegerMax,
      @DecimalMin("0.1") @Nullable BigInteger bigIntegerDecimalMin,
      @DecimalMin(value = "2", inclusive = false) @Nullable BigInteger bigIntegerDecimalMinEx,
      @DecimalMax("3.30") @Nullable BigInteger bigIntegerDecimalMax,
      @DecimalMax(value = "5", inclusive = false) @Nullable BigInteger bigIntegerDecimalMaxEx,
      @DecimalMin("0.1000000000000000055511151231257827") @Nullable BigInteger bigIntegerDecimalFine,
      @Positive @Nullable BigInteger bigIntegerPositive,
      @PositiveOrZero @Nullable BigInteger bigIntegerPositiveOrZero,
      @Negative @Nullable BigInteger bigIntegerNegative,
      @NegativeOrZero @Nullable BigInteger bigIntegerNegativeOrZero,
      @Digits(integer = 2, fraction = 1) @Nullable BigInteger bigIntegerDigits,
      @Min(-3) @Nullable String textMin,
      @Max(7) @Nullable String textMax,
      @DecimalMin("0.1") @Nullable String textDecimalMin,
      @DecimalMax("3.30") @Nullable String textDecimalMax,
      @Digits(integer = 2, fraction = 1) @Nullable String textDigits,
      @Min(-3) OptionalInt optionalIntMin,
      @Min(-3) OptionalLong optionalLongMin,
      @Min(-3) OptionalDouble optionalDoubleMin,
      @Max(7) OptionalInt optionalIntMax,
      @Max(7) OptionalLong optionalLongMax,
      @Max(7) OptionalDouble optionalDoubleMax,
      @Positive OptionalInt optionalIntPositive,
      @Positive OptionalLong optionalLongPositive,
      @Positive OptionalDouble optionalDoublePositive,
      @NegativeOrZero OptionalInt optionalIntNegativeOrZero,
      @NegativeOrZero OptionalLong optionalLongNegativeOrZero,
      @NegativeOrZero OptionalDouble optionalDoubleNegativeOrZero,
      @DecimalMin("0.1") OptionalInt optionalIntDecimalMin,
      @DecimalMin("0.1") OptionalLong optionalLongDecimalMin,
      @DecimalMin("0.1") OptionalDouble optionalDoubleDecimalMin,
      @Digits(integer = 2, fraction = 1) OptionalInt optionalIntDigits,
      @Digits(integer = 2, fraction = 1) OptionalLong optionalLongDigits,
      @Digits(integer = 2, fraction = 1) OptionalDouble optionalDoubleDigits) {}

  /** Others. */
  @JobType("oracle.others")
  record Others(
      @NotNull String notNull,
      @NotBlank String notBlank,
      @NotEmpty String notEmpty,
      @NotEmpty List<@Nullable String> notEmptyList,
      @NotEmpty Map<String, @Nullable String> notEmptyMap,
      @NotEmpty @Nullable String[] notEmptyArray,
      @Size(min = 2, max = 3) @Nullable String size,
      @Size(min = 2, max = 3) @Nullable List<@Nullable String> sizeList,
      @Size(max = 1) @Nullable Map<String, @Nullable String> sizeMap,
      @Size(min = 1, max = 2) int @Nullable [] sizeInts,
      @Size(min = 1) @Size(max = 2) @Nullable String sizeTwice,
      @Pattern(regexp = "[a-c]+\\d?") @Nullable String pattern,
      @Pattern(regexp = "[a-c]+ # letters", flags = {Pattern.Flag.CASE_INSENSITIVE, Pattern.Flag.COMMENTS}) @Nullable String patternFlags,
      @Email @Nullable String email,
      @Email(regexp = ".*@example\\.com") @Nullable String emailPattern,
      @Null @Nullable String absent,
      @AssertTrue boolean assertTrue,
      @AssertFalse @Nullable Boolean assertFalse,
      @Past @Nullable Date datePast,
      @PastOrPresent @Nullable Date datePastOrPresent,
      @Future @Nullable Date dateFuture,
      @FutureOrPresent @Nullable Date dateFutureOrPresent,
      @Past @Nullable Instant instantPast,
      @PastOrPresent @Nullable Instant instantPastOrPresent,
      @Future @Nullable Instant instantFuture,
      @FutureOrPresent @Nullable Instant instantFutureOrPresent,
      @Past @Nullable LocalDate localDatePast,
      @PastOrPresent @Nullable LocalDate localDatePastOrPresent,
      @Future @Nullable LocalDate localDateFuture,
      @FutureOrPresent @Nullable LocalDate localDateFutureOrPresent,
      @Past @Nullable LocalDateTime localDateTimePast,
      @PastOrPresent @Nullable LocalDateTime localDateTimePastOrPresent,
      @Future @Nullable LocalDateTime localDateTimeFuture,
      @FutureOrPresent @Nullable LocalDateTime localDateTimeFutureOrPresent,
      @Past @Nullable OffsetDateTime offsetDateTimePast,
      @PastOrPresent @Nullable OffsetDateTime offsetDateTimePastOrPresent,
      @Future @Nullable OffsetDateTime offsetDateTimeFuture,
      @FutureOrPresent @Nullable OffsetDateTime offsetDateTimeFutureOrPresent,
      @Past @Nullable Year yearPast,
      @PastOrPresent @Nullable Year yearPastOrPresent,
      @Future @Nullable Year yearFuture,
      @FutureOrPresent @Nullable Year yearFutureOrPresent,
      @Past @Nullable YearMonth yearMonthPast,
      @PastOrPresent @Nullable YearMonth yearMonthPastOrPresent,
      @Future @Nullable YearMonth yearMonthFuture,
      @FutureOrPresent @Nullable YearMonth yearMonthFutureOrPresent,
      @Past @Nullable ZonedDateTime zonedDateTimePast,
      @PastOrPresent @Nullable ZonedDateTime zonedDateTimePastOrPresent,
      @Future @Nullable ZonedDateTime zonedDateTimeFuture,
      @FutureOrPresent @Nullable ZonedDateTime zonedDateTimeFutureOrPresent,
      @Past @Nullable LocalTime localTimePast,
      @PastOrPresent @Nullable LocalTime localTimePastOrPresent,
      @Future @Nullable LocalTime localTimeFuture,
      @FutureOrPresent @Nullable LocalTime localTimeFutureOrPresent,
      @Past @Nullable MonthDay monthDayPast,
      @PastOrPresent @Nullable MonthDay monthDayPastOrPresent,
      @Future @Nullable MonthDay monthDayFuture,
      @FutureOrPresent @Nullable MonthDay monthDayFutureOrPresent,
      @Past @Nullable OffsetTime offsetTimePast,
      @PastOrPresent @Nullable OffsetTime offsetTimePastOrPresent,
      @Future @Nullable OffsetTime offsetTimeFuture,
      @FutureOrPresent @Nullable OffsetTime offsetTimeFutureOrPresent,
      List<@NotBlank @Size(max = 3) String> entries,
      List<List<@Positive Integer>> nested,
      Set<@Email String> set,
      Map<@NotBlank String, @Nullable Integer> keys,
      Map<String, @Min(3) Integer> values,
      Optional<@Size(min = 2) String> optional,
      @Valid @Nullable Leaf valid,
      List<@Valid Leaf> validList,
      @Valid List<Leaf> validOuter,
      Map<String, @Valid Leaf> validMap,
      Optional<@Valid Leaf> validOptional,
      @Valid Leaf[] validArray,
      @SuppressWarnings("JobsMissingValid") @Nullable Leaf invalid) {}

  /** Is nested. */
  record Leaf(@NotBlank String name, @Nullable @Valid Leaf next, @Min(1) int size) {}
}
