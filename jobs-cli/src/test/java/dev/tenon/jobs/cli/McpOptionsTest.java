package dev.tenon.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code tenon mcp} says about wrong options, before it connects to a database. */
class McpOptionsTest {

  private static String refused(String... arguments) {
    return Command.run(Map.of(), arguments).exitsWith(2).err();
  }

  @Test
  void theNameIsRequired() {
    assertThat(refused("mcp")).contains("--as=NAME");
    assertThat(refused("mcp", "--as= ")).contains("--as is ' '; it must be a name");
    assertThat(refused("mcp", "--as=" + "x".repeat(101))).contains("up to 100 characters");
  }

  @Test
  void rightsAreChecked() {
    assertThat(refused("mcp", "--as=robot", "--allow=administer"))
        .contains("--allow is 'administer'; it must be none, read or act");
    assertThat(refused("mcp", "--as=robot", "--allow=mail.send=write"))
        .contains("--allow is 'mail.send=write'", "such as mail.send=act");
  }

  @Test
  void optionsOfHttpNeedHttp(@TempDir Path folder) throws Exception {
    assertThat(refused("mcp", "--as=robot", "--address=0.0.0.0"))
        .contains("--address and --token-file work only with --http");
    assertThat(refused("mcp", "--as=robot", "--http=70000")).contains("The port is 70000");
    Path token = Files.writeString(folder.resolve("token"), "secret");
    assertThat(refused("mcp", "--as=robot", "--http=0", "--token-file=" + token))
        .contains("has 6 characters; it must have at least 32")
        .doesNotContain("secret");
    assertThat(
            refused("mcp", "--as=robot", "--http=0", "--token-file=" + folder.resolve("missing")))
        .contains("Cannot read the token in");
    assertThat(
            Command.run(Map.of("TENON_MCP_TOKEN", "short"), "mcp", "--as=robot", "--http=0")
                .exitsWith(2)
                .err())
        .contains("The token in TENON_MCP_TOKEN has 5 characters");
  }
}
