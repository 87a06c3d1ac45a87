package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.InvalidPayloadException;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobTypeNotFoundException;
import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.PayloadTooLargeException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.UnreadablePayloadException;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.definition.UniqueRule;
import dev.tenon.jobs.definition.Violation;
import dev.tenon.jobs.operate.JobCatalog;
import dev.tenon.jobs.options.SizeLimits;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Job types that are found by name, and jobs whose payloads are given as JSON. */
class CatalogTest {

  private static final JobDefinition<Order, String> ORDER =
      TestCodecs.builder("catalog.order", Order.class, String.class)
          .version(3)
          .aliases("catalog.purchase")
          .payloadValidator(
              (order, violations) -> {
                if (order.name().isBlank()) {
                  violations.add("name", "must not be blank");
                }
                if (order.quantity() < 1) {
                  violations.add("quantity", "must be at least 1");
                }
              })
          .build();

  private static final JobDefinition<Order, Void> ONCE =
      TestCodecs.builder("catalog.once", Order.class, Void.class)
          .unique(UniqueRule.by("name", Order::name))
          .build();

  /** A module with schemas beside it. */
  private record Module() implements ModuleDefinition {
    @Override
    public String name() {
      return "CatalogTest";
    }

    @Override
    public List<JobDefinition<?, ?>> definitions() {
      return List.of(ORDER);
    }

    @Override
    public List<ModuleDefinition> includes() {
      return List.of(new ModuleWithoutSchemas());
    }

    @Override
    public Optional<JobDefinition<?, ?>> find(String type) {
      return ORDER.isNamed(type) ? Optional.of(ORDER) : Optional.empty();
    }
  }

  /** A module that is included, without schemas. */
  private record ModuleWithoutSchemas() implements ModuleDefinition {
    @Override
    public String name() {
      return "CatalogWithoutSchemas";
    }

    @Override
    public List<JobDefinition<?, ?>> definitions() {
      return List.of(ONCE);
    }

    @Override
    public List<ModuleDefinition> includes() {
      return List.of();
    }

    @Override
    public Optional<JobDefinition<?, ?>> find(String type) {
      return ONCE.isNamed(type) ? Optional.of(ONCE) : Optional.empty();
    }
  }

  private static Fixture fixture;
  private static JobsRuntime runtime;
  private static JobCatalog catalog;

  @BeforeAll
  static void start() {
    fixture = Fixture.withoutRabbit();
    runtime =
        fixture.start(
            fixture
                .builder()
                .modules(new Module())
                .sizeLimits(SizeLimits.defaults().withPayloadBytes(2_000)));
    catalog = runtime.catalog();
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  private static Submitted submit(String type, String payload) {
    return catalog.submit(type, payload, SubmitOptions.by("gateway"));
  }

  private static long jobs() {
    return runtime.jobs().count(JobQuery.all());
  }

  @Test
  void typesAreListedWithTheirModulesAndSchemas() {
    assertThat(catalog.entries())
        .extracting(entry -> entry.definition().type(), JobCatalog.Entry::module)
        .containsExactly(
            tuple("catalog.once", "CatalogWithoutSchemas"), tuple("catalog.order", "CatalogTest"));
    JobCatalog.Entry order = catalog.get("catalog.order");
    assertThat(order.payloadSchema())
        .contains(
            """
            {
              "$id": "urn:tenon:catalog.order.payload",
              "description": "An order with } and \\" in its text.",
              "type": "object",
              "properties": {
                "name": {
                  "type": "string"
                }
              }
            }""");
    assertThat(order.resultSchema()).contains("{\n  \"type\": \"string\"\n}");
    JobCatalog.Entry once = catalog.get("catalog.once");
    assertThat(once.payloadSchema()).isEmpty();
    assertThat(once.resultSchema()).isEmpty();
  }

  @Test
  void aTypeIsFoundByItsNameOrAnAlias() {
    assertThat(catalog.find("catalog.purchase"))
        .isEqualTo(catalog.find("catalog.order"))
        .isPresent();
    assertThat(catalog.find("catalog")).isEmpty();
  }

  @Test
  void aJobIsWhatTheJsonSays() {
    Submitted submitted =
        catalog.submit(
            "catalog.purchase",
            "{\"quantity\": 2.0, \"unknown\": [1, {}], \"name\": \"bolts\"}",
            SubmitOptions.defaults()
                .withItemId("order-7")
                .withPriority(JobPriority.HIGH)
                .withDelay(Duration.ofHours(1)),
            Actor.of("gateway"));

    assertThat(submitted.isNew()).isTrue();
    Job job = runtime.jobs().get(submitted.jobId());
    assertThat(job.type()).isEqualTo("catalog.order");
    assertThat(job.version()).isEqualTo(3);
    assertThat(job.submittedBy()).isEqualTo("gateway");
    assertThat(job.itemId()).contains("order-7");
    assertThat(job.priority()).isEqualTo(JobPriority.HIGH);
    assertThat(job.runAt()).isAfter(job.submittedAt().plusSeconds(3_000));
    assertThat(job.payload()).doesNotContain("unknown");
    assertThat(runtime.jobs().find(ORDER, job.id()).orElseThrow().payload())
        .isEqualTo(new Order("bolts", 2));
  }

  @Test
  void aTypeThatIsNotThereIsRefusedWithTheNearestName() {
    long before = jobs();

    assertThatThrownBy(() -> submit("catalog.ordre", "{}"))
        .isInstanceOf(JobTypeNotFoundException.class)
        .hasMessage(
            "No module of this process declares a job type 'catalog.ordre'. Put its module on the class path, or pass it to JobsRuntimeBuilder.modules(…). Did you mean"
                + " 'catalog.order'?");
    assertThatThrownBy(() -> submit("x".repeat(100_000), "{}"))
        .isInstanceOf(JobTypeNotFoundException.class)
        .message()
        .hasSizeLessThan(500)
        .endsWith("There are 'catalog.once', 'catalog.order'.");
    assertThat(jobs()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"name\": \"secret\",\\n \"quantity\": \"secret\"} | quantity | 2 | 14 | : at quantity, a whole number from -2147483648 to 2147483647 is expected",
        "{\"name\": 7, \"quantity\": 1} | name | 1 | 10 | : at name, a string is expected",
        "{\"quantity\": 99999999999} | quantity | 1 | 14 | : at quantity, a whole number from -2147483648 to 2147483647 is expected",
        "[] | `` | 1 | 1 | : an object is expected",
        "`` | `` | 1 | 1 | : an object is expected",
      })
  void jsonOfAnotherShapeIsRefusedWithItsPlace(
      String json, String path, int line, int column, String why) {
    long before = jobs();

    UnreadablePayloadException e =
        catchThrowableOfType(
            UnreadablePayloadException.class,
            () -> submit("catalog.order", json == null ? "" : json.replace("\\n", "\n")));

    assertThat(e)
        .hasMessage(
            "The payload of job type 'catalog.order' cannot be read as Order%s (line %d, column %d)."
                    .formatted(why, line, column)
                + " It must have the shape of version 3 of the type.");
    assertThat(e.path()).isEqualTo(path == null ? "" : path);
    assertThat(e.line()).isEqualTo(line);
    assertThat(e.column()).isEqualTo(column);
    assertThat(e.jobType()).contains("catalog.order");
    assertThat(jobs()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"name\": \"secret\",\\n\\n  secret} | 3",
        "{\"name\": \"secret | 1",
        "{\"name\": \"a\", \"quantity\": 1 | 1",
      })
  void whatIsNotJsonIsRefusedWithItsPlaceAndWithoutItsText(String json, int line) {
    assertThatThrownBy(() -> submit("catalog.order", json.replace("\\n", "\n")))
        .isInstanceOfSatisfying(
            UnreadablePayloadException.class, e -> assertThat(e.line()).isEqualTo(line))
        .hasMessageContaining("it is not well-formed JSON (line " + line + ", column ")
        .message()
        .doesNotContain("secret");
  }

  @Test
  void everyViolationIsReported() {
    long before = jobs();

    assertThatThrownBy(() -> submit("catalog.order", "{\"name\": \" \", \"quantity\": 0}"))
        .isInstanceOfSatisfying(
            InvalidPayloadException.class,
            e ->
                assertThat(e.violations())
                    .containsExactly(
                        new Violation("name", "must not be blank"),
                        new Violation("quantity", "must be at least 1")));
    assertThat(jobs()).isEqualTo(before);
  }

  @Test
  void aDuplicateIsTheJobThatIsThere() {
    Submitted first = submit("catalog.once", "{\"name\": \"a\", \"quantity\": 1}");
    Submitted second = submit("catalog.once", "{\"name\": \"a\", \"quantity\": 2}");

    assertThat(first.isNew()).isTrue();
    assertThat(second).isEqualTo(new Submitted(first.jobId(), false));
  }

  @Test
  void aPayloadThatIsTooLargeOrCannotBeStoredIsRefused() {
    String large = "x".repeat(3_000);
    assertThatThrownBy(
            () -> submit("catalog.order", "{\"name\": \"" + large + "\", \"quantity\": 1}"))
        .isInstanceOf(PayloadTooLargeException.class);
    assertThatThrownBy(() -> submit("catalog.order", "{\"name\": \"\\ud800\", \"quantity\": 1}"))
        .isInstanceOf(JobsException.class)
        .hasMessageContaining("a surrogate without its partner");
  }
}
