package dev.tenon.examples.plm.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.examples.plm.application.PlmCommand;
import dev.tenon.examples.plm.worker.WorkerMain;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The containers are what {@code ./dev plm} starts: services, variables, classes. */
class ComposeTest {

  private static final Path EXAMPLE = TestStage.root().resolve("examples/plm");
  private static final Pattern SERVICE =
      Pattern.compile("(?m)^  ([a-z-]+):\\n((?:(?:    .*)?\\n)+)");
  private static final Pattern VARIABLE = Pattern.compile("(?m)^      ([A-Z_]+):");
  private static final Pattern IMAGE = Pattern.compile("(?m)^(?:    image:|FROM) (\\S+)");
  private static final Servers SERVERS = new Servers("jdbc:postgresql://h/d", "", "", "", "", "", "");

  private final Map<String, String> services = new TreeMap<>();
  private String compose = "";

  @BeforeEach
  void read() throws IOException {
    compose = Files.readString(EXAMPLE.resolve("compose.yaml"));
    String text = compose.substring(compose.indexOf("\nservices:\n"), compose.indexOf("\nconfigs:\n"));
    SERVICE
        .matcher(text.substring("\nservices:\n".length()))
        .results()
        .forEach(service -> services.put(service.group(1), service.group(2)));
  }

  @Test
  void theServicesAreThoseOfTheStage() {
    assertThat(services.keySet())
        .containsExactlyInAnyOrder(
            "postgres", "rabbitmq", "mail", "zoo", "migrate", "worker", "worker-python", "application");
    assertThat(services.get("worker")).contains("replicas: 2");
  }

  @Test
  void theVariablesAreThoseThatTheProcessesRead() {
    Set<String> java =
        Stage.javaEnvironment(SERVERS, 25, URI.create("http://h"), Path.of("files")).keySet();
    Set<String> ofServers = variables("migrate");
    Set<String> ofWorker = new TreeSet<>(ofServers);
    ofWorker.addAll(variables("worker"));

    assertThat(ofServers).isEqualTo(SERVERS.environment().keySet());
    assertThat(services.get("worker")).contains("<<: *servers");
    assertThat(ofWorker).isEqualTo(java);
    assertThat(variables("worker-python"))
        .isEqualTo(Stage.pythonEnvironment(SERVERS, Path.of("s"), Path.of("f")).keySet());
  }

  @Test
  void theClassesAreThere() {
    assertThat(services.get("zoo")).contains("[" + ZooMain.class.getName() + "]");
    assertThat(services.get("worker")).contains("[" + WorkerMain.class.getName() + "]");
    assertThat(services.get("migrate")).contains("[" + PlmCommand.class.getName() + ", migrate,");
    assertThat(services.get("application")).contains(PlmCommand.class.getName());
  }

  @Test
  void imagesNameNoRegistry() throws IOException {
    String files =
        compose
            + Files.readString(EXAMPLE.resolve("Dockerfile"))
            + Files.readString(EXAMPLE.resolve("worker-python/Dockerfile"));
    List<String> images = IMAGE.matcher(files).results().map((MatchResult image) -> image.group(1)).toList();
    assertThat(images)
        .hasSizeGreaterThan(8)
        .allSatisfy(image -> assertThat(image).doesNotContainPattern("^[^/]*[.:][^/]*/"));
  }

  @Test
  void theFilesThatAreCopiedExist() {
    assertThat(TestStage.root().resolve("clients/python/src/tenon_jobs")).isDirectory();
    assertThat(EXAMPLE.resolve("worker-python/plm_cad/worker.py")).isRegularFile();
  }

  private Set<String> variables(String service) {
    Set<String> variables = new TreeSet<>();
    VARIABLE.matcher(services.get(service)).results().forEach(name -> variables.add(name.group(1)));
    return variables;
  }
}
