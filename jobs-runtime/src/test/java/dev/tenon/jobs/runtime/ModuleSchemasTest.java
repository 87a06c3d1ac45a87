package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.definition.ModuleDefinition;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the schemas of a module are found. */
class ModuleSchemasTest {

  @Test
  void modulesOfOneNameInTwoJarsHaveTheSchemasOfBoth(@TempDir Path folder) throws IOException {
    URL shop = written(folder.resolve("shop"), "shop.order.payload");
    URL mail = written(folder.resolve("mail"), "mail.send.payload");

    try (URLClassLoader loader = new URLClassLoader(new URL[] {shop, mail})) {
      assertThat(ModuleSchemas.read(module(loader)))
          .containsOnlyKeys("shop.order.payload", "mail.send.payload");
    }
  }

  private static URL written(Path jar, String schema) throws IOException {
    Path file = jar.resolve("META-INF/tenon/Jobs.schemas.json");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "{\"$defs\": {\"%s\": {\"type\": \"object\"}}}".formatted(schema));
    return jar.toUri().toURL();
  }

  /** A module whose class is one of this class loader's. */
  private static ModuleDefinition module(ClassLoader loader) {
    return (ModuleDefinition)
        Proxy.newProxyInstance(
            loader, new Class<?>[] {ModuleDefinition.class}, (proxy, method, arguments) -> "Jobs");
  }
}
