package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.definition.Violation;
import java.lang.reflect.Constructor;
import java.math.BigDecimal;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sensitive values in the definitions of the {@code sensitive} corpus. */
class SensitiveTest {

  @TempDir Path directory;

  private URLClassLoader load() {
    return Compilation.in(directory)
        .sources(Golden.RESOURCES.resolve("good/sensitive"))
        .run()
        .clean()
        .load();
  }

  @SuppressWarnings("unchecked")
  private static JobDefinition<Object, Object> definition(ClassLoader loader, String type) {
    ModuleDefinition module =
        ServiceLoader.load(ModuleDefinition.class, loader).findFirst().orElseThrow();
    return (JobDefinition<Object, Object>) module.find(type).orElseThrow();
  }

  @Test
  void pathsLeadToSensitiveComponents() throws Exception {
    try (URLClassLoader loader = load()) {
      JobDefinition<?, ?> transfer = definition(loader, "transfer.send");

      assertThat(transfer.sensitivePayload().paths())
          .containsExactly(
              "/accountNumber",
              "/address",
              "/iban",
              "/notes",
              "/others/*/amount",
              "/parts/amount",
              "/payee~0old",
              "/pay~1ee",
              "/tree/branches",
              "/tree/leaf",
              "/way/number");
      assertThat(transfer.sensitiveResult().paths()).containsExactly("/token");
      assertThat(transfer.unique().orElseThrow().hasHashedKey()).isTrue();
      assertThat(definition(loader, "key.rotate").sensitivePayload().isNone()).isTrue();
      assertThat(definition(loader, "key.rotate").sensitiveResult().paths())
          .containsExactly("/secret");
    }
  }

  private static Object make(ClassLoader loader, String name, @Nullable Object... components)
      throws Exception {
    Constructor<?> constructor = loader.loadClass("sensitive." + name).getDeclaredConstructors()[0];
    return constructor.newInstance(components);
  }

  @Test
  void violationsDoNotTellTheKeysOfSensitiveMaps() throws Exception {
    try (URLClassLoader loader = load()) {
      Object transfer =
          make(
              loader,
              "TransferSend",
              UUID.randomUUID(),
              "iban",
              null,
              Map.of("secret", ""),
              make(loader, "TransferSend$Address", "", Map.of("secret", "")),
              List.of(make(loader, "TransferSend$Part", BigDecimal.ONE, null)),
              Map.of(),
              make(loader, "TransferSend$Cash", 1),
              null);

      assertThat(definition(loader, "transfer.send").validatePayload(transfer))
          .containsExactly(
              new Violation("notes", "must not be blank"),
              new Violation("address", "must not be blank"),
              new Violation("address", "must not be blank"),
              new Violation("parts[0].currency", "is required"));
    }
  }

  @Test
  void manyPathsAreCutToTheComponentsThatLeadThere() throws Exception {
    // Each record has two components of the next one: more than a million paths
    String records =
        IntStream.range(0, 20)
            .mapToObj(i -> "record R%d(R%d a, R%d b) {}\n".formatted(i, i + 1, i + 1))
            .collect(Collectors.joining());
    String source =
        """
        package shop;

        import dev.tenon.jobs.annotation.JobModule;
        import dev.tenon.jobs.annotation.JobType;
        import dev.tenon.jobs.annotation.Sensitive;

        @JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
        @JobType("shop.import")
        public record Import(R0 deep, String open) {
          %s
          record R20(@Sensitive String secret) {}
        }
        """;
    Compilation.Result result =
        Compilation.in(directory)
            .source("shop/Import.java", source.formatted(records))
            .run()
            .clean();

    assertThat(result.generated().get("shop/ImportJob.java"))
        .contains(".sensitivePayload(\"/deep\")");
  }
}
