package dev.tenon.examples.quickstart.roundtrip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.examples.quickstart.durable.DurableHandlers;
import dev.tenon.examples.quickstart.guide.AccountEventHandler;
import dev.tenon.examples.quickstart.guide.CacheCleanupHandler;
import dev.tenon.examples.quickstart.guide.DesignImportHandler;
import dev.tenon.examples.quickstart.guide.DesignPublishHandler;
import dev.tenon.examples.quickstart.guide.InvoiceSendHandler;
import dev.tenon.examples.quickstart.guide.MailSendHandler;
import dev.tenon.examples.quickstart.guide.MailServer.Reply;
import dev.tenon.examples.quickstart.guide.PageViewStoreHandler;
import dev.tenon.examples.quickstart.guide.PartConvertHandler;
import dev.tenon.examples.quickstart.guide.PartReindexHandler;
import dev.tenon.examples.quickstart.guide.SitePublishHandler;
import dev.tenon.examples.quickstart.guide.StockFeedImportHandler;
import dev.tenon.examples.quickstart.guide.StockReconcileHandler;
import dev.tenon.examples.quickstart.guide.TestJobs;
import dev.tenon.examples.quickstart.guide.TestJobsHandlers;
import dev.tenon.examples.quickstart.roundtrip.Everything.Nested;
import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TypedJob;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.testing.TenonExtension;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Payload and result come back as they were given: from the submitter through the database to the
 * handler, and from the handler through the database to the reader.
 */
public class RoundTripTest {

  private static final ConcurrentMap<UUID, Object> RECEIVED = new ConcurrentHashMap<>();

  @RegisterExtension
  static final TenonExtension tenon =
      TenonExtension.withWorker(
          new TestJobsHandlers(
              new AccountEventHandler(),
              new DesignImportHandler(),
              new DesignPublishHandler(),
              new InvoiceSendHandler((id, invoice) -> Reply.SENT, Duration.ZERO),
              new MailSendHandler(),
              new CacheCleanupHandler(),
              DurableHandlers.fulfilOrder(),
              new PageViewStoreHandler(DurableHandlers.noPageViews()),
              new PartConvertHandler(),
              new PartReindexHandler(),
              DurableHandlers.priceListImport(),
              new SitePublishHandler(),
              new StockFeedImportHandler(),
              new StockReconcileHandler(),
              new EverythingHandler(),
              new ArraysHandler(),
              DurableHandlers.trialRemind()));

  @JobType("test.round-trip")
  public static final class EverythingHandler implements JobHandler<Everything, Everything> {
    @Override
    public Everything execute(Everything payload, JobContext context) {
      RECEIVED.put(context.jobId(), payload);
      return payload;
    }
  }

  @JobType("test.round-trip-arrays")
  public static final class ArraysHandler implements JobHandler<Arrays, Arrays> {
    @Override
    public Arrays execute(Arrays payload, JobContext context) {
      RECEIVED.put(context.jobId(), payload);
      return payload;
    }
  }

  @ParameterizedTest
  @MethodSource("values")
  void everyListedType(Everything payload) {
    TestJobs jobs = new TestJobs(tenon.jobs());
    UUID id = jobs.everything().submit(payload, SubmitOptions.by("test")).jobId();

    assertThat(tenon.awaitEnd(id, Duration.ofSeconds(20)).status()).isEqualTo(JobStatus.COMPLETED);

    TypedJob<Everything, Everything> job = jobs.everything().find(id).orElseThrow();
    assertThat(RECEIVED.get(id)).isEqualTo(payload);
    assertThat(job.payload()).isEqualTo(payload);
    assertThat(job.result()).contains(payload);
  }

  @Test
  void arrays() {
    Arrays payload =
        new Arrays(
            new byte[] {0, 1, -1, Byte.MIN_VALUE, Byte.MAX_VALUE},
            new int[] {Integer.MIN_VALUE, 0, Integer.MAX_VALUE},
            new double[] {-0.0, 0.1, Double.MAX_VALUE, Double.NaN},
            new String[] {"", "a"},
            new Nested[] {new Nested("a", new Nested("b", null))});
    TestJobs jobs = new TestJobs(tenon.jobs());
    UUID id = jobs.arrays().submit(payload, SubmitOptions.by("test")).jobId();

    assertThat(tenon.awaitEnd(id, Duration.ofSeconds(20)).status()).isEqualTo(JobStatus.COMPLETED);

    TypedJob<Arrays, Arrays> job = jobs.arrays().find(id).orElseThrow();
    assertEqual(payload, (Arrays) RECEIVED.get(id));
    assertEqual(payload, job.payload());
    assertEqual(payload, job.result().orElse(null));
  }

  private static void assertEqual(Arrays expected, Arrays found) {
    assertThat(found.bytes()).isEqualTo(expected.bytes());
    assertThat(found.ints()).isEqualTo(expected.ints());
    assertThat(found.doubles()).isEqualTo(expected.doubles());
    assertThat(found.strings()).isEqualTo(expected.strings());
    assertThat(found.records()).isEqualTo(expected.records());
  }

  static List<Everything> values() {
    return List.of(ordinary(), extreme(), small());
  }

  private static Everything ordinary() {
    Nested nested = new Nested("outer", new Nested("inner", null));
    return new Everything(
        "text with \"quotes\", \\, a line\nbreak, Ä and \uD83D\uDE00",
        UUID.fromString("0191d3c2-7b5e-7c3a-9d1f-3a5b7c9d1e2f"),
        true,
        (byte) 1,
        (short) 2,
        3,
        4L,
        5.5f,
        0.1 + 0.2,
        'x',
        true,
        (byte) 1,
        (short) 2,
        3,
        4L,
        5.5f,
        6.6,
        'y',
        new BigDecimal("1.10"),
        BigInteger.TEN,
        DayOfWeek.FRIDAY,
        Instant.parse("2026-02-28T12:34:56.123456789Z"),
        LocalDate.parse("2024-02-29"),
        LocalTime.parse("23:59:59.999999999"),
        LocalDateTime.parse("2024-02-29T12:00"),
        OffsetDateTime.parse("2024-02-29T12:34:56.1+05:30"),
        ZonedDateTime.parse("2024-10-27T02:30+01:00[Europe/Berlin]"),
        Duration.ofMillis(1234),
        nested,
        Optional.of("present"),
        Optional.of(nested),
        List.of(nested, new Nested("other", null)),
        List.of(List.of(Instant.EPOCH), List.of()),
        Set.of(new BigDecimal("1.0"), new BigDecimal("1.00")),
        Map.of("a", nested, "", new Nested("empty key", null)),
        Map.of(DayOfWeek.MONDAY, List.of(1, 2), DayOfWeek.SUNDAY, List.of()),
        Map.of(UUID.fromString("0191d3c2-7b5e-7c3a-9d1f-3a5b7c9d1e2f"), LocalDate.EPOCH));
  }

  private static Everything extreme() {
    return new Everything(
        "\u0000\u001f\u2028",
        new UUID(-1, -1),
        false,
        Byte.MIN_VALUE,
        Short.MIN_VALUE,
        Integer.MIN_VALUE,
        Long.MAX_VALUE,
        Float.NEGATIVE_INFINITY,
        Double.NaN,
        '\u0000',
        false,
        Byte.MAX_VALUE,
        Short.MAX_VALUE,
        Integer.MAX_VALUE,
        Long.MIN_VALUE,
        Float.MIN_VALUE,
        -0.0,
        '\uFFFF',
        new BigDecimal("-123456789012345678901234567890.1234567890E-20"),
        BigInteger.TWO.pow(300).negate(),
        DayOfWeek.SUNDAY,
        Instant.MAX,
        LocalDate.MAX,
        LocalTime.MIN,
        LocalDateTime.MIN,
        OffsetDateTime.parse("9999-12-31T23:59:59.999999999-18:00"),
        ZonedDateTime.parse("2024-07-01T00:00Z[UTC]"),
        Duration.ofSeconds(Long.MIN_VALUE, 999_999_999),
        new Nested("", null),
        Optional.of(""),
        Optional.empty(),
        List.of(),
        List.of(),
        Set.of(),
        Map.of(),
        Map.of(),
        Map.of());
  }

  private static Everything small() {
    return new Everything(
        "",
        new UUID(0, 0),
        false,
        (byte) 0,
        (short) 0,
        0,
        0,
        0,
        0,
        '0',
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        BigDecimal.ZERO,
        BigInteger.ZERO,
        DayOfWeek.MONDAY,
        Instant.MIN,
        LocalDate.MIN,
        LocalTime.MAX,
        LocalDateTime.MAX,
        OffsetDateTime.parse("-0001-01-01T00:00Z"),
        ZonedDateTime.parse("2024-07-01T00:00-03:00"),
        Duration.ZERO,
        new Nested("", null),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of(List.of(), List.of()),
        Set.of(),
        Map.of(),
        Map.of(),
        Map.of());
  }
}
