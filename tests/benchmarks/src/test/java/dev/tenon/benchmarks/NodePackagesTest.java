package dev.tenon.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class NodePackagesTest {

  private static final NodePackages OWN = NodePackages.OWN;

  @TempDir private Path folder;

  @Test
  void everyVersionIsExactAndInTheLockFile() throws Exception {
    String lock = Files.readString(OWN.folder().resolve("package-lock.json"));

    assertThat(OWN.versions()).containsKeys("graphile-worker", "pg-boss", "Node.js");
    OWN.versions()
        .forEach(
            (name, version) -> {
              if (!name.equals("Node.js")) {
                assertThat(version).matches("\\d+\\.\\d+\\.\\d+");
                assertThat(lock)
                    .containsPattern(
                        "\"node_modules/%s\": \\{\\s*\"version\": \"%s\""
                            .formatted(name, version.replace(".", "\\.")));
              }
            });
  }

  @Test
  void theVersionsOfGraphileWorkerAndPgBossAreThoseThatTheDocsName() throws Exception {
    assertThat(OWN.versions().get("graphile-worker")).startsWith("0.17.");
    assertThat(OWN.versions().get("pg-boss")).startsWith("10.");
  }

  @Test
  void aMissingProgramIsNamedWithTheWayOut() throws Exception {
    assertThat(new NodePackages(folder, "no-such-node", "npm").missing().orElseThrow())
        .contains("no-such-node", "Node.js 20 or newer", "apt-get install nodejs npm", "--systems");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void anOldNodeIsRefusedWithItsVersion() throws Exception {
    String node = program("node", "echo v18.19.0");

    assertThat(new NodePackages(folder, node, node).missing().orElseThrow())
        .contains("is version v18.19.0", "Node.js 20 or newer");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void npmMayNotBeMissingEither() throws Exception {
    String node = program("node", "echo v22.1.0");

    assertThat(new NodePackages(folder, node, "no-such-npm").missing().orElseThrow())
        .contains("no-such-npm");
    assertThat(new NodePackages(folder, node, program("npm", "echo 10.0.0")).missing()).isEmpty();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void packagesAreFetchedOnceForEachLockFile() throws Exception {
    String npm = program("npm", "mkdir -p node_modules && echo \"$@\" >> calls");
    NodePackages packages = new NodePackages(folder, "node", npm);
    Path lock = folder.resolve("package-lock.json");

    Files.writeString(lock, "one");
    packages.fetch();
    packages.fetch();
    Files.writeString(lock, "two");
    packages.fetch();

    assertThat(Files.readAllLines(folder.resolve("calls")))
        .hasSize(2)
        .allMatch(call -> call.startsWith("ci --ignore-scripts"));
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aFailureToFetchSaysWhatNpmSaid() throws Exception {
    String npm = program("npm", "echo cannot reach anything; exit 3");
    Files.writeString(folder.resolve("package-lock.json"), "{}");

    assertThatThrownBy(() -> new NodePackages(folder, "node", npm).fetch())
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("npm ci", "exit code 3", "cannot reach anything");
  }

  private String program(String name, String commands) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + commands + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file.toString();
  }
}
