package dev.tenon.jobs.processor;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sources that must compile without a message, and the exact code that is generated for them. */
class GoodCorpusTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "widgets",
        "shapes",
        "unions",
        "values",
        "elsewhere",
        "versions",
        "own",
        "flow",
        "workflows",
        "sensitive",
        "signals",
        "steps",
        "emits"
      })
  void compilesAndGenerates(String name, @TempDir Path directory) {
    Compilation.Result result =
        Compilation.in(directory)
            .sources(Golden.RESOURCES.resolve("good").resolve(name))
            .options("-Werror")
            .run()
            .clean();
    Map<String, String> outputs = new TreeMap<>(result.generated());
    Compilation.files(result.classes().resolve("META-INF"))
        .forEach((path, text) -> outputs.put("META-INF/" + path, text));
    Path expected = Golden.RESOURCES.resolve("expected").resolve(name);
    outputs.forEach((path, text) -> Golden.check(expected.resolve(path + ".txt"), text));
    Golden.check(expected.resolve("outputs.txt"), String.join("\n", outputs.keySet()) + "\n");
  }
}
