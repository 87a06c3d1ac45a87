package dev.tenon.jobs.definition;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.net.URL;
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
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Currency;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The codecs of the values in payloads and results. Generated codecs use them; the guide lists the
 * JSON form of each type. Immutable and thread-safe.
 */
public final class JsonCodecs {

  /** {@code true} and {@code false}. */
  public static final JsonKeyCodec<Boolean> BOOLEAN =
      new ScalarCodec<>(
          JsonWriter::value, JsonReader::booleanValue, "true or false", TextForms::toBoolean);

  /** A whole number. */
  public static final JsonKeyCodec<Byte> BYTE =
      new ScalarCodec<>(
          (json, value) -> json.value(value.intValue()),
          JsonReader::byteValue,
          "a whole number from -128 to 127",
          Byte::valueOf);

  /** A whole number. */
  public static final JsonKeyCodec<Short> SHORT =
      new ScalarCodec<>(
          (json, value) -> json.value(value.intValue()),
          JsonReader::shortValue,
          "a whole number from -32768 to 32767",
          Short::valueOf);

  /** A whole number. */
  public static final JsonKeyCodec<Integer> INT =
      new ScalarCodec<>(
          (json, value) -> json.value(value.intValue()),
          JsonReader::intValue,
          "a whole number that fits in an int",
          Integer::valueOf);

  /** A whole number. */
  public static final JsonKeyCodec<Long> LONG =
      new ScalarCodec<>(
          (json, value) -> json.value(value.longValue()),
          JsonReader::longValue,
          "a whole number that fits in a long",
          Long::valueOf);

  /** A number; NaN and the infinities are strings. */
  public static final JsonKeyCodec<Float> FLOAT =
      new ScalarCodec<>(
          (json, value) -> json.value(value.floatValue()),
          JsonReader::floatValue,
          "a number",
          Float::valueOf);

  /** A number; NaN and the infinities are strings. */
  public static final JsonKeyCodec<Double> DOUBLE =
      new ScalarCodec<>(
          (json, value) -> json.value(value.doubleValue()),
          JsonReader::doubleValue,
          "a number",
          Double::valueOf);

  /** A whole number. */
  public static final JsonKeyCodec<BigInteger> BIG_INTEGER =
      new ScalarCodec<>(
          JsonWriter::value, JsonReader::bigIntegerValue, "a whole number", BigInteger::new);

  /** A number with its scale. */
  public static final JsonKeyCodec<BigDecimal> BIG_DECIMAL =
      new ScalarCodec<>(
          JsonWriter::value, JsonReader::bigDecimalValue, "a number", BigDecimal::new);

  /** A whole number. */
  public static final JsonKeyCodec<Year> YEAR =
      new ScalarCodec<>(
          (json, value) -> json.value(value.getValue()),
          TextForms::readYear,
          "a year",
          text -> Year.of(Integer.parseInt(text)));

  /** A string. */
  public static final JsonKeyCodec<String> STRING =
      new TextCodec<>("a string", Function.identity(), Function.identity());

  /** A string, which is read as a {@code String}. */
  public static final JsonKeyCodec<CharSequence> CHAR_SEQUENCE =
      new TextCodec<>("a string", CharSequence::toString, text -> text);

  /** A string of one UTF-16 code unit. */
  public static final JsonKeyCodec<Character> CHAR =
      new TextCodec<>("a string of one character", String::valueOf, TextForms::toChar);

  /** A string like {@code 0191d3c2-7b5e-7c3a-9d1f-3a5b7c9d1e2f}. */
  public static final JsonKeyCodec<UUID> UUID =
      new TextCodec<>("a UUID", java.util.UUID::toString, TextForms::toUuid);

  /** A string. */
  public static final JsonKeyCodec<URI> URI =
      new TextCodec<>("a URI", java.net.URI::toString, java.net.URI::create);

  /** A string. */
  public static final JsonCodec<URL> URL =
      new TextCodec<>("a URL", java.net.URL::toString, TextForms::toUrl);

  /** A string in ISO 8601, like {@code PT1M30S}. */
  public static final JsonKeyCodec<Duration> DURATION =
      new TextCodec<>("a duration like PT1M30S", Duration::toString, Duration::parse);

  /** A string in ISO 8601, like {@code P1Y2M3D}. */
  public static final JsonKeyCodec<Period> PERIOD =
      new TextCodec<>("a period like P1Y2M3D", Period::toString, Period::parse);

  /** A string in ISO 8601 in UTC, like {@code 2026-02-28T12:34:56.123456789Z}. */
  public static final JsonKeyCodec<Instant> INSTANT =
      new TextCodec<>("a moment like 2026-02-28T12:34:56Z", Instant::toString, Instant::parse);

  /** A string in ISO 8601, like {@code 2026-02-28}. */
  public static final JsonKeyCodec<LocalDate> LOCAL_DATE =
      new TextCodec<>("a date like 2026-02-28", LocalDate::toString, LocalDate::parse);

  /** A string in ISO 8601, like {@code 12:34:56}. */
  public static final JsonKeyCodec<LocalTime> LOCAL_TIME =
      new TextCodec<>(
          "a time like 12:34:56", DateTimeFormatter.ISO_LOCAL_TIME::format, LocalTime::parse);

  /** A string in ISO 8601, like {@code 2026-02-28T12:34:56}. */
  public static final JsonKeyCodec<LocalDateTime> LOCAL_DATE_TIME =
      new TextCodec<>(
          "a date and time like 2026-02-28T12:34:56",
          DateTimeFormatter.ISO_LOCAL_DATE_TIME::format,
          LocalDateTime::parse);

  /** A string in ISO 8601, like {@code 2026-02-28T12:34:56+01:00}. */
  public static final JsonKeyCodec<OffsetDateTime> OFFSET_DATE_TIME =
      new TextCodec<>(
          "a date and time with an offset like 2026-02-28T12:34:56+01:00",
          DateTimeFormatter.ISO_OFFSET_DATE_TIME::format,
          OffsetDateTime::parse);

  /** A string in ISO 8601, like {@code 12:34:56+01:00}. */
  public static final JsonKeyCodec<OffsetTime> OFFSET_TIME =
      new TextCodec<>(
          "a time with an offset like 12:34:56+01:00", OffsetTime::toString, OffsetTime::parse);

  /** A string like {@code 2026-02-28T12:34:56+01:00[Europe/Berlin]}. */
  public static final JsonKeyCodec<ZonedDateTime> ZONED_DATE_TIME =
      new TextCodec<>(
          "a date and time with a zone like 2026-02-28T12:34:56+01:00[Europe/Berlin]",
          DateTimeFormatter.ISO_ZONED_DATE_TIME::format,
          ZonedDateTime::parse);

  /** A string in ISO 8601, like {@code --02-28}. */
  public static final JsonKeyCodec<MonthDay> MONTH_DAY =
      new TextCodec<>("a day of a year like --02-28", MonthDay::toString, MonthDay::parse);

  /** A string in ISO 8601, like {@code 2026-02}. */
  public static final JsonKeyCodec<YearMonth> YEAR_MONTH =
      new TextCodec<>("a month like 2026-02", YearMonth::toString, TextForms::toYearMonth);

  /** A string like {@code Europe/Berlin}. */
  public static final JsonKeyCodec<ZoneId> ZONE_ID =
      new TextCodec<>("a time zone like Europe/Berlin", ZoneId::getId, ZoneId::of);

  /** A string like {@code +01:00}. */
  public static final JsonKeyCodec<ZoneOffset> ZONE_OFFSET =
      new TextCodec<>("an offset like +01:00", ZoneOffset::getId, ZoneOffset::of);

  /** An ISO 4217 code, like {@code EUR}. */
  public static final JsonKeyCodec<Currency> CURRENCY =
      new TextCodec<>("a currency like EUR", Currency::getCurrencyCode, Currency::getInstance);

  /** A language tag, like {@code de-DE}. */
  public static final JsonKeyCodec<Locale> LOCALE =
      new TextCodec<>("a language tag like de-DE", TextForms::ofLocale, TextForms::toLocale);

  /** A string in ISO 8601 in UTC with milliseconds, like {@code 2026-02-28T12:34:56.123Z}. */
  public static final JsonKeyCodec<Date> DATE =
      new TextCodec<>(
          "a moment like 2026-02-28T12:34:56.123Z",
          TextForms::ofDate,
          text -> Date.from(Instant.parse(text)));

  /** A number, or null if empty. */
  public static final JsonCodec<OptionalInt> OPTIONAL_INT =
      orNull(
          OptionalInt.empty(),
          JsonCodec.of(
              (json, value) -> json.value(value.getAsInt()),
              json -> OptionalInt.of(json.intValue())));

  /** A number, or null if empty. */
  public static final JsonCodec<OptionalLong> OPTIONAL_LONG =
      orNull(
          OptionalLong.empty(),
          JsonCodec.of(
              (json, value) -> json.value(value.getAsLong()),
              json -> OptionalLong.of(json.longValue())));

  /** A number, or null if empty. */
  public static final JsonCodec<OptionalDouble> OPTIONAL_DOUBLE =
      orNull(
          OptionalDouble.empty(),
          JsonCodec.of(
              (json, value) -> json.value(value.getAsDouble()),
              json -> OptionalDouble.of(json.doubleValue())));

  /** A string in Base64. */
  public static final JsonCodec<byte[]> BYTES =
      JsonCodec.of(JsonWriter::value, JsonReader::bytesValue);

  /** A string. */
  public static final JsonCodec<char[]> CHARS =
      JsonCodec.of(
          (json, value) -> json.value(new String(value)), json -> json.stringValue().toCharArray());

  /** An array. */
  public static final JsonCodec<boolean[]> BOOLEANS = PrimitiveArrays.booleans();

  /** An array. */
  public static final JsonCodec<short[]> SHORTS = PrimitiveArrays.shorts();

  /** An array. */
  public static final JsonCodec<int[]> INTS = PrimitiveArrays.ints();

  /** An array. */
  public static final JsonCodec<long[]> LONGS = PrimitiveArrays.longs();

  /** An array. */
  public static final JsonCodec<float[]> FLOATS = PrimitiveArrays.floats();

  /** An array. */
  public static final JsonCodec<double[]> DOUBLES = PrimitiveArrays.doubles();

  private JsonCodecs() {}

  /** The constants of an enum, by their names. */
  public static <E extends Enum<E>> JsonKeyCodec<E> enumOf(E[] constants) {
    return new EnumCodec<>(constants, Enum::name);
  }

  /**
   * The constants of an enum.
   *
   * @param name gives the name of a constant in JSON
   */
  public static <E extends Enum<E>> JsonKeyCodec<E> enumOf(
      E[] constants, Function<? super E, String> name) {
    return new EnumCodec<>(constants, name);
  }

  /** A codec of the value or null. */
  public static <T> JsonCodec<@Nullable T> nullable(JsonCodec<T> codec) {
    return new JsonCodec<>() {
      @Override
      public void write(JsonWriter json, @Nullable T value) {
        if (value == null) {
          json.nullValue();
        } else {
          codec.write(json, value);
        }
      }

      @Override
      public @Nullable T read(JsonReader json) {
        return json.nullable(codec);
      }
    };
  }

  /** A codec of the value, or null if empty. */
  public static <T> JsonCodec<Optional<T>> optional(JsonCodec<T> codec) {
    return orNull(
        Optional.empty(),
        JsonCodec.of(
            (json, value) -> codec.write(json, value.get()),
            json -> Optional.of(codec.read(json))));
  }

  /** A codec of an optional value: null stands for the empty one. */
  private static <T> JsonCodec<T> orNull(T empty, JsonCodec<T> codec) {
    return new JsonCodec<>() {
      @Override
      public void write(JsonWriter json, T value) {
        if (value.equals(empty)) {
          json.nullValue();
        } else {
          codec.write(json, value);
        }
      }

      @Override
      public T read(JsonReader json) {
        return json.skipNull() ? empty : codec.read(json);
      }
    };
  }

  /** An array, which is read as an {@link ArrayList}. */
  public static <E extends @Nullable Object> JsonCodec<List<E>> list(JsonCodec<E> entry) {
    return collection(entry, ArrayList::new);
  }

  /** An array, which is read as an {@link ArrayList}. */
  public static <E extends @Nullable Object> JsonCodec<Iterable<E>> iterable(JsonCodec<E> entry) {
    return JsonCodec.of(
        (json, entries) -> writeEntries(json, entries, entry),
        json -> readEntries(json, entry, new ArrayList<>()));
  }

  /**
   * An array.
   *
   * @param empty makes an empty collection
   */
  public static <E extends @Nullable Object, C extends Collection<E>> JsonCodec<C> collection(
      JsonCodec<E> entry, Supplier<? extends C> empty) {
    return JsonCodec.of(
        (json, entries) -> writeEntries(json, entries, entry),
        json -> readEntries(json, entry, empty.get()));
  }

  /**
   * An array.
   *
   * @param make makes a Java array of the given length
   */
  public static <E extends @Nullable Object> JsonCodec<E[]> array(
      JsonCodec<E> entry, IntFunction<E[]> make) {
    return JsonCodec.of(
        (json, entries) -> writeEntries(json, java.util.Arrays.asList(entries), entry),
        json -> readEntries(json, entry, new ArrayList<>()).toArray(make));
  }

  /**
   * An array of a generic type, which Java cannot create itself.
   *
   * @param make makes a Java array of the given length, whose entries may be of any type arguments
   */
  @SuppressWarnings("unchecked") // The array holds only what the codec of its entries has read
  public static <E extends @Nullable Object> JsonCodec<E[]> arrayOfGeneric(
      JsonCodec<E> entry, IntFunction<? extends Object[]> make) {
    return array(entry, length -> (E[]) make.apply(length));
  }

  @SuppressWarnings("NullAway") // Where entries may be null, their codec takes null
  private static <E extends @Nullable Object> void writeEntries(
      JsonWriter json, Iterable<E> entries, JsonCodec<E> entry) {
    json.startArray();
    for (E value : entries) {
      entry.write(json, value);
    }
    json.endArray();
  }

  private static <E extends @Nullable Object, C extends Collection<E>> C readEntries(
      JsonReader json, JsonCodec<E> entry, C entries) {
    json.startArray();
    while (json.nextEntry()) {
      entries.add(entry.read(json));
    }
    return entries;
  }

  /** An object, which is read as a {@link LinkedHashMap}. */
  public static <K, V extends @Nullable Object> JsonCodec<Map<K, V>> map(
      JsonKeyCodec<K> key, JsonCodec<V> value) {
    return map(key, value, LinkedHashMap::new);
  }

  /**
   * An object. If a key occurs twice, the last one counts.
   *
   * @param empty makes an empty map
   */
  public static <K, V extends @Nullable Object, M extends Map<K, V>> JsonCodec<M> map(
      JsonKeyCodec<K> key, JsonCodec<V> value, Supplier<? extends M> empty) {
    return JsonCodec.of(
        (json, map) -> {
          json.startObject();
          map.forEach(
              (k, v) -> {
                json.name(key.toKey(k));
                value.write(json, v);
              });
          json.endObject();
        },
        json -> {
          M map = empty.get();
          json.startObject();
          for (String name = json.nextName(); name != null; name = json.nextName()) {
            map.put(key.fromKey(json, name), value.read(json));
          }
          return map;
        });
  }

  /**
   * The same codec for a less specific type of container: a codec that writes and reads a {@code
   * List<Shape>} also writes and reads a {@code List<? extends Shape>}.
   *
   * @param codec the codec of a container; it may depend on the type of the entries only through
   *     their codec
   */
  @SuppressWarnings("unchecked")
  public static <T> JsonCodec<T> covariant(JsonCodec<? extends T> codec) {
    // Writing adds nothing to the container, and reading makes a new one
    return (JsonCodec<T>) codec;
  }
}
