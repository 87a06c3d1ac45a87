package dev.tenon.examples.quickstart.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.tenon.jobs.internal.broker.Topology;
import dev.tenon.jobs.options.RabbitMqOptions;
import dev.tenon.jobs.testservers.JavaProcess;
import dev.tenon.jobs.testservers.RabbitVirtualHost;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The demo as a process of its own, as {@code ./dev demo} starts it. */
class DemoTest {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Pattern PREFIX = Pattern.compile("names start with (tenon-demo-\\w+\\.)");
  private static final Pattern PORT = Pattern.compile("embedded, on port (\\d+)");
  private static final int UNUSABLE = 2;
  private static final int EXIT_CODE_AFTER_SIGTERM = 143;

  @Test
  void showsEverythingWithoutRabbitMq() {
    try (JavaProcess demo = demo().arguments("--no-rabbitmq").start()) {
      assertThat(demo.awaitExit(PATIENCE)).as("%s", demo.lines()).isZero();
      String output = String.join("\n", demo.lines());
      assertThat(output)
          .contains("not used, as --no-rabbitmq says; the worker takes its jobs from the table")
          .containsPattern("Gear wheels +running \\d+ %: \\d+ of 12 made")
          .containsPattern("Gear wheels +completed: took \\d\\.\\d s")
          .containsPattern("debug +Item finished \\{\"item\":\\{\"sku\":\"WG-1\"")
          .containsPattern("attempt 2 after a wait of \\d+\\.\\d s: failed, The price service")
          .containsPattern("Label +failed: There is no printer 'Hall 3'")
          .containsPattern("options\\.quality +must be at most 9")
          .containsPattern("items\\[1\\]\\.count +must be positive")
          .contains("Jobs recorded: 0")
          .containsPattern("Catalog +cancelled: stopped at \\d+ %")
          .containsPattern("Price update +price.update +completed +3 of 3 +\\d\\.\\d s +2\\.50")
          .containsPattern("Label +label.print +failed +2 of 2")
          .contains("Everything ended as expected")
          .doesNotContain("\u001b");
      assertThat(port(output)).satisfies(DemoTest::nobodyListens);
    }
  }

  @Tag("thorough")
  @Test
  void leavesNothingOnRabbitMq() throws Exception {
    try (RabbitVirtualHost rabbitMq = RabbitVirtualHost.shared();
        JavaProcess demo =
            demo().environment("TENON_AMQP_URI", rabbitMq.uri()).arguments("--rabbitmq").start()) {
      assertThat(demo.awaitExit(PATIENCE)).as("%s", demo.lines()).isZero();
      String output = String.join("\n", demo.lines());
      assertThat(output)
          .contains("(TENON_AMQP_URI); names start with")
          .contains("Everything ended as expected")
          .doesNotContain(rabbitMq.uri());
      assertNothingIsLeft(rabbitMq, output);
    }
  }

  @Tag("thorough")
  @Test
  void leavesNothingBehindWhenItIsTerminated() throws Exception {
    try (RabbitVirtualHost rabbitMq = RabbitVirtualHost.shared();
        JavaProcess demo = demo().environment("TENON_AMQP_URI", rabbitMq.uri()).start()) {
      demo.awaitLine(line -> line.matches(".* running [1-9]\\d* %.*"), PATIENCE);
      demo.terminate();
      assertThat(demo.awaitExit(PATIENCE)).isEqualTo(EXIT_CODE_AFTER_SIGTERM);
      String output = String.join("\n", demo.lines());
      assertThat(output).doesNotContain("Exception");
      assertNothingIsLeft(rabbitMq, output);
      assertThat(port(output)).satisfies(DemoTest::nobodyListens);
    }
  }

  @Tag("thorough")
  @Test
  void paintsIfAskedTo() {
    try (JavaProcess demo = demo().arguments("--no-rabbitmq", "--color=always").start()) {
      assertThat(demo.awaitExit(PATIENCE)).as("%s", demo.lines()).isZero();
      assertThat(String.join("\n", demo.lines())).contains("\u001b[2K", "\u001b[?25h");
    }
  }

  @Test
  void insistsOnRabbitMq() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    try (JavaProcess demo =
        demo()
            .environment("TENON_AMQP_URI", "amqp://user:secret@localhost:" + port)
            .arguments("--rabbitmq")
            .start()) {
      assertThat(demo.awaitExit(PATIENCE)).isEqualTo(UNUSABLE);
      assertThat(String.join("\n", demo.lines()))
          .contains("RabbitMQ cannot be used where TENON_AMQP_URI says", "--no-rabbitmq")
          .doesNotContain("secret");
    }
  }

  @Test
  void explainsItsOptions() {
    try (JavaProcess demo = demo().arguments("--help").start()) {
      assertThat(demo.awaitExit(PATIENCE)).isZero();
      assertThat(String.join("\n", demo.lines())).contains("--[no-]rabbitmq", "TENON_AMQP_URI");
    }
  }

  private static JavaProcess.Builder demo() {
    return JavaProcess.of(Demo.class);
  }

  private static void assertNothingIsLeft(RabbitVirtualHost rabbitMq, String output)
      throws Exception {
    assertThat(rabbitMq.queues()).isEmpty();
    Matcher prefix = PREFIX.matcher(output);
    assertThat(prefix.find()).isTrue();
    Topology topology =
        new Topology(RabbitMqOptions.of(rabbitMq.uri()).withNamePrefix(prefix.group(1)));
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(rabbitMq.uri());
    try (Connection connection = factory.newConnection()) {
      assertIsGone(connection, topology.exchange());
      assertIsGone(connection, topology.controlExchange());
      assertIsGone(connection, topology.deadLetters());
    }
  }

  private static void assertIsGone(Connection connection, String exchange) throws IOException {
    // A refusal closes the channel
    Channel channel = connection.createChannel();
    assertThatThrownBy(() -> channel.exchangeDeclarePassive(exchange))
        .rootCause()
        .hasMessageContaining("NOT_FOUND - no exchange '" + exchange + "'");
  }

  private static int port(String output) {
    Matcher port = PORT.matcher(output);
    assertThat(port.find()).isTrue();
    return Integer.parseInt(port.group(1));
  }

  private static void nobodyListens(int port) {
    assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
        .isInstanceOf(ConnectException.class);
  }
}
