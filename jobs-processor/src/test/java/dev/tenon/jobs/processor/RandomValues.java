package dev.tenon.jobs.processor;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetTime;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;

/** Makes records of random components, many of them near the limits of the constraints on them. */
final class RandomValues {

  private static final List<String> NUMBERS =
      List.of(
          "0",
          "1",
          "-1",
          "2",
          "3",
          "5",
          "7",
          "8",
          "-3",
          "-4",
          "0.1",
          "0.10",
          "0.09",
          "2.0",
          "3.3",
          "3.30",
          "3.31",
          "5.00",
          "99.9",
          "99.95",
          "100",
          "1e2",
          "-0.5",
          "12345678901234567890",
          "0.1000000000000000055511151231257827",
          "0.1000000000000000056");

  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "\t\n",
          "a",
          "ab",
          "abc",
          "abcd",
          "ABC",
          "a1",
          "a12",
          "\u2003",
          "\u00a0",
          "\u0001",
          "ä",
          "\uD83D\uDE00\uD83D\uDE00",
          "3",
          "-4",
          "7.0",
          "seven",
          " 7",
          "a@b",
          "A@example.com",
          "a.b@example.com",
          "a..b@example.com",
          ".a@example.com",
          "a@-b.com",
          "a@b-.com",
          "a@b..c",
          "a@b.",
          "\"a b\"@example.com",
          "\"a\\\"b\"@example.com",
          "\"\"@example.com",
          "a@[1.2.3.4]",
          "a@[999.1.1.1]",
          "a@[IPv6:::1]",
          "a@[IPv6:1:2:3:4:5:6:7:8]",
          "a@[IPv6:1:2]",
          "a@b@c",
          "ü@bücher.example",
          "a@\uD83D\uDE00.com",
          "x".repeat(65) + "@example.com",
          "a@" + "b".repeat(64) + ".com",
          "a@" + "b.".repeat(126) + "com",
          "!#$%&'*+/=?^_`{|}~-@a_b",
          "a b@example.com",
          "a@exa mple.com",
          "a,b@example.com",
          "\"a,b\".c@example.com");

  private final Random random;
  private final ClassLoader loader;

  RandomValues(Random random, ClassLoader loader) {
    this.random = random;
    this.loader = loader;
  }

  /** A record; components that generated code requires but the oracle does not are there. */
  Object instance(Constructor<?> constructor) throws Exception {
    RecordComponent[] components = constructor.getDeclaringClass().getRecordComponents();
    Object[] arguments = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      boolean mayBeNull = isNullable(components[i]) || refusesNull(components[i]);
      do {
        arguments[i] = value(components[i].getGenericType(), mayBeNull, 3);
        // The oracle throws an exception for the digits of a string that is not a number
      } while (components[i].getName().endsWith("Digits") && isNoNumber(arguments[i]));
    }
    constructor.setAccessible(true);
    return constructor.newInstance(arguments);
  }

  private static boolean isNoNumber(Object value) {
    return value instanceof Number number && !Double.isFinite(number.doubleValue());
  }

  private static boolean isNullable(RecordComponent component) {
    return component
        .getAnnotatedType()
        .isAnnotationPresent(org.jspecify.annotations.Nullable.class);
  }

  private static boolean refusesNull(RecordComponent component) {
    AnnotatedElement accessor = component.getAccessor();
    return java.util.Arrays.stream(accessor.getAnnotations())
        .anyMatch(a -> a.annotationType().getSimpleName().matches("Not(Null|Blank|Empty)"));
  }

  private Object value(Type type, boolean mayBeNull, int depth) throws Exception {
    if (mayBeNull && random.nextInt(6) == 0) {
      return null;
    }
    if (type instanceof ParameterizedType parameterized) {
      return container(parameterized, depth);
    }
    Class<?> simple = (Class<?>) type;
    if (simple.isArray()) {
      int length = random.nextInt(4);
      Object array = Array.newInstance(simple.getComponentType(), length);
      for (int i = 0; i < length; i++) {
        Array.set(array, i, value(simple.getComponentType(), false, depth));
      }
      return array;
    }
    if (simple.isRecord()) {
      return loader
          .loadClass(simple.getName())
          .getDeclaredConstructors()[0]
          .newInstance(
              text(), depth > 0 ? value(simple, true, depth - 1) : null, random.nextInt(3));
    }
    return simple(simple.getSimpleName());
  }

  private Object container(ParameterizedType type, int depth) throws Exception {
    Type[] arguments = type.getActualTypeArguments();
    Class<?> raw = (Class<?>) type.getRawType();
    if (raw == Optional.class) {
      return Optional.ofNullable(value(arguments[0], true, depth));
    }
    int size = random.nextInt(4);
    if (raw == Map.class) {
      Map<Object, Object> map = new LinkedHashMap<>();
      for (int i = 0; i < size; i++) {
        map.put(random.nextBoolean() ? "k" + i : " ".repeat(i), value(arguments[1], false, depth));
      }
      return map;
    }
    if (raw == Set.class) {
      // One entry: the oracle does not say which entry of a set it finds fault with
      Set<Object> set = new LinkedHashSet<>();
      set.add("a@b");
      return set;
    }
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      list.add(value(arguments[0], false, depth));
    }
    return list;
  }

  private Object simple(String type) {
    BigDecimal number = new BigDecimal(pick(NUMBERS));
    // The clock advances between the two validations: a moment is never now, but a whole day can be
    // today
    boolean mayBeNow = type.equals("LocalDate") || type.startsWith("Year");
    long days = random.nextInt(mayBeNow ? 3 : 2) * 2L - 1;
    long offset = days > 1 ? 0 : days;
    ZonedDateTime moment = ZonedDateTime.now(ZoneId.systemDefault()).plusDays(offset * 800);
    LocalTime time = LocalTime.now(ZoneId.systemDefault());
    return switch (type) {
      case "boolean", "Boolean" -> random.nextBoolean();
      case "byte" -> number.byteValue();
      case "short" -> number.shortValue();
      case "int", "Integer" -> number.intValue();
      case "long", "Long" -> number.longValue();
      case "float", "Float" -> floating(number).floatValue();
      case "double", "Double" -> floating(number).doubleValue();
      case "BigDecimal" -> number;
      case "BigInteger" -> number.toBigInteger();
      case "String" -> text();
      case "OptionalInt" ->
          random.nextInt(4) == 0 ? OptionalInt.empty() : OptionalInt.of(number.intValue());
      case "OptionalLong" ->
          random.nextInt(4) == 0 ? OptionalLong.empty() : OptionalLong.of(number.longValue());
      case "OptionalDouble" ->
          random.nextInt(4) == 0 ? OptionalDouble.empty() : OptionalDouble.of(number.doubleValue());
      case "Date" -> Date.from(moment.toInstant());
      case "Instant" -> moment.toInstant();
      case "LocalDate" -> moment.toLocalDate();
      case "LocalDateTime" -> moment.toLocalDateTime();
      case "OffsetDateTime" -> moment.toOffsetDateTime();
      case "Year" -> Year.from(moment);
      case "YearMonth" -> YearMonth.from(moment);
      case "ZonedDateTime" -> moment;
      case "LocalTime" -> time.plusSeconds(offset * 60);
      case "MonthDay" -> MonthDay.from(moment);
      case "OffsetTime" -> OffsetTime.of(time.plusSeconds(offset * 60), moment.getOffset());
      default -> throw new IllegalArgumentException(type);
    };
  }

  /**
   * A number, sometimes NaN or infinite. Never -0.0, which for the oracle is less than zero where a
   * constraint asks for a sign; generated code compares as Java does, and it is zero.
   */
  private Number floating(BigDecimal number) {
    return switch (random.nextInt(12)) {
      case 0 -> Double.POSITIVE_INFINITY;
      case 1 -> Double.NEGATIVE_INFINITY;
      case 2 -> Double.NaN;
      default -> number.doubleValue();
    };
  }

  private String text() {
    return random.nextInt(3) > 0 ? pick(TEXTS) : pick(TEXTS) + pick(TEXTS);
  }

  private String pick(List<String> of) {
    return of.get(random.nextInt(of.size()));
  }
}
