package dev.tenon.examples.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.testservers.PostgresDatabase;
import dev.tenon.jobs.testservers.RabbitVirtualHost;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The whole application, on a real PostgreSQL and a real RabbitMQ. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@DirtiesContext
class ShopApplicationTest {

  private static final PostgresDatabase DATABASE = PostgresDatabase.shared();
  private static final RabbitVirtualHost RABBITMQ = RabbitVirtualHost.shared();

  private final HttpClient client = HttpClient.newHttpClient();

  @Autowired private Environment environment;
  @Autowired private JobService jobs;

  @DynamicPropertySource
  static void servers(DynamicPropertyRegistry properties) {
    properties.add("spring.datasource.url", DATABASE::url);
    properties.add("spring.datasource.username", DATABASE::user);
    properties.add("spring.datasource.password", DATABASE::password);
    properties.add("spring.rabbitmq.addresses", RABBITMQ::uri);
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> order(String form) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(uri("/orders"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form))
            .build(),
        BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create(
        "http://localhost:" + environment.getRequiredProperty("local.server.port") + path);
  }

  private long jobsOf(String customer) {
    return jobs.list(JobQuery.all().withSubmittedBy(customer)).items().size();
  }

  @Test
  void anOrderIsConfirmedByItsJob() throws Exception {
    HttpResponse<String> answer = order("customer=anna&pieces=2");

    assertThat(answer.statusCode()).isEqualTo(202);
    String number = answer.body();
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> get("/orders").body(), orders -> orders.contains("\"confirmed\":true"));
    assertThat(get("/orders").body()).contains(number);
    assertThat(jobsOf("anna")).isEqualTo(1);
    assertThat(get("/").body()).contains("<h1>Orders</h1>");
  }

  @Test
  void anOrderThatIsRefusedLeavesNoJob() throws Exception {
    HttpResponse<String> answer = order("customer=ben&pieces=0");

    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(get("/orders").body()).doesNotContain("ben");
    assertThat(jobsOf("ben")).isZero();
  }

  @Test
  void aBrowserFollowsAReportWithItsToken() throws Exception {
    String one = order("customer=cleo&pieces=3").body();
    String other = order("customer=cleo&pieces=4").body();
    HttpResponse<String> started =
        client.send(
            HttpRequest.newBuilder(uri("/reports"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("customer=cleo"))
                .build(),
            BodyHandlers.ofString());
    assertThat(started.statusCode()).isEqualTo(202);
    String token = started.body().replaceAll(".*\"token\":\"([^\"]+)\".*", "$1");

    // The stream ends with the job
    HttpResponse<String> stream = get("/job-events?token=" + token);
    assertThat(stream.statusCode()).isEqualTo(200);
    assertThat(stream.headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/event-stream");
    assertThat(events(stream.body(), "emitted"))
        .hasSize(2)
        .allMatch(data -> data.startsWith("{\"attempt\":1,\"run\":1,\"value\":{"))
        .anyMatch(data -> data.contains("{\"number\":\"" + one + "\",\"pieces\":3}"))
        .anyMatch(data -> data.contains("{\"number\":\"" + other + "\",\"pieces\":4}"));
    assertThat(events(stream.body(), "status"))
        .last(InstanceOfAssertFactories.STRING)
        .contains("\"completed\"");

    // After a cut, a browser sends the id of the last event that it has seen
    String first = stream.body().replaceAll("(?s).*?id: (\\S+)\nevent: emitted\n.*", "$1");
    HttpResponse<String> rest =
        client.send(
            HttpRequest.newBuilder(uri("/job-events?token=" + token))
                .header("Last-Event-ID", first)
                .build(),
            BodyHandlers.ofString());
    assertThat(events(rest.body(), "emitted"))
        .isEqualTo(events(stream.body(), "emitted").subList(1, 2));

    assertThat(get("/job-events?token=" + token.substring(1)).statusCode()).isEqualTo(403);
    assertThat(get("/job-events").statusCode()).isEqualTo(403);
  }

  /** The data of the events with this name. */
  private static List<String> events(String stream, String name) {
    return Pattern.compile("event: " + name + "\ndata: (.*)\n")
        .matcher(stream)
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  @Test
  void theHealthOfTheApplicationHasTenons() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(get("/actuator/health").body())
                    .contains("\"tenon\":{\"details\":{\"database\":\"responding\"")
                    .contains("\"rabbitmq\":\"connected\""));
  }
}
