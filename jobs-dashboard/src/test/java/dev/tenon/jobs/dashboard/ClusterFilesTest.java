package dev.tenon.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.options.RabbitMqOptions.QueueKind;
import dev.tenon.jobs.testservers.PatroniCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The files in {@code deploy/cluster}: what they name exists, and their settings are those of the
 * cluster that the fault suite breaks and of the page about high availability.
 */
class ClusterFilesTest {

  private static final Path FILES = Path.of("../deploy/cluster");
  private static final Path PAGE = Path.of("../docs/high-availability.md");

  /** A tag with at least two numbers. */
  private static final Pattern PINNED = Pattern.compile("[^:@]+:\\d+\\.\\d+\\S*");

  /** Settings in which the tests differ, with the reason. */
  private static final Map<String, String> OF_THE_TESTS =
      Map.of(
          "failsafe_mode", "the tests turn it on where it matters",
          "postgresql.parameters.fsync", "a process that is killed keeps what it has written",
          "postgresql.parameters.shared_buffers", "three servers share a small machine",
          "postgresql.parameters.dynamic_shared_memory_type", "it leaves nothing behind",
          "postgresql.parameters.log_timezone", "logs are compared",
          "postgresql.parameters.timezone", "logs are compared");

  private static String read(String file) throws IOException {
    return Files.readString(FILES.resolve(file));
  }

  private static Map<String, Object> yaml(String text) {
    LoaderOptions options = new LoaderOptions();
    return new Yaml(new SafeConstructor(options)).load(text);
  }

  @SuppressWarnings("unchecked") // YAML knows no types
  private static Map<String, Object> at(Map<String, Object> root, String path) {
    Map<String, Object> found = root;
    for (String part : List.of(path.split("\\.", -1))) {
      found = (Map<String, Object>) found.get(part);
    }
    return found;
  }

  private static Map<String, Object> service(String name) throws IOException {
    return at(yaml(read("compose.yaml")), "services." + name);
  }

  private static Map<String, Object> flat(Map<String, Object> settings) {
    Map<String, Object> flat = new TreeMap<>();
    flatten("", settings, flat);
    return flat;
  }

  private static void flatten(String prefix, Map<?, ?> settings, Map<String, Object> flat) {
    settings.forEach(
        (name, value) -> {
          if (value instanceof Map<?, ?> below) {
            flatten(prefix + name + ".", below, flat);
          } else {
            flat.put(prefix + name, value);
          }
        });
  }

  @Test
  void thereAreThreeOfEach() throws IOException {
    assertThat(at(yaml(read("compose.yaml")), "services").keySet())
        .containsExactlyInAnyOrder(
            "etcd1", "etcd2", "etcd3", "pg1", "pg2", "pg3", "rabbit1", "rabbit2", "rabbit3",
            "worker", "web");
    assertThat(at(service("worker"), "deploy")).containsEntry("replicas", 3);
  }

  @Test
  void imagesArePinned() throws IOException {
    Map<String, Object> services = at(yaml(read("compose.yaml")), "services");
    for (String name : services.keySet()) {
      Map<String, Object> service = service(name);
      if (service.containsKey("build")) {
        assertThat(service).containsEntry("image", "shop-cluster-server");
      } else if (!"shop-cluster-server".equals(service.get("image"))) {
        assertThat(service.get("image").toString()).as(name).matches(PINNED);
      }
    }
    String dockerfile = read("Dockerfile");
    assertThat(dockerfile.lines().filter(line -> line.startsWith("FROM ")))
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line.substring("FROM ".length())).matches(PINNED));
    assertThat(dockerfile).contains("postgresql-17 ", "'patroni=4.0.*'", "'etcd-server=3.5.*'");
    assertThat(read("patroni.yml")).contains("/usr/lib/postgresql/17/bin");
  }

  @Test
  void filesAndVolumesThatAreNamedExist() throws IOException {
    Map<String, Object> compose = yaml(read("compose.yaml"));
    for (Object config : at(compose, "configs").values()) {
      assertThat(FILES.resolve(((Map<?, ?>) config).get("file").toString())).isRegularFile();
    }
    Map<String, Object> services = at(compose, "services");
    for (String name : services.keySet()) {
      if (service(name).get("volumes") instanceof List<?> volumes) {
        assertThat(volumes).hasSize(1);
        assertThat(volumes.get(0).toString()).startsWith(name + ":/");
        assertThat(at(compose, "volumes")).containsKey(name);
      }
    }
    assertThat(read("Dockerfile")).contains("COPY --chmod=755 create-database.sh ");
    assertThat(FILES.resolve("create-database.sh")).isExecutable();
    assertThat(read("patroni.yml")).contains("post_init: /usr/local/bin/create-database\n");
  }

  @Test
  void nodesHaveTheNamesByWhichOthersFindThem() throws IOException {
    String members =
        "--initial-cluster=etcd1=http://etcd1:2380,etcd2=http://etcd2:2380,etcd3=http://etcd3:2380";
    for (int i = 1; i <= 3; i++) {
      String etcd = "etcd" + i;
      assertThat(service(etcd).get("command").toString())
          .contains(
              "--name=" + etcd + ",",
              "--advertise-client-urls=http://" + etcd + ":2379,",
              "--initial-advertise-peer-urls=http://" + etcd + ":2380,",
              members);
      String postgres = "pg" + i;
      assertThat(at(service(postgres), "environment"))
          .containsEntry("PATRONI_NAME", postgres)
          .containsEntry("PATRONI_RESTAPI_CONNECT_ADDRESS", postgres + ":8008")
          .containsEntry("PATRONI_POSTGRESQL_CONNECT_ADDRESS", postgres + ":5432");
      assertThat(service("rabbit" + i)).containsEntry("hostname", "rabbit" + i);
      assertThat(read("rabbitmq.conf"))
          .contains("classic_config.nodes.%d = rabbit@rabbit%d\n".formatted(i, i));
    }
    Map<String, Object> patroni = yaml(read("patroni.yml"));
    assertThat(at(patroni, "etcd3").get("hosts"))
        .isEqualTo(List.of("etcd1:2379", "etcd2:2379", "etcd3:2379"));
  }

  @Test
  void patroniIsSetAsInTheTests() throws IOException {
    Map<String, Object> deployed = flat(at(yaml(read("patroni.yml")), "bootstrap.dcs"));
    Map<String, Object> tested = flat(yaml(PatroniCluster.settings()));
    deployed.keySet().removeAll(OF_THE_TESTS.keySet());
    tested.keySet().removeAll(OF_THE_TESTS.keySet());
    assertThat(deployed).isEqualTo(tested).containsEntry("synchronous_mode", "quorum");
  }

  @Test
  void thePageShowsTheSameSettings() throws IOException {
    String page = Files.readString(PAGE);
    Map<String, Object> environment = at(service("worker"), "environment");
    assertThat(environment).isEqualTo(at(service("web"), "environment"));
    assertThat(page).contains(environment.get("SHOP_DB_URL").toString());
    assertThat(QueueKind.valueOf(environment.get("SHOP_QUEUE_KIND").toString()))
        .isEqualTo(QueueKind.QUORUM);
    assertThat(environment.get("SHOP_AMQP_URIS").toString().split(",", -1)).hasSize(3);
    String dcs =
        page.lines()
            .dropWhile(line -> !line.equals("```yaml"))
            .skip(1)
            .takeWhile(line -> !line.equals("```"))
            .reduce("", (text, line) -> text + line + "\n");
    Map<String, Object> shown = flat(yaml(dcs));
    assertThat(flat(at(yaml(read("patroni.yml")), "bootstrap.dcs"))).containsAllEntriesOf(shown);
    assertThat(shown)
        .containsKeys("synchronous_mode", "synchronous_mode_strict", "ttl", "failsafe_mode");
    for (String setting : List.of("cluster_partition_handling = pause_minority")) {
      assertThat(page).contains(setting);
      assertThat(read("rabbitmq.conf")).contains(setting + "\n");
    }
  }
}
