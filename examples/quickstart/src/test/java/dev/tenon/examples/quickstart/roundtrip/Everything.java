package dev.tenon.examples.quickstart.roundtrip;

import dev.tenon.jobs.annotation.JobType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A component of each type that the quickstart page lists. */
@JobType(
    value = "test.round-trip",
    result = Everything.class,
    maxAttempts = 1,
    retryDelays = {})
public record Everything(
    String string,
    UUID uuid,
    boolean booleanValue,
    byte byteValue,
    short shortValue,
    int intValue,
    long longValue,
    float floatValue,
    double doubleValue,
    char charValue,
    @Nullable Boolean booleanBox,
    @Nullable Byte byteBox,
    @Nullable Short shortBox,
    @Nullable Integer intBox,
    @Nullable Long longBox,
    @Nullable Float floatBox,
    @Nullable Double doubleBox,
    @Nullable Character charBox,
    BigDecimal bigDecimal,
    BigInteger bigInteger,
    DayOfWeek enumValue,
    Instant instant,
    LocalDate localDate,
    LocalTime localTime,
    LocalDateTime localDateTime,
    OffsetDateTime offsetDateTime,
    ZonedDateTime zonedDateTime,
    Duration duration,
    Nested nested,
    Optional<String> optional,
    Optional<Nested> optionalRecord,
    List<Nested> list,
    List<List<Instant>> listOfLists,
    Set<BigDecimal> set,
    Map<String, Nested> map,
    Map<DayOfWeek, List<Integer>> mapByEnum,
    Map<UUID, LocalDate> mapByUuid) {

  /** A record in a record. */
  public record Nested(String name, @Nullable Nested inner) {}
}
