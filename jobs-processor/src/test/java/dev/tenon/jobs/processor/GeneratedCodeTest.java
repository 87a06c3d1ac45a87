package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.definition.RetryPolicy;
import java.lang.reflect.Constructor;
import java.lang.reflect.Proxy;
import java.net.URLClassLoader;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the code that is generated for the {@code widgets} and {@code shapes} of the corpus. */
class GeneratedCodeTest {

  private static URLClassLoader widgets;
  private static URLClassLoader shapes;

  @BeforeAll
  static void compile(@TempDir java.nio.file.Path directory) {
    widgets = load("widgets", directory);
    shapes = load("shapes", directory);
  }

  private static URLClassLoader load(String name, java.nio.file.Path directory) {
    return Compilation.in(directory)
        .sources(Golden.RESOURCES.resolve("good").resolve(name))
        .run()
        .clean()
        .load();
  }

  @AfterAll
  static void close() throws Exception {
    widgets.close();
    shapes.close();
  }

  @Test
  void definitionsHoldWhatIsDeclared() {
    JobDefinition<?, ?> definition = module(widgets).find("widget.process.batch").orElseThrow();

    assertThat(definition.type()).isEqualTo("widget.process.batch");
    assertThat(definition.label()).isEqualTo("Widget batch processing");
    assertThat(definition.routingKey()).isEqualTo("jobs.widget.process.batch");
    assertThat(definition.hasOwnQueue()).isFalse();
    assertThat(definition.timeout()).isEqualTo(Duration.ofMinutes(5));
    assertThat(definition.retryPolicy())
        .isEqualTo(
            RetryPolicy.of(
                4, Duration.ofSeconds(30), Duration.ofMinutes(1), Duration.ofMinutes(2)));
    assertThat(definition.priority()).isEqualTo(JobPriority.HIGH);
    assertThat(definition.payloadType().getName()).isEqualTo("widgets.WidgetBatch");
    assertThat(definition.resultType().getName()).isEqualTo("widgets.WidgetReport");
  }

  @Test
  void modulesAreFoundAndFindTheirTypes() {
    ModuleDefinition module = module(widgets);

    assertThat(module.name()).isEqualTo("WidgetJobs");
    assertThat(module.queue()).isEqualTo("jobs.widgets.WidgetJobs");
    assertThat(module.definitions())
        .extracting(JobDefinition::type)
        .containsExactly("widget.process.batch", "widget.purge");
    assertThat(module.find("widget.purge")).contains(module.definitions().get(1));
    assertThat(module.find("widget.unknown")).isEmpty();
    assertThat(module.includes()).isEmpty();
  }

  @SuppressWarnings("unchecked")
  private static TypedJobs<Object, Object> purges(Object jobs) throws ReflectiveOperationException {
    return (TypedJobs<Object, Object>) jobs.getClass().getMethod("purgeWidgets").invoke(jobs);
  }

  @Test
  void typedJobsCallTheService() throws Exception {
    List<Object> calls = new ArrayList<>();
    JobService service = service(calls);
    Class<?> api = widgets.loadClass("widgets.WidgetJobs");
    Object jobs = api.getConstructor(JobService.class).newInstance(service);
    Class<?> purge = widgets.loadClass("widgets.PurgeWidgets");
    Object payload = purge.getConstructor(int.class).newInstance(7);
    JobDefinition<?, ?> definition = module(widgets).find("widget.purge").orElseThrow();

    SubmitOptions byMe = SubmitOptions.by("me");
    purges(jobs).submit(payload, byMe);
    Object inTransaction = api.getMethod("in", Connection.class).invoke(jobs, new Object[] {null});
    purges(inTransaction).submitAll(List.of(payload), byMe);
    UUID id = new UUID(0, 1);
    Optional<?> unused = purges(inTransaction).find(id);

    assertThat(calls)
        .containsExactly(
            List.of("submit", definition, payload, byMe),
            Arrays.asList("in", null),
            List.of("submitAll", definition, List.of(payload), byMe),
            List.of("find", definition, id));
  }

  /** A service that records its calls, and returns itself for a transaction. */
  private static JobService service(List<Object> calls) {
    return (JobService)
        Proxy.newProxyInstance(
            JobService.class.getClassLoader(),
            new Class<?>[] {JobService.class},
            (proxy, method, arguments) -> {
              List<Object> call = new ArrayList<>(List.of(method.getName()));
              call.addAll(Arrays.asList(arguments));
              calls.add(call);
              return switch (method.getName()) {
                case "in" -> proxy;
                case "submit" -> new Submitted(new UUID(0, 0), true);
                case "find" -> Optional.empty();
                default -> List.of();
              };
            });
  }

  @Test
  void handlersAreBoundToTheirTypes() throws Exception {
    Constructor<?> constructor =
        widgets.loadClass("widgets.WidgetJobsHandlers").getConstructors()[0];
    assertThat(constructor.getParameterTypes())
        .extracting(Class::getSimpleName)
        .containsExactly("WidgetBatchHandler", "PurgeWidgetsHandler");
    Object batch =
        constructor.getParameterTypes()[0].getConstructors()[0].newInstance((Object) null);
    Object purge = constructor.getParameterTypes()[1].getConstructor().newInstance();

    JobHandlers handlers = (JobHandlers) constructor.newInstance(batch, purge);

    assertThat(handlers.module().name()).isEqualTo("WidgetJobs");
    assertThat(handlers.bindings())
        .extracting(b -> b.definition().type())
        .containsExactly("widget.process.batch", "widget.purge");
    assertThat(handlers.bindings())
        .extracting(JobBinding::handler)
        .map(Object.class::cast)
        .containsExactly(batch, purge);
  }

  @Test
  void everyViolationIsFoundInOneCheckWithItsPath() throws Exception {
    Object options = make(widgets, "widgets.WidgetBatch$Options", 0, "x");
    Object good = make(widgets, "widgets.WidgetBatch$Item", "ABC-1", 1);
    Object bad = make(widgets, "widgets.WidgetBatch$Item", "abc", 0);
    Object batch =
        make(
            widgets,
            "widgets.WidgetBatch",
            null,
            " ".repeat(93),
            options,
            Arrays.asList(good, bad, null));

    assertThat(violations(widgets, "widget.process.batch", batch))
        .containsExactly(
            "widgetId is required",
            "name must not be blank",
            "name must have at most 80 characters, but has 93",
            "options.priority must be at least 1",
            "options.note must have at least 2 characters, but has 1",
            "items[1].sku must match \"[A-Z]{3}-\\d+\"",
            "items[1].count must be positive",
            "items[2] is required");
  }

  @Test
  void violationsNameComponentsAsJsonDoes(@TempDir java.nio.file.Path directory) throws Exception {
    String source =
        """
        package shop;

        import com.fasterxml.jackson.annotation.JsonProperty;
        import dev.tenon.jobs.annotation.JobModule;
        import dev.tenon.jobs.annotation.JobType;
        import jakarta.validation.Valid;
        import jakarta.validation.constraints.NotBlank;
        import java.util.List;

        @JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
        @JobType("shop.import")
        public record Import(
            @JsonProperty("shop_name") @NotBlank String shop,
            @JsonProperty("the.lines") List<@Valid Line> lines) {

          public record Line(@JsonProperty("sku") @NotBlank String article, String text) {}
        }
        """;
    try (URLClassLoader loader =
        Compilation.in(directory).source("shop/Import.java", source).run().clean().load()) {
      Object line = make(loader, "shop.Import$Line", " ", null);

      assertThat(violations(loader, "shop.import", make(loader, "shop.Import", " ", List.of(line))))
          .containsExactly(
              "shop_name must not be blank",
              "the.lines[0].sku must not be blank",
              "the.lines[0].text is required");
    }
  }

  @Test
  void aValidPayloadHasNoViolation() throws Exception {
    Object item = make(widgets, "widgets.WidgetBatch$Item", "ABC-1", 1);
    Object batch =
        make(widgets, "widgets.WidgetBatch", UUID.randomUUID(), "a", null, List.of(item));

    assertThat(violations(widgets, "widget.process.batch", batch)).isEmpty();
  }

  @Test
  void resultsAreValidatedToo() throws Exception {
    Object report = make(widgets, "widgets.WidgetReport", null, 1);
    JobDefinition<?, ?> definition = module(widgets).find("widget.process.batch").orElseThrow();

    assertThat(validateResult(definition, report))
        .extracting(Object::toString)
        .containsExactly("summary is required");
  }

  @Test
  void containersOptionalsAndNestedRecordsAreFollowed() throws Exception {
    Object leaf = make(shapes, "shapes.Everything$Tree", " ", List.of());
    Object tree = make(shapes, "shapes.Everything$Tree", "root", List.of(leaf));
    Object plain = make(shapes, "shapes.Everything$Plain", null, null);
    Object page = make(shapes, "shapes.Everything$Page", List.of(plain), 1);
    Map<String, Object> prices = new HashMap<>();
    prices.put("EUR", java.math.BigDecimal.ZERO);
    Object forest =
        java.lang.reflect.Array.newInstance(shapes.loadClass("shapes.Everything$Tree"), 1);
    java.lang.reflect.Array.set(forest, 0, leaf);
    Object payload =
        make(
            shapes,
            "shapes.Everything",
            "text",
            "somebody@example.org",
            -6L,
            5_000_000_001L,
            Double.NaN,
            new java.math.BigDecimal("0.99"),
            java.math.BigInteger.valueOf(11),
            new int[4],
            Optional.of("0123456789"),
            OptionalInt.of(-1),
            Arrays.asList("a", "", null),
            Set.of("a"),
            List.of(List.of(1, 0)),
            prices,
            Map.of("t", tree),
            forest,
            plain,
            page);

    assertThat(violations(shapes, "shape.check-everything", payload))
        .containsExactly(
            "email must be an e-mail address",
            "offset must be at least -5",
            "big must be at most 5000000000",
            "ratio must be positive",
            "price must be at least 1",
            "count must be at most 10",
            "codes must have 1 to 3 entries, but has 4",
            "note must have at most 9 characters, but has 10",
            "limit must be zero or positive",
            "names[1] must not be blank",
            "names[2] is required",
            "matrix[0][1] must be positive",
            "prices[EUR] must be positive",
            "trees[t].children[0].name must not be blank",
            // The forest has no @Valid, so only its required values are checked
            "plain.name is required",
            "page.entries[0].name is required");
  }

  private static ModuleDefinition module(ClassLoader loader) {
    return ServiceLoader.load(ModuleDefinition.class, loader).findFirst().orElseThrow();
  }

  private static Object make(ClassLoader loader, String name, Object... arguments)
      throws Exception {
    Constructor<?> constructor = loader.loadClass(name).getDeclaredConstructors()[0];
    return constructor.newInstance(arguments);
  }

  private static List<String> violations(ClassLoader loader, String type, Object payload) {
    return validatePayload(module(loader).find(type).orElseThrow(), payload).stream()
        .map(Object::toString)
        .toList();
  }

  private static <P, R> List<?> validatePayload(JobDefinition<P, R> definition, Object payload) {
    return definition.validatePayload(definition.payloadType().cast(payload));
  }

  private static <P, R> List<?> validateResult(JobDefinition<P, R> definition, Object result) {
    return definition.validateResult(definition.resultType().cast(result));
  }
}
