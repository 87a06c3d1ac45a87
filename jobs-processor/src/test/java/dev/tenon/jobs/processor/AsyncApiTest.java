package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.internal.broker.Topology;
import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.options.RabbitMqOptions;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The AsyncAPI document of a module is valid, and matches the runtime's behavior. */
class AsyncApiTest {

  private static final JsonSchemas SPECIFICATION =
      JsonSchemas.of(Golden.RESOURCES.resolve("asyncapi/used-of-3.0.0.json"));

  @TempDir Path directory;

  private Compilation.Result compile(String routingKey) {
    return Compilation.in(directory)
        .source(
            "shop/Shop.java",
            """
            package shop;

            import dev.tenon.jobs.annotation.JobModule;
            import dev.tenon.jobs.annotation.JobPriority;
            import dev.tenon.jobs.annotation.JobType;

            @JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
            interface Shop {
              @JobType(value = "shop.import", routingKey = "%1$s", result = Integer.class,
                  priority = JobPriority.CRITICAL)
              record Import(String file) {}

              @JobType(value = "shop.export", routingKey = "%1$s")
              record Export(String file) {}

              @JobType("shop.clean-up")
              record CleanUp() {}
            }
            """
                .formatted(routingKey))
        .run()
        .clean();
  }

  private static JsonNode document(Compilation.Result result) throws Exception {
    return JsonSchemas.JSON.readTree(
        Files.readString(result.classes().resolve("META-INF/tenon/ShopJobs.asyncapi.json")));
  }

  @Test
  void isWhatTheSpecificationAsksFor() throws Exception {
    JsonNode document = document(compile("shop.files"));

    assertThat(SPECIFICATION.errors(document, true)).isEmpty();
    ((ObjectNode) document.at("/operations/sendShopImport")).put("action", "publish");
    ((ObjectNode) document.at("/channels/queue.shop.files/bindings/amqp")).remove("queue");
    ((ObjectNode) document.at("/components/messages/shop.import")).put("payloads", "none");
    assertThat(SPECIFICATION.errors(document, true)).hasSizeGreaterThanOrEqualTo(3);
  }

  @Test
  void everyReferenceLeadsSomewhere() throws Exception {
    Compilation.Result result = compile("odd/key~with %25 and ä");
    JsonNode document = document(result);
    Path folder = result.classes().resolve("META-INF/tenon");
    List<String> references = new ArrayList<>();
    document.findValuesAsString("$ref", references);

    assertThat(SPECIFICATION.errors(document, true)).isEmpty();
    assertThat(references).hasSizeGreaterThan(20);
    int files = 0;
    for (String reference : references) {
      URI uri = URI.create(reference);
      if (uri.getPath().isEmpty()) {
        assertThat(document.at(uri.getFragment()).isMissingNode()).as(reference).isFalse();
      } else {
        assertThat(folder.resolve(uri.getPath())).exists();
        files++;
      }
    }
    assertThat(files).isEqualTo(4);
  }

  @Test
  void typesShareTheChannelsOfTheirRoutingKey() throws Exception {
    JsonNode document = document(compile("shop.files"));

    assertThat(document.path("channels").propertyNames())
        .containsExactly(
            "exchange.jobs.shop.clean-up",
            "exchange.shop.files",
            "queue.jobs.shop.ShopJobs",
            "queue.shop.files",
            "cancel",
            "deadLetter");
    assertThat(document.at("/channels/queue.shop.files/messages").propertyNames())
        .containsExactly("shop.export", "shop.import");
    assertThat(document.path("operations").propertyNames())
        .containsExactly(
            "sendShopCleanUp",
            "receiveShopCleanUp",
            "sendShopExport",
            "receiveShopExport",
            "sendShopImport",
            "receiveShopImport",
            "sendCancel",
            "receiveCancel");
  }

  @Test
  void typesWithoutAQueueOfTheirOwnShareThatOfTheModule() throws Exception {
    JsonNode document =
        document(
            Compilation.in(directory)
                .source(
                    "shop/Shop.java",
                    """
                    package shop;

                    import dev.tenon.jobs.annotation.JobModule;
                    import dev.tenon.jobs.annotation.JobType;

                    @JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
                    interface Shop {
                      @JobType("shop.import")
                      record Import(String file) {}

                      @JobType("shop.clean-up")
                      record CleanUp() {}

                      @JobType(value = "shop.thumbnail", external = true)
                      record Thumbnail(String file) {}

                      @JobType(value = "shop.bulk-export", routingKey = "jobs.shop.export")
                      record BulkExport(String file) {}

                      @JobType("shop.export")
                      record Export(String file) {}
                    }
                    """)
                .run()
                .clean());

    assertThat(SPECIFICATION.errors(document, true)).isEmpty();
    assertThat(document.path("channels").propertyNames())
        .containsExactly(
            "exchange.jobs.shop.clean-up",
            "exchange.jobs.shop.export",
            "exchange.jobs.shop.import",
            "exchange.jobs.shop.thumbnail",
            "queue.jobs.shop.ShopJobs",
            "queue.jobs.shop.export",
            "queue.jobs.shop.thumbnail",
            "cancel",
            "deadLetter");
    assertThat(document.at("/channels/queue.jobs.shop.ShopJobs/messages").propertyNames())
        .containsExactly("shop.clean-up", "shop.import");
    assertThat(document.at("/channels/queue.jobs.shop.ShopJobs/address").asString())
        .isEqualTo("jobs.shop.ShopJobs");
    assertThat(document.at("/channels/queue.jobs.shop.export/messages").propertyNames())
        .containsExactly("shop.bulk-export", "shop.export");
    assertThat(document.at("/channels/exchange.jobs.shop.import/description").asString())
        .contains("declare the queue jobs.shop.ShopJobs,");
    assertThat(document.at("/channels/exchange.jobs.shop.export/description").asString())
        .contains("declare the queue jobs.shop.export,");
    assertThat(document.at("/operations/receiveShopImport/channel/$ref").asString())
        .isEqualTo("#/channels/queue.jobs.shop.ShopJobs");
    assertThat(document.at("/operations/receiveShopImport/messages/0/$ref").asString())
        .isEqualTo("#/channels/queue.jobs.shop.ShopJobs/messages/shop.import");
    assertThat(document.at("/operations/sendShopImport/channel/$ref").asString())
        .isEqualTo("#/channels/exchange.jobs.shop.import");
    assertThat(document.at("/operations/receiveShopExport/channel/$ref").asString())
        .isEqualTo("#/channels/queue.jobs.shop.export");
    assertThat(document.at("/operations/receiveShopThumbnail/channel/$ref").asString())
        .isEqualTo("#/channels/queue.jobs.shop.thumbnail");
  }

  @Test
  void namesAreThoseOfTheRuntime() throws Exception {
    Compilation.Result result = compile("shop.files");
    JsonNode channels = document(result).path("channels");
    Topology topology = new Topology(RabbitMqOptions.of("amqp://localhost"));

    assertThat(channels.at("/exchange.shop.files/bindings/amqp/exchange/name").asString())
        .isEqualTo(topology.exchange());
    assertThat(channels.at("/queue.shop.files/bindings/amqp/queue/name").asString())
        .isEqualTo(topology.queue("shop.files"));
    try (URLClassLoader loader = result.load()) {
      ModuleDefinition module =
          (ModuleDefinition) loader.loadClass("shop.ShopJobsModule").getConstructor().newInstance();
      assertThat(channels.at("/queue.jobs.shop.ShopJobs/bindings/amqp/queue/name").asString())
          .isEqualTo(module.queue());
      assertThat(module.find("shop.clean-up").orElseThrow().hasOwnQueue()).isFalse();
      assertThat(module.find("shop.import").orElseThrow().hasOwnQueue()).isTrue();
    }
    assertThat(channels.at("/cancel/bindings/amqp/exchange/name").asString())
        .isEqualTo(topology.controlExchange());
    assertThat(channels.at("/deadLetter/bindings/amqp/queue/name").asString())
        .isEqualTo(topology.deadLetters());
  }

  /** Components have the names of their JSON properties. */
  @Test
  void flowControlIsInExtensions() throws Exception {
    Compilation.Result result =
        Compilation.in(directory)
            .source(
                "shop/Import.java",
                """
                package shop;

                import com.fasterxml.jackson.annotation.JsonProperty;
                import dev.tenon.jobs.annotation.JobModule;
                import dev.tenon.jobs.annotation.JobType;
                import dev.tenon.jobs.annotation.Limit;
                import dev.tenon.jobs.annotation.Schedule;
                import dev.tenon.jobs.annotation.Ordered;
                import dev.tenon.jobs.annotation.Unique;

                @JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
                @JobType(value = "shop.import", maxConcurrent = 5,
                    limits = @Limit(by = "tenant", maxConcurrent = 2),
                    unique = @Unique(value = {"file", "tenant"}, period = "90m"),
                    ordered = @Ordered(by = "file"),
                    schedules = {
                      @Schedule(name = "nightly", cron = "30 3 * * *", zone = "Europe/Berlin"),
                      @Schedule(name = "steady", fixedDelay = "2h")
                    })
                record Import(String file, @JsonProperty("tenant_id") String tenant) {
                  Import() {
                    this("prices.csv", "all");
                  }
                }
                """)
            .run()
            .clean();
    JsonNode document = document(result);
    JsonNode message = document.at("/components/messages/shop.import");

    assertThat(SPECIFICATION.errors(document, true)).isEmpty();
    assertThat(message.path("x-job-limits"))
        .isEqualTo(
            json("{'maxConcurrent': 5, 'byKey': [{'by': 'tenant_id', 'maxConcurrent': 2}]}"));
    assertThat(message.path("x-job-unique"))
        .isEqualTo(
            json(
                "{'by': ['file', 'tenant_id'], 'scope': 'until_ended', 'period': 'PT1H30M',"
                    + " 'onDuplicate': 'keep'}"));
    assertThat(message.path("x-job-order")).isEqualTo(json("{'by': 'file', 'retries': 'hold'}"));
    assertThat(message.path("x-job-schedules"))
        .isEqualTo(
            json(
                "[{'name': 'nightly', 'cron': '30 3 * * *', 'zone': 'Europe/Berlin', 'overlap':"
                    + " 'skip', 'catchUp': 'PT1H'}, {'name': 'steady', 'fixedDelay': 'PT2H'}]"));
    assertThat(document(compile("shop.files")).toString())
        .doesNotContain("x-job-limits", "x-job-unique", "x-job-schedules");
  }

  private static JsonNode json(String text) {
    return JsonSchemas.JSON.readTree(text.replace('\'', '"'));
  }

  private static Object pointers(int count) throws Exception {
    List<JobPointer> pointers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pointers.add(
          new JobPointer(
              UUID.randomUUID(), "shop.import", "shop.files", JobPriority.CRITICAL, 0, false));
    }
    Constructor<?> constructor =
        Class.forName("dev.tenon.jobs.internal.broker.MessagePointers")
            .getDeclaredConstructor(List.class);
    constructor.setAccessible(true);
    return constructor.newInstance(pointers);
  }

  /** The runtime's internal class, whose messages must match the document. */
  @Test
  void messagesAreThoseOfTheRuntime() throws Exception {
    JsonNode document = document(compile("shop.files"));
    Object pointers = pointers(1);
    Class<?> message = Class.forName("dev.tenon.jobs.internal.broker.PointerMessage");
    Method body = message.getDeclaredMethod("body", pointers.getClass());
    body.setAccessible(true);
    JsonNode json =
        JsonSchemas.JSON.readTree(
            new String((byte[]) body.invoke(null, pointers), StandardCharsets.UTF_8));
    JsonNode several =
        JsonSchemas.JSON.readTree(
            new String((byte[]) body.invoke(null, pointers(2)), StandardCharsets.UTF_8));
    ObjectNode schema = (ObjectNode) document.at("/components/messages/shop.import/payload");
    schema.set("components", document.path("components"));

    assertThat(JsonSchemas.of(schema).errors(json, true)).isEmpty();
    assertThat(json.propertyNames()).containsExactlyInAnyOrder("jobId", "type");
    assertThat(JsonSchemas.of(schema).errors(several, true)).isEmpty();
    assertThat(several.propertyNames()).containsExactlyInAnyOrder("jobIds", "type");
    ((ObjectNode) json).put("type", "shop.export");
    assertThat(JsonSchemas.of(schema).errors(json, true)).isNotEmpty();

    Method properties =
        message.getDeclaredMethod("properties", pointers.getClass(), int.class, UUID.class);
    properties.setAccessible(true);
    UUID installation = UUID.randomUUID();
    Object sent = properties.invoke(null, pointers, JobPriority.CRITICAL.level(), installation);
    JsonNode operation = document.at("/operations/sendShopImport/bindings/amqp");
    assertThat(get(sent, "getPriority")).isEqualTo(operation.path("priority").intValue());
    assertThat(get(sent, "getDeliveryMode")).isEqualTo(operation.path("deliveryMode").intValue());
    assertThat(get(sent, "getContentType"))
        .isEqualTo(document.at("/components/messages/shop.import/contentType").asString());
    assertThat(get(sent, "getType"))
        .isEqualTo(
            document.at("/components/messages/shop.import/bindings/amqp/messageType").asString());
    Map<?, ?> headers = (Map<?, ?>) get(sent, "getHeaders");
    assertThat(headers).isEqualTo(Map.of("tenon-installation", installation.toString()));
    assertThat(document.at("/components/messages/shop.import/headers/$ref").asString())
        .isEqualTo("#/components/schemas/headers");
    JsonNode described = document.at("/components/schemas/headers");
    assertThat(described.path("properties").propertyNames())
        .containsExactlyInAnyOrderElementsOf(
            headers.keySet().stream().map(String::valueOf).toList());
    JsonNode values = JsonSchemas.JSON.valueToTree(headers);
    assertThat(JsonSchemas.of(described).errors(values, true)).isEmpty();
  }

  private static Object get(Object properties, String getter) throws Exception {
    return properties.getClass().getMethod(getter).invoke(properties);
  }
}
