package dev.tenon.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.JobsException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is written is read as it was, and nothing else is read. */
class JsonCodecTest {

  private static final JsonCodec CODEC = new JsonCodec();

  sealed interface Shape permits Circle, Angular {}

  sealed interface Angular extends Shape permits Square, Rectangle {}

  record Circle(double radius) implements Shape {}

  record Square(int side) implements Angular {}

  record Rectangle(int width, int height) implements Angular {}

  record Drawing(Shape first, List<Shape> shapes, Map<String, Angular> named) {}

  record Values(
      UUID id,
      BigDecimal decimal,
      BigInteger integer,
      double negativeZero,
      Instant instant,
      LocalDate date,
      OffsetDateTime offset,
      ZonedDateTime zoned,
      Duration duration,
      URI uri,
      Optional<String> there,
      Optional<String> absent,
      List<Thread.State> states) {}

  record Numbers(int one, int two) {}

  record Broken(int value) {
    @Override
    public int value() {
      throw new IllegalStateException("secret");
    }
  }

  private static String write(Object value) {
    return CODEC.write(value, "the value");
  }

  @Test
  void aSealedInterfaceIsATaggedUnion() {
    Drawing drawing =
        new Drawing(
            new Circle(2),
            List.of(new Square(1), new Circle(0.5)),
            Map.of("door", new Rectangle(1, 2)));
    String json = write(drawing);
    assertThat(json)
        .isEqualTo(
            "{\"first\":{\"type\":\"Circle\",\"radius\":2.0},\"shapes\":[{\"type\":\"Square\",\"side\":1},"
                + "{\"type\":\"Circle\",\"radius\":0.5}],\"named\":{\"door\":{\"type\":\"Rectangle\","
                + "\"width\":1,\"height\":2}}}");
    assertThat(CODEC.read(json, Drawing.class, "the value")).isEqualTo(drawing);
    assertThat(CODEC.read("{\"type\":\"Square\",\"side\":3}", Shape.class, "the value"))
        .isEqualTo(new Square(3));
  }

  @Test
  void aResultThatIsASealedInterfaceIsTagged() {
    String json = CODEC.write(new Square(3), Shape.class, "the value");
    assertThat(json).isEqualTo("{\"type\":\"Square\",\"side\":3}");
    assertThat(CODEC.read(json, Shape.class, "the value")).isEqualTo(new Square(3));
  }

  @Test
  void onlyWhatTheInterfacePermitsIsRead() {
    assertThatThrownBy(
            () -> CODEC.read("{\"type\":\"java.io.File\"}", Shape.class, "the payload of job 'x'"))
        .isInstanceOf(JobsException.class)
        .hasMessageStartingWith("The payload of job 'x' cannot be read as Shape")
        .hasMessageNotContaining("java.io.File");
  }

  @Test
  void valuesSurvive() {
    Values values =
        new Values(
            UUID.randomUUID(),
            new BigDecimal("1.10"),
            new BigInteger("123456789012345678901234567890"),
            -0.0,
            Instant.parse("2026-01-02T03:04:05.678901234Z"),
            LocalDate.of(2026, 2, 28),
            OffsetDateTime.parse("2026-01-02T03:04:05+05:30"),
            ZonedDateTime.parse("2026-07-02T03:04:05+02:00[Europe/Berlin]"),
            Duration.ofMillis(90_001),
            URI.create("https://example.org/a?b=c"),
            Optional.of("x"),
            Optional.empty(),
            List.of(Thread.State.NEW));
    assertThat(CODEC.read(write(values), Values.class, "the value")).isEqualTo(values);
  }

  @Test
  void whatIsUnknownIsPassedOverAndWhatIsMissingIsNot() {
    assertThat(CODEC.read("{\"one\":1,\"two\":2,\"three\":3}", Numbers.class, "the value"))
        .isEqualTo(new Numbers(1, 2));
    assertThatThrownBy(() -> CODEC.read("{\"one\":1}", Numbers.class, "the value"))
        .isInstanceOf(JobsException.class)
        .hasMessageContaining("at two");
    assertThatThrownBy(() -> CODEC.read("{\"one\":1,\"two\":2} x", Numbers.class, "the value"))
        .isInstanceOf(JobsException.class);
    assertThatThrownBy(() -> CODEC.read("null", Numbers.class, "the value"))
        .hasMessage("The value is the JSON value null, which is no Numbers.");
  }

  @Test
  void noMessageQuotesAValue() {
    assertThatThrownBy(
            () -> CODEC.read("{\"one\":\"secret\",\"two\":2}", Numbers.class, "the value"))
        .hasMessage(
            "The value cannot be read as Numbers at one (InvalidFormatException). It was written for"
                + " another shape of that type: bring the shape back, or raise the version of the job"
                + " type and give an upcaster; or cancel the job.")
        .hasNoSuppressedExceptions()
        .satisfies(e -> assertThat(e.getCause()).message().doesNotContain("secret"));
    assertThatThrownBy(
            () -> CODEC.write(Map.of("a", new Broken(1)), "the result of job type 'x.y'"))
        .hasMessageStartingWith("The result of job type 'x.y' cannot be written as JSON at a.value")
        .hasMessageNotContaining("secret");
  }
}
