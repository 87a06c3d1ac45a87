package exports;

import exports.AllTypes.Circle;
import exports.AllTypes.Colour;
import exports.AllTypes.Group;
import exports.AllTypes.Node;
import exports.AllTypes.Page;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.MalformedURLException;
import java.net.URI;
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
import java.util.Arrays;
import java.util.Collections;
import java.util.Currency;
import java.util.Date;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** Valid payloads: an ordinary one, one at the ends of its types, and an empty one. */
public final class Values {

  private Values() {}

  public static List<AllTypes> all() throws MalformedURLException {
    return List.of(ordinary(), extreme(), empty());
  }

  private static AllTypes ordinary() throws MalformedURLException {
    Node node = new Node("outer", new Node("inner", null, 2), 1);
    Instant instant = Instant.parse("2026-02-28T12:34:56.123456789Z");
    UUID uuid = UUID.fromString("0191d3c2-7b5e-7c3a-9d1f-3a5b7c9d1e2f");
    EnumMap<Colour, UUID> enumMap = new EnumMap<>(Colour.class);
    enumMap.put(Colour.GREEN, uuid);
    return new AllTypes(
        "text\n\u00e4\uD83D\uDE00", "more", 'x', 'y', true, false, (byte) 1, (short) 2, 3, 4L, 5.5f, 0.1,
        (byte) 1, (short) 2, 3, 4L, 0.1f, 6.6, new BigDecimal("1.10"), BigInteger.TEN,
        URI.create("https://example.org/a?b=c"), URI.create("https://example.org").toURL(),
        Duration.ofMillis(90_001), instant, LocalDate.parse("2024-02-29"),
        LocalDateTime.parse("2024-02-29T12:00"), LocalTime.parse("12:00"), MonthDay.of(2, 29),
        OffsetDateTime.parse("2024-02-29T12:00+05:30"), OffsetTime.parse("12:00+05:30"),
        Period.of(1, 2, 3), Year.of(2024), YearMonth.of(2024, 2), ZoneId.of("Europe/Berlin"),
        ZoneOffset.ofHours(2), ZonedDateTime.parse("2024-10-27T02:30+01:00[Europe/Berlin]"),
        Currency.getInstance("EUR"), Date.from(instant), Locale.GERMANY, uuid, Colour.GREEN,
        DayOfWeek.FRIDAY, Optional.of("there"), Optional.of(Colour.RED), Optional.of(node),
        OptionalInt.of(1), OptionalLong.of(2), OptionalDouble.of(0.5), new byte[] {1, 2, 3, 4},
        new byte[][] {{1}, {}}, new char[] {'a', 'b'}, new boolean[] {true}, new int[][] {{1}, {}},
        new Double[] {1.5, null}, new Colour[] {Colour.GREEN}, new Node[] {node}, List.of(1, 9),
        new ArrayDeque<>(List.of("a")), new ArrayDeque<>(List.of(instant)),
        Arrays.asList(LocalDate.EPOCH, null), Set.of(new BigDecimal("1.0"), new BigDecimal("1.00")),
        Map.of("a", node), new TreeMap<>(Map.of(-1, true)), enumMap, Map.of(Colour.GREEN, "leaf"),
        Map.of(uuid, List.of(Colour.RED)), Map.of(instant, 1), Map.of(LocalDate.EPOCH, 1),
        Map.of(true, 1), Map.of(0.5, 1), Map.of(Locale.GERMANY, 1),
        Collections.singletonMap("key", null), new Circle(1),
        List.of(new Circle(2.5), new Group(List.of(new Circle(0)), Colour.GREEN)), new Circle(3),
        new Page<>(List.of(node), 1), new Page<>(List.of("a"), 2));
  }

  private static AllTypes extreme() throws MalformedURLException {
    UUID uuid = new UUID(-1, -1);
    EnumMap<Colour, UUID> enumMap = new EnumMap<>(Colour.class);
    return new AllTypes(
        "\u0000\u001f\u2028", "", '\uFFFF', '\u0000', false, null, Byte.MIN_VALUE, Short.MIN_VALUE,
        Integer.MIN_VALUE, Long.MIN_VALUE, Float.NEGATIVE_INFINITY, Double.NaN, Byte.MAX_VALUE,
        Short.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE, Float.MIN_VALUE, Double.MAX_VALUE,
        new BigDecimal("-123456789012345678901234567890.1234567890E-20"),
        BigInteger.TWO.pow(300).negate(), URI.create(""), URI.create("file:/a").toURL(),
        Duration.ofSeconds(Long.MIN_VALUE, 999_999_999), Instant.MAX, LocalDate.MAX,
        LocalDateTime.MIN, LocalTime.MAX, MonthDay.of(12, 31), OffsetDateTime.MAX, OffsetTime.MIN,
        Period.of(-1, Integer.MIN_VALUE, Integer.MAX_VALUE), Year.of(Year.MIN_VALUE),
        YearMonth.of(Year.MAX_VALUE, 12), ZoneId.of("+01:00:01"), ZoneOffset.ofTotalSeconds(-3_661),
        ZonedDateTime.parse("-0001-01-01T00:00:00.000000001+01:02:03"), Currency.getInstance("XXX"),
        new Date(Long.MAX_VALUE), Locale.forLanguageTag("sl-Latn-IT-nedis"), uuid, Colour.RED,
        DayOfWeek.SUNDAY, Optional.of(""), Optional.empty(), Optional.empty(),
        OptionalInt.of(Integer.MIN_VALUE), OptionalLong.of(Long.MAX_VALUE),
        OptionalDouble.of(-Double.MAX_VALUE), new byte[100], new byte[][] {}, new char[] {'\uD83D', '\uDE00'},
        new boolean[] {}, new int[][] {}, new Double[] {Double.POSITIVE_INFINITY, Double.MIN_VALUE},
        new Colour[] {}, new Node[] {}, List.of(1), new ArrayDeque<>(),
        new ArrayDeque<>(List.of(Instant.MIN)), List.of(LocalDate.MIN), Set.of(), Map.of(),
        new TreeMap<>(Map.of(Integer.MIN_VALUE, false)), enumMap, Map.of(), Map.of(uuid, List.of()),
        Map.of(Instant.MAX, 1), Map.of(LocalDate.MIN, 1), Map.of(false, 1),
        Map.of(Double.NEGATIVE_INFINITY, 1), Map.of(), Map.of("x", ""), new Group(List.of(), null),
        List.of(), new Circle(Double.MAX_VALUE), new Page<>(List.of(), Integer.MAX_VALUE),
        new Page<>(List.of(""), 0));
  }

  private static AllTypes empty() throws MalformedURLException {
    return new AllTypes(
        "", "", ' ', null, false, null, (byte) 0, (short) 0, 0, 0, 0, -0.0, null, null, null, null, null,
        null, BigDecimal.ZERO, BigInteger.ZERO, URI.create("a"), URI.create("http://a").toURL(),
        Duration.ZERO, Instant.EPOCH, LocalDate.EPOCH, LocalDateTime.parse("1970-01-01T00:00"),
        LocalTime.MIN, MonthDay.of(1, 1), OffsetDateTime.parse("1970-01-01T00:00Z"),
        OffsetTime.parse("00:00Z"), Period.ZERO, Year.of(0), YearMonth.of(0, 1), ZoneId.of("Z"),
        ZoneOffset.UTC, ZonedDateTime.parse("2024-07-01T00:00Z[UTC]"), Currency.getInstance("USD"),
        new Date(0), Locale.ROOT, new UUID(0, 0), Colour.RED, DayOfWeek.MONDAY, Optional.empty(),
        Optional.empty(), Optional.empty(), OptionalInt.empty(), OptionalLong.empty(),
        OptionalDouble.empty(), new byte[] {}, new byte[][] {}, new char[] {}, new boolean[] {},
        new int[][] {}, new Double[] {}, new Colour[] {}, new Node[] {}, List.of(), new ArrayDeque<>(),
        new ArrayDeque<>(), List.of(), Set.of(), Map.of(), new TreeMap<>(),
        new EnumMap<>(Colour.class), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(),
        Map.of(), Map.of(), new Circle(0), List.of(), new Circle(0), new Page<>(List.of(), 0),
        new Page<>(List.of(), 0));
  }
}
