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
