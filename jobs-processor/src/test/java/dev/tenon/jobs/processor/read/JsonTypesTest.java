package dev.tenon.jobs.processor.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class JsonTypesTest {

  /** Another test checks with the compiler that the listed types work. */
  @Test
  void theGuideListsEachType() throws IOException {
    String guide = Files.readString(Path.of("../docs/payloads.md"));
    String table =
        guide.substring(guide.indexOf("\n| type | in JSON |"), guide.indexOf("\nKeys of maps"));

    assertThat(JsonTypes.names())
        .hasSizeGreaterThan(60)
        .allSatisfy(
            name ->
                assertThat(table).contains("`" + name.substring(name.lastIndexOf('.') + 1) + "`"));
  }
}
