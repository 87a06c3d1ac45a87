package dev.tenon.jobs.processor;

import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.AnnotatedTypeVariable;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.net.URI;
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
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Currency;
import java.util.Date;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes records at random; nothing in them is null that is not {@code @Nullable}. */
final class RandomRecords {

  private static final List<String> TEXTS =
      List.of(
          "",
          "a",
          "abc",
          "lower",
          "A b",
          "ä\u2028€",
          "\uD83D\uDE00",
          "\"\\\n\t\u0001",
          "a@example.com",
          "null");
  private static final List<String> NUMBERS =
      List.of(
          "0",
          "1",
          "-1",
          "7",
          "12",
          "99",
          "-100",
          "2147483647",
          "9007199254740993",
          "0.5",
          "1.10",
          "-3.75",
          "1e3");

  private final Random random;

  RandomRecords(Random random) {
    this.random = random;
  }

  /** A record of a class. */
  Object record(Class<?> type) throws ReflectiveOperationException {
    return record(type, Map.of(), 4);
  }

  private Object record(Class<?> type, Map<String, AnnotatedType> arguments, int depth)
      throws ReflectiveOperationException {
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    Class<?>[] parameters = new Class<?>[components.length];
    for (int i = 0; i < components.length; i++) {
      parameters[i] = components[i].getType();
      AnnotatedType written = components[i].getAnnotatedType();
      values[i] =
          value(
              written instanceof AnnotatedTypeVariable
                  ? arguments.get(written.getType().getTypeName())
                  : written,
              depth);
    }
    Constructor<?> constructor = type.getDeclaredConstructor(parameters);
    constructor.setAccessible(true);
    return constructor.newInstance(values);
  }

  private @Nullable Object value(AnnotatedType annotated, int depth)
      throws ReflectiveOperationException {
    if (annotated.isAnnotationPresent(Nullable.class) && (depth <= 0 || random.nextInt(4) == 0)) {
      return null;
    }
    Type type = annotated.getType();
    if (annotated instanceof AnnotatedParameterizedType parameterized) {
      return generic(
          (Class<?>) ((ParameterizedType) type).getRawType(),
          parameterized.getAnnotatedActualTypeArguments(),
          depth - 1);
    }
    if (annotated instanceof AnnotatedArrayType array) {
      return array(array, depth - 1);
    }
    Class<?> simple = (Class<?>) type;
    if (simple.isRecord()) {
      return record(simple, Map.of(), depth - 1);
    }
    if (simple.isSealed() && simple.isInterface()) {
      Class<?>[] permitted = simple.getPermittedSubclasses();
      return record(permitted[random.nextInt(permitted.length)], Map.of(), depth - 1);
    }
    if (simple.isEnum()) {
      Object[] constants = simple.getEnumConstants();
      return constants[random.nextInt(constants.length)];
    }
    return simple(simple.getSimpleName());
  }

  private Object array(AnnotatedArrayType array, int depth) throws ReflectiveOperationException {
    AnnotatedType component = array.getAnnotatedGenericComponentType();
    Object made = Array.newInstance((Class<?>) component.getType(), size(depth));
    for (int i = 0; i < Array.getLength(made); i++) {
      Array.set(made, i, value(component, depth));
    }
    return made;
  }

  private int size(int depth) {
    return depth <= 0 ? 0 : random.nextInt(4);
  }

  @SuppressWarnings("JdkObsolete") // The runtime reads a Deque as a LinkedList
  private Object generic(Class<?> raw, AnnotatedType[] arguments, int depth)
      throws ReflectiveOperationException {
    if (raw.isRecord()) {
      return record(raw, Map.of("T", arguments[0]), depth);
    }
    if (raw == Optional.class) {
      return depth <= 0 || random.nextBoolean()
          ? Optional.empty()
          : Optional.of(value(arguments[0], depth));
    }
    if (Map.class.isAssignableFrom(raw)) {
      Map<Object, Object> map = raw == SortedMap.class ? new TreeMap<>() : new LinkedHashMap<>();
      for (int i = size(depth); i > 0; i--) {
        map.put(value(arguments[0], depth), value(arguments[1], depth));
      }
      return map;
    }
    // Two ArrayDeques are never equal: a set could hold two of them that come back as one entry
    Collection<Object> entries =
        raw == Deque.class
            ? new LinkedList<>()
            : Set.class.isAssignableFrom(raw) ? new LinkedHashSet<>() : new ArrayList<>();
    for (int i = size(depth); i > 0; i--) {
      Object entry = value(arguments[0], depth);
      // A deque that the runtime reads contains no null
      if (entry != null || raw != Deque.class) {
        entries.add(entry);
      }
    }
    return entries;
  }

  private Object simple(String type) {
    BigDecimal number = new BigDecimal(pick(NUMBERS));
    Instant moment = Instant.ofEpochSecond(random.nextInt() * 3L, random.nextInt(3) * 333_333_333L);
    OffsetDateTime time = moment.atOffset(ZoneOffset.ofHours(random.nextInt(5) - 2));
    return switch (type) {
      case "boolean", "Boolean" -> random.nextBoolean();
      case "char" -> (char) ('a' + random.nextInt(26));
      case "byte", "Byte" -> number.byteValue();
      case "short", "Short" -> number.shortValue();
      case "int", "Integer" -> number.intValue();
      case "long", "Long" -> number.longValue();
      case "float", "Float" -> number.floatValue();
      case "double", "Double" -> number.doubleValue();
      case "BigDecimal" -> number;
      case "BigInteger" -> number.toBigInteger();
      case "String" -> pick(TEXTS);
      case "UUID" -> new UUID(random.nextLong(), random.nextLong());
      case "URI" -> URI.create("https://example.com/" + random.nextInt(9));
      case "Duration" -> Duration.ofMillis(random.nextInt());
      case "Period" -> Period.of(random.nextInt(9), random.nextInt(9), random.nextInt(9));
      case "Instant" -> moment;
      case "LocalDate" -> LocalDate.from(time);
      case "LocalTime" -> LocalTime.from(time);
      case "LocalDateTime" -> LocalDateTime.from(time);
      case "OffsetDateTime" -> time;
      case "YearMonth" -> YearMonth.from(time);
      case "MonthDay" -> MonthDay.from(time);
      case "Year" -> Year.from(time);
      case "OffsetTime" -> OffsetTime.from(time);
      case "ZonedDateTime" -> time.atZoneSameInstant(zone());
      case "ZoneId" -> zone();
      case "ZoneOffset" -> time.getOffset();
      case "Currency" -> Currency.getInstance(pick(List.of("EUR", "USD", "JPY", "XXX")));
      case "Locale" -> Locale.forLanguageTag(pick(List.of("", "de", "de-DE", "zh-Hant-TW")));
      case "Date" -> Date.from(moment.truncatedTo(ChronoUnit.MILLIS));
      case "OptionalInt" ->
          random.nextBoolean() ? OptionalInt.empty() : OptionalInt.of(number.intValue());
      case "OptionalLong" ->
          random.nextBoolean() ? OptionalLong.empty() : OptionalLong.of(number.longValue());
      case "OptionalDouble" ->
          random.nextBoolean() ? OptionalDouble.empty() : OptionalDouble.of(number.doubleValue());
      default -> throw new IllegalArgumentException(type);
    };
  }

  private ZoneId zone() {
    return ZoneId.of(pick(List.of("Europe/Berlin", "America/New_York", "UTC", "+05:30")));
  }

  private <T> T pick(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  /** Returns whether two values, including arrays, are equal, with the same order of entries. */
  static boolean same(@Nullable Object one, @Nullable Object other)
      throws ReflectiveOperationException {
    if (one == null || other == null) {
      return one == other;
    }
    if (one.getClass().isArray()) {
      boolean same = Array.getLength(one) == Array.getLength(other);
      for (int i = 0; same && i < Array.getLength(one); i++) {
        same = same(Array.get(one, i), Array.get(other, i));
      }
      return same;
    }
    if (one instanceof Optional<?> optional) {
      return same(optional.orElse(null), ((Optional<?>) other).orElse(null));
    }
    if (one instanceof Collection<?> collection) {
      return same(collection.toArray(), ((Collection<?>) other).toArray());
    }
    if (one instanceof Map<?, ?> map) {
      return same(map.keySet(), ((Map<?, ?>) other).keySet())
          && same(map.values(), ((Map<?, ?>) other).values());
    }
    if (!one.getClass().isRecord() || one.getClass() != other.getClass()) {
      return one.equals(other);
    }
    for (RecordComponent component : one.getClass().getRecordComponents()) {
      component.getAccessor().setAccessible(true);
      if (!same(component.getAccessor().invoke(one), component.getAccessor().invoke(other))) {
        return false;
      }
    }
    return true;
  }
}
