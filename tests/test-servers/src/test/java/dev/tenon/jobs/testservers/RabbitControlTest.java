package dev.tenon.jobs.testservers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RabbitControlTest {

  @TempDir private Path folder;

  @Test
  void callsAgainIfTheFirstCallHangs() throws IOException {
    Path hasHung = folder.resolve("has-hung");
    RabbitControl control =
        control(
            """
            [ -e '%1$s' ] && echo "$@" && exit
            touch '%1$s'
            exec tail -f /dev/null
            """
                .formatted(hasHung));
    assertThat(control.run("list_queues", "name")).containsExactly("--quiet list_queues name");
    assertThat(hasHung).exists();
  }

  @Test
  void doesNotRepeatACallThatFails() throws IOException {
    Path calls = folder.resolve("calls");
    RabbitControl control = control("echo called | tee -a '%s'\nexit 3\n".formatted(calls));
    assertThatThrownBy(() -> control.run("status"))
        .isInstanceOf(TestServerException.class)
        .hasMessageMatching("Exit code 3 of .*/rabbitmqctl --quiet status: called");
    assertThat(calls).hasContent("called\n");
  }

  private RabbitControl control(String script) throws IOException {
    Path program = folder.resolve("rabbitmqctl");
    Files.writeString(program, "#!/bin/sh\n" + script, StandardCharsets.UTF_8);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    return new RabbitControl(List.of(program.toString()), Map.of(), Duration.ofSeconds(5));
  }
}
