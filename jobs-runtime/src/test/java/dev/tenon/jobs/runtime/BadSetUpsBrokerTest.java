package dev.tenon.jobs.runtime;

import static dev.tenon.jobs.TestJobs.ORDER;
import static dev.tenon.jobs.runtime.BadSetUp.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.operate.JobsHealth;
import dev.tenon.jobs.runtime.BadSetUp.Captured;
import dev.tenon.jobs.testservers.PostgresDatabase;
import dev.tenon.jobs.testservers.RabbitServer;
import dev.tenon.jobs.testservers.RabbitVirtualHost;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * The matrix of bad set-ups: RabbitMQ. The runtime starts and keeps jobs in the table, and its log
 * and its health say within seconds what is wrong.
 */
@Tag("servers")
@Tag("thorough")
class BadSetUpsBrokerTest {

  private static final Duration MAX_TIME = Duration.ofSeconds(30);

  private static PostgresDatabase database;
  private static RabbitServer rabbit;
  private static RabbitVirtualHost host;

  @BeforeAll
  static void open() {
    database = PostgresDatabase.shared();
    rabbit = RabbitServer.launch();
    host = rabbit.createVirtualHost();
    rabbit.rabbitmqctl("add_user", "app", PASSWORD);
    rabbit.rabbitmqctl("add_user", "stranger", PASSWORD);
    rabbit.rabbitmqctl("add_user", "reader", PASSWORD);
    rabbit.rabbitmqctl("set_permissions", "-p", host.name(), "app", ".*", ".*", ".*");
    rabbit.rabbitmqctl("set_permissions", "-p", host.name(), "reader", "", "", ".*");
  }

  @AfterAll
  static void close() {
    rabbit.close();
    database.close();
  }

  private static String uri(String user, String password, String virtualHost) {
    return "amqp://%s:%s@127.0.0.1:%d/%s".formatted(user, password, rabbit.port(), virtualHost);
  }

  private static String at(String host, int port) {
    return "amqp://app:%s@%s:%d/x".formatted(PASSWORD, host, port);
  }

  private static DynamicTest bad(String name, Callable<String> uri, String... parts) {
    return DynamicTest.dynamicTest(name, () -> says(uri.call(), parts));
  }

  private static void says(String uri, String... parts) {
    try (Captured log = new Captured();
        JobsRuntime runtime =
            JobsRuntime.builder()
                .database(database.url(), database.user(), database.password())
                .rabbitMq(uri)
                .closeOnShutdown(false)
                .start()) {
      UUID id = runtime.jobs().submit(ORDER, new Order("a", 1), SubmitOptions.by("test")).jobId();
      assertThat(runtime.jobs().find(id)).as("the job is kept").isPresent();
      await("health says it")
          .atMost(MAX_TIME)
          .untilAsserted(
              () -> {
                JobsHealth.Check check = rabbitMq(runtime);
                assertThat(check.isHealthy()).isFalse();
                assertThat(check.message()).contains(parts);
              });
      await("the log says it")
          .atMost(MAX_TIME)
          .untilAsserted(
              () ->
                  assertThat(log.lines())
                      .anyMatch(line -> Stream.of(parts).allMatch(line::contains)));
      assertThat(runtime.health().toString()).doesNotContain(PASSWORD);
      log.assertWithout(PASSWORD);
    }
  }

  private static JobsHealth.Check rabbitMq(JobsRuntime runtime) {
    List<JobsHealth.Check> checks =
        runtime.health().checks().stream()
            .filter(check -> check.name().equals("rabbitmq"))
            .toList();
    assertThat(checks).hasSize(1);
    return checks.get(0);
  }

  @TestFactory
  Stream<DynamicTest> reachingTheBroker() {
    return Stream.of(
        bad(
            "wrong host",
            () -> at("no-such-host.invalid", 5672),
            "at no-such-host.invalid:5672: the host is not known. Check its name in the URI"),
        bad(
            "wrong port",
            () -> at("127.0.0.1", closedPort()),
            "nothing listens there. Check host and port in the URI"),
        DynamicTest.dynamicTest(
            "silent broker",
            () -> {
              try (ServerSocket silent =
                  new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
                says(
                    at("127.0.0.1", silent.getLocalPort()),
                    "it accepts the connection but does not answer. Check the port in the URI");
              }
            }),
        bad(
            "no AMQP, but PostgreSQL",
            () -> at("127.0.0.1", postgresPort()),
            " at 127.0.0.1:" + postgresPort() + ": ",
            "Check the port in the URI"));
  }

  @TestFactory
  Stream<DynamicTest> loggingIn() {
    return Stream.of(
        bad(
            "wrong password",
            () -> uri("app", PASSWORD + "1", host.name()),
            "the login is refused. Check user and password in the URI"),
        bad(
            "unknown user",
            () -> uri("nobody", PASSWORD, host.name()),
            "the login is refused. Check user and password in the URI"),
        bad(
            "unknown virtual host",
            () -> uri("app", PASSWORD, "nowhere"),
            "vhost nowhere not found",
            "check the virtual host in the URI"),
        bad(
            "no right to the virtual host",
            () -> uri("stranger", PASSWORD, host.name()),
            "refused for user 'stranger'",
            "rabbitmqctl set_permissions -p VHOST USER"),
        bad(
            "no right to declare anything",
            () -> uri("reader", PASSWORD, host.name()),
            "the user lacks a right",
            "rabbitmqctl set_permissions -p VHOST USER"));
  }

  @TestFactory
  Stream<DynamicTest> queues() {
    return Stream.of(
        bad(
            "a queue with other arguments",
            () -> {
              ConnectionFactory factory = new ConnectionFactory();
              factory.setUri(uri("app", PASSWORD, host.name()));
              try (Connection connection = factory.newConnection();
                  Channel channel = connection.createChannel()) {
                channel.queueDeclare(ORDER.routingKey(), true, false, false, null);
              }
              return uri("app", PASSWORD, host.name());
            },
            "Queue '" + ORDER.routingKey() + "' exists with other arguments",
            "choose another namePrefix"));
  }

  private static int closedPort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private static int postgresPort() {
    return Integer.parseInt(database.url().replaceFirst(".*:(\\d+)/.*", "$1"));
  }
}
