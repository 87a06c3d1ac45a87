package exports;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.net.URL;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.Currency;
import java.util.Date;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A component of each type that JSON can carry. */
@JobModule(value = "ExportJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType(value = "export.all", label = "All types", result = AllTypes.class)
public record AllTypes(
    String string,
    CharSequence charSequence,
    char character,
    @Nullable Character characterBox,
    boolean flag,
    @Nullable Boolean flagBox,
    byte byteValue,
    short shortValue,
    int intValue,
    long longValue,
    float floatValue,
    double doubleValue,
    @Nullable Byte byteBox,
    @Nullable Short shortBox,
    @Nullable Integer intBox,
    @Nullable Long longBox,
    @Nullable Float floatBox,
    @Nullable Double doubleBox,
    BigDecimal bigDecimal,
    BigInteger bigInteger,
    URI uri,
    URL url,
    Duration duration,
    Instant instant,
    LocalDate localDate,
    LocalDateTime localDateTime,
    LocalTime localTime,
    MonthDay monthDay,
    OffsetDateTime offsetDateTime,
    OffsetTime offsetTime,
    Period period,
    Year year,
    YearMonth yearMonth,
    ZoneId zoneId,
    ZoneOffset zoneOffset,
    ZonedDateTime zonedDateTime,
    Currency currency,
    Date date,
    Locale locale,
    UUID uuid,
    Colour colour,
    DayOfWeek dayOfWeek,
    Optional<String> optional,
    Optional<Colour> optionalColour,
    Optional<@Valid Node> optionalRecord,
    OptionalInt optionalInt,
    OptionalLong optionalLong,
    OptionalDouble optionalDouble,
    byte[] bytes,
    byte[][] manyBytes,
    char[] characters,
    boolean[] flags,
    int[][] matrix,
    @Nullable Double[] doubles,
    Colour[] colours,
    @Valid Node[] nodes,
    List<@Min(1) @Max(9) Integer> list,
    Deque<String> deque,
    ArrayDeque<Instant> arrayDeque,
    Iterable<@Nullable LocalDate> iterable,
    Set<BigDecimal> set,
    Map<String, @Valid Node> map,
    SortedMap<Integer, Boolean> sortedMap,
    EnumMap<Colour, UUID> enumMap,
    Map<Colour, String> byColour,
    Map<UUID, List<Colour>> byUuid,
    Map<Instant, Integer> byInstant,
    Map<LocalDate, Integer> byDate,
    Map<Boolean, Integer> byFlag,
    Map<Double, Integer> byDouble,
    Map<Locale, Integer> byLocale,
    Map<@NotBlank String, @Nullable String> byText,
    @Valid Shape shape,
    List<@Valid Shape> shapes,
    @SuppressWarnings("JobsMissingValid") Circle direct,
    @Valid Page<Node> page,
    Page<String> texts) {

  /** Is an enum with a different name in JSON. */
  public enum Colour {
    RED,
    @com.fasterxml.jackson.annotation.JsonProperty("light-green")
    GREEN {
      @Override
      public String toString() {
        return "other";
      }
    }
  }

  /** Holds itself. */
  public record Node(@NotBlank String name, @Nullable @Valid Node next, int count) {}

  /** Is generic. */
  @SuppressWarnings("JobsMissingValid")
  public record Page<T>(List<T> entries, int number) {}

  /** Is one of some records. */
  public sealed interface Shape {}

  /** Is round. */
  public record Circle(@Min(0) double radius) implements Shape {}

  /** Has corners. */
  public sealed interface Angular extends Shape {}

  /** Holds others. */
  public record Group(List<@Valid Shape> members, @Nullable Colour colour) implements Angular {}
}
