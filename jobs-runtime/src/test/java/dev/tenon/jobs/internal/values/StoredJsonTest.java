package dev.tenon.jobs.internal.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.definition.JsonCodec;
import dev.tenon.jobs.definition.JsonCodecs;
import dev.tenon.jobs.definition.JsonReader;
import dev.tenon.jobs.definition.JsonWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written is read as it was, and nothing else is read. */
class StoredJsonTest {

  sealed interface Shape permits Circle, Group {}

  record Circle(double radius) implements Shape {}

  record Group(List<Shape> members) implements Shape {}

  record Numbers(int one, int two) {
    Numbers {
      if (one > two) {
        throw new IllegalArgumentException("secret");
      }
    }
  }

  private static final JsonCodec<Numbers> NUMBERS =
      JsonCodec.of(
          (json, numbers) -> {
            json.startObject();
            json.property("one", numbers.one());
            json.property("two", numbers.two());
            json.endObject();
          },
          json -> {
            Integer one = null;
            Integer two = null;
            json.startObject();
            for (String name = json.nextName(); name != null; name = json.nextName()) {
              switch (name) {
                case "one" -> one = json.intValue();
                case "two" -> two = json.intValue();
                default -> json.skipValue();
              }
            }
            return new Numbers(json.required("one", one), json.required("two", two));
          });

  private static final JsonCodec<Shape> SHAPE =
      JsonCodec.of(StoredJsonTest::writeShape, StoredJsonTest::readShape);

  private static final JsonCodec<List<Shape>> SHAPES = JsonCodecs.list(SHAPE);

  private static void writeShape(JsonWriter json, Shape shape) {
    if (shape instanceof Circle circle) {
      json.tag("type", "Circle");
      json.startObject();
      json.property("radius", circle.radius());
      json.endObject();
    } else if (shape instanceof Group group) {
      json.tag("type", "Group");
      json.startObject();
      json.property("members", group.members(), SHAPES);
      json.endObject();
    }
  }

  private static Shape readShape(JsonReader json) {
    return switch (json.tag("type")) {
      case "Circle" -> {
        Double radius = null;
        json.startObject();
        for (String name = json.nextName(); name != null; name = json.nextName()) {
          switch (name) {
            case "radius" -> radius = json.doubleValue();
            default -> json.skipValue();
          }
        }
        yield new Circle(json.required("radius", radius));
      }
      case "Group" -> {
        List<Shape> members = null;
        json.startObject();
        for (String name = json.nextName(); name != null; name = json.nextName()) {
          switch (name) {
            case "members" -> members = SHAPES.read(json);
            default -> json.skipValue();
          }
        }
        yield new Group(json.required("members", members));
      }
      default -> throw json.mismatch("Circle or Group");
    };
  }

  private static <T> T read(String json, JsonCodec<T> codec) {
    return StoredJson.read(json, codec, Numbers.class, "the payload of job type 'x.y'");
  }

  private static <T> String write(T value, JsonCodec<T> codec) {
    return StoredJson.write(value, codec, "the result of job type 'x.y'");
  }

  private static <T> void assertRefused(String json, JsonCodec<T> codec, String why) {
    assertThatThrownBy(() -> read(json, codec))
        .isInstanceOf(JobsException.class)
        .hasMessage(
            "The payload of job type 'x.y' cannot be read as Numbers"
                + why
                + ". It was written for a different shape of that type: restore the shape, or "
                + "raise the version of the job type and add an upcaster; or cancel the job.");
  }

  @Test
  void whatIsUnknownIsIgnored() {
    String json = "{\"zero\":{\"a\":[1,{}]},\"one\":1,\"x\":null,\"two\":2,\"three\":[[]]}";
    assertThat(read(json, NUMBERS)).isEqualTo(new Numbers(1, 2));
  }

  @Test
  void whatIsMissingIsNamed() {
    assertRefused("{\"one\":1}", NUMBERS, ": at two, a value is expected");
    assertRefused(
        "[{\"one\":1,\"two\":2},{\"two\":2}]",
        JsonCodecs.list(NUMBERS),
        ": at [1].one, a value is expected");
  }

  @Test
  void ofTwoPropertiesWithOneNameTheLastOneCounts() {
    assertThat(read("{\"one\":1,\"two\":2,\"two\":3}", NUMBERS)).isEqualTo(new Numbers(1, 3));
    assertThat(read("{\"a\":1,\"a\":2}", JsonCodecs.map(JsonCodecs.STRING, JsonCodecs.INT)))
        .isEqualTo(Map.of("a", 2));
  }

  @Test
  void nothingMayFollow() {
    assertThatThrownBy(() -> read("{\"one\":1,\"two\":2} x", NUMBERS))
        .hasMessageContaining("not well-formed");
    assertRefused("1 2", JsonCodecs.INT, ": nothing after the value is expected");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{\"one\"", "{\"one\":1,}", "[1", "nul", "{\"one\":01}"})
  void whatIsNotJsonIsRefused(String json) {
    assertThatThrownBy(() -> read(json, NUMBERS)).isInstanceOf(JobsException.class);
  }

  @Test
  void noMessageQuotesAValue() {
    assertRefused(
        "{\"one\":\"secret\"}",
        NUMBERS,
        ": at one, a whole number from -2147483648 to 2147483647 is expected");
    assertRefused(
        "{\"one\":99999999999}",
        NUMBERS,
        ": at one, a whole number from -2147483648 to 2147483647 is expected");
    assertThatThrownBy(() -> read("{\"one\":2,\"two\":1}", NUMBERS))
        .hasMessageContaining(": its constructor throws java.lang.IllegalArgumentException")
        .satisfies(e -> assertThat(e.getCause()).message().doesNotContain("secret"));
    assertThatThrownBy(() -> read("{\"one\":2,secret", NUMBERS))
        .hasMessageNotContaining("secret")
        .satisfies(e -> assertThat(e.getCause()).message().doesNotContain("secret"));
    assertRefused("[\"secret\"]", JsonCodecs.list(JsonCodecs.UUID), ": at [0], a UUID is expected");
    assertRefused(
        "{\"secret of nobody\":1}",
        JsonCodecs.map(JsonCodecs.UUID, JsonCodecs.INT),
        ": at secret of nobody, a key that is a UUID is expected");
    assertThatThrownBy(
            () ->
                write(
                    List.of(1),
                    JsonCodecs.list(
                        JsonCodec.<Integer>of(
                            (json, value) -> {
                              throw new IllegalStateException("secret");
                            },
                            JsonReader::intValue))))
        .hasMessage(
            "The result of job type 'x.y' cannot be written as JSON at [0] (IllegalStateException).")
        .satisfies(e -> assertThat(e.getCause()).message().doesNotContain("secret"));
  }

  @Test
  void aSealedInterfaceIsATaggedUnion() {
    Shape shape = new Group(List.of(new Circle(1), new Group(List.of())));
    String json = write(shape, SHAPE);
    assertThat(json)
        .isEqualTo(
            "{\"type\":\"Group\",\"members\":[{\"type\":\"Circle\",\"radius\":1.0},"
                + "{\"type\":\"Group\",\"members\":[]}]}");
    assertThat(read(json, SHAPE)).isEqualTo(shape);
  }

  @Test
  void theTagMayStandAnywhere() {
    assertThat(
            read(
                "  {\"members\":[ {\"radius\":1,\"x\":{\"type\":\"Group\"},\"type\":\"Circle\"}],"
                    + " \"type\" : \"Group\", \"y\": 1}",
                SHAPE))
        .isEqualTo(new Group(List.of(new Circle(1))));
  }

  @Test
  void anUnknownTagIsRefused() {
    assertRefused(
        "[{\"type\":\"java.io.File\"}]", SHAPES, ": at [0].type, Circle or Group is expected");
    assertRefused(
        "[{\"radius\":1,\"type\":\"Oval\"}]", SHAPES, ": at [0].type, Circle or Group is expected");
    assertRefused("{}", SHAPE, ": at type, a string is expected");
    assertRefused("{\"radius\":1}", SHAPE, ": at type, a string is expected");
    assertRefused("{\"type\":1}", SHAPE, ": at type, a string is expected");
    assertRefused("[[]]", SHAPES, ": at [0], an object is expected");
  }

  @Test
  void whatIsNestedDeepestCanBeRead() {
    Shape shape = new Circle(1);
    // Each group is an object and an array
    for (int i = 1; i < JsonLimits.MAX_DEPTH / 2; i++) {
      shape = new Group(List.of(shape));
    }
    Shape deepest = shape;
    assertThat(read(write(deepest, SHAPE), SHAPE)).isEqualTo(deepest);

    Shape deeper = new Group(List.of(new Group(List.of(deepest))));
    assertThatThrownBy(() -> write(deeper, SHAPE))
        .isInstanceOf(JobsException.class)
        .hasMessageContaining("StreamConstraintsException");
    String json = "{\"type\":\"Group\",\"members\":[".repeat(100_000);
    assertThatThrownBy(() -> read(json, SHAPE)).isInstanceOf(JobsException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "1.0, 1",
    "1e2, 100",
    "-5, -5",
    "100.00, 100",
    "-0.0, 0",
    "1.5,",
    "2147483648,",
    "1e10,",
    "1e999999999,",
    "1e-999999999,",
    "'\"5\"',",
    "true,",
    "null,",
    "[5],",
    "{},"
  })
  void wholeNumbersMayHaveAPoint(String json, @Nullable Integer value) {
    if (value == null) {
      assertThatThrownBy(() -> read(json, JsonCodecs.INT)).isInstanceOf(JobsException.class);
    } else {
      assertThat(read(json, JsonCodecs.INT)).isEqualTo(value);
      assertThat(read(json, JsonCodecs.BIG_INTEGER)).isEqualTo(BigInteger.valueOf(value));
    }
  }

  @Test
  void numbersAreNotRoundedToInfinity() {
    assertRefused("1e400", JsonCodecs.DOUBLE, ": a number that fits into a double is expected");
    assertRefused("1e40", JsonCodecs.FLOAT, ": a number that fits into a float is expected");
    assertRefused("\"nan\"", JsonCodecs.DOUBLE, ": a number is expected");
    assertThat(read("\"-Infinity\"", JsonCodecs.FLOAT)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(read("5", JsonCodecs.DOUBLE)).isEqualTo(5.0);
  }

  @Test
  void theLongestNumberCanBeRead() {
    BigInteger longest = BigInteger.TEN.pow(JsonLimits.MAX_NUMBER_LENGTH - 1);
    assertThat(read(write(longest, JsonCodecs.BIG_INTEGER), JsonCodecs.BIG_INTEGER))
        .isEqualTo(longest);
    assertThatThrownBy(() -> write(longest.multiply(BigInteger.TEN), JsonCodecs.BIG_INTEGER))
        .isInstanceOf(JobsException.class);
    BigDecimal scaled = new BigDecimal("1E+2147483647");
    assertThat(read(write(scaled, JsonCodecs.BIG_DECIMAL), JsonCodecs.BIG_DECIMAL))
        .isEqualTo(scaled);
  }

  @Test
  void longTextsAndNamesAreRead() {
    Map<String, String> map = Map.of("k".repeat(200_000), "v".repeat(2_000_000));
    JsonCodec<Map<String, String>> codec = JsonCodecs.map(JsonCodecs.STRING, JsonCodecs.STRING);
    assertThat(read(write(map, codec), codec)).isEqualTo(map);
  }

  enum Colour {
    RED,
    GREEN("leaf"),
    BLUE("RED"),
    CYAN("water"),
    AZURE("water");

    private final @Nullable String label;

    Colour() {
      this(null);
    }

    Colour(@Nullable String label) {
      this.label = label;
    }

    @Override
    public String toString() {
      return label == null ? name() : label;
    }
  }

  @Test
  void constantsAreWrittenByNameAndOldLabelsAreRead() {
    JsonCodec<Colour> codec = JsonCodecs.enumOf(Colour.values());
    assertThat(write(Colour.GREEN, codec)).isEqualTo("\"GREEN\"");
    assertThat(read("\"GREEN\"", codec)).isEqualTo(Colour.GREEN);
    assertThat(read("\"leaf\"", codec)).isEqualTo(Colour.GREEN);
    assertThat(read("\"RED\"", codec)).isEqualTo(Colour.RED);
    assertRefused("\"water\"", codec, ": one of RED, GREEN, BLUE, CYAN, AZURE is expected");
    assertRefused("0", codec, ": a string is expected");
  }

  @Test
  void aPeriodOfTooManyWeeksIsRefused() {
    assertRefused("\"P2147483647W\"", JsonCodecs.PERIOD, ": a period like P1Y2M3D is expected");
  }

  @Test
  void aConstantMayHaveAnotherName() {
    JsonCodec<TimeUnit> codec =
        JsonCodecs.enumOf(TimeUnit.values(), unit -> unit.name().toLowerCase(Locale.ROOT));
    assertThat(write(TimeUnit.DAYS, codec)).isEqualTo("\"days\"");
    assertThat(read("\"days\"", codec)).isEqualTo(TimeUnit.DAYS);
    Map<TimeUnit, Integer> map = Map.of(TimeUnit.DAYS, 1);
    JsonCodec<Map<TimeUnit, Integer>> byUnit =
        JsonCodecs.map(JsonCodecs.enumOf(TimeUnit.values()), JsonCodecs.INT);
    assertThat(write(map, byUnit)).isEqualTo("{\"DAYS\":1}");
    assertThat(read("{\"DAYS\":1}", byUnit)).isEqualTo(map);
  }

  @Test
  void containersSurvive() {
    JsonCodec<TreeMap<Locale, Optional<List<@Nullable String>>>> codec =
        JsonCodecs.map(
            JsonCodecs.LOCALE,
            JsonCodecs.optional(JsonCodecs.list(JsonCodecs.nullable(JsonCodecs.STRING))),
            () -> new TreeMap<>((a, b) -> a.toString().compareTo(b.toString())));
    TreeMap<Locale, Optional<List<@Nullable String>>> map =
        new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));
    List<@Nullable String> entries = new ArrayList<>();
    entries.add(null);
    entries.add("a");
    map.put(Locale.GERMANY, Optional.of(entries));
    map.put(Locale.ROOT, Optional.empty());

    String json = write(map, codec);

    assertThat(json).isEqualTo("{\"\":null,\"de-DE\":[null,\"a\"]}");
    assertThat(read(json, codec)).isEqualTo(map);
    assertThat(read("{\"\":null,\"de_DE\":[null,\"a\"]}", codec)).isEqualTo(map);
    assertRefused("[null]", JsonCodecs.list(JsonCodecs.STRING), ": at [0], a string is expected");
  }

  @Test
  void whatIsReadThroughACovariantCodecIsWhatWasWritten() {
    JsonCodec<List<? extends Shape>> codec = JsonCodecs.covariant(SHAPES);
    List<? extends Shape> circles = List.of(new Circle(1));
    assertThat(read(write(circles, codec), codec)).isEqualTo(circles);
  }
}
