package dev.tenon.jobs.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.dashboard.AccessPolicy;
import dev.tenon.jobs.dashboard.DashboardUser;
import dev.tenon.jobs.dashboard.JobDashboard;
import dev.tenon.jobs.dashboard.Right;
import dev.tenon.jobs.operate.AuditQuery;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.spring.shop.OrderConfirm;
import dev.tenon.jobs.spring.shop.ShopJobs;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

/** The dashboard in a web application, on a real Tomcat, behind Spring Security. */
@ExtendWith(OutputCaptureExtension.class)
class DashboardTest {

  private static final int PATIENCE_MILLIS = 20_000;
  private static final int THREADS = 4;

  private final PostgresDatabase database = PostgresDatabase.shared();
  private final HttpClient client = HttpClient.newHttpClient();
  private final List<Socket> sockets = new ArrayList<>();
  private ConfigurableApplicationContext context;
  private int port;

  @BeforeEach
  void forgetTheLastContext() {
    context = null;
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    if (context != null) {
      context.close();
    }
    database.close();
  }

  /** An application without the dashboard, since nothing says who may use it. */
  @Configuration(proxyBeanMethods = false)
  static class WithoutPolicy extends TestApplication.WithHandlers {

    @Bean
    UserDetailsService users() {
      return new InMemoryUserDetailsManager(
          user("reader", "READER"), user("operator", "OPERATOR"), user("guest", "GUEST"));
    }

    private static UserDetails user(String name, String role) {
      return User.withUsername(name).password("{noop}secret").roles(role).build();
    }

    @Bean
    SecurityFilterChain security(HttpSecurity http) throws Exception {
      return http.authorizeHttpRequests(
              requests ->
                  requests
                      .requestMatchers("/tenon/health/*")
                      .permitAll()
                      .anyRequest()
                      .authenticated())
          .httpBasic(Customizer.withDefaults())
          .csrf(csrf -> csrf.ignoringRequestMatchers("/tenon/**"))
          .build();
    }
  }

  /** An application whose roles decide. */
  @Configuration(proxyBeanMethods = false)
  static class WithPolicy extends WithoutPolicy {

    @Bean
    AccessPolicy dashboardAccess() {
      return request ->
          request
              .principal()
              .map(
                  name ->
                      DashboardUser.of(
                          name,
                          request.isInRole("OPERATOR")
                              ? Right.ACT
                              : request.isInRole("READER") ? Right.READ : Right.NONE))
              .orElse(DashboardUser.nobody());
    }
  }

  /** As it is without a word about the tokens of Spring Security. */
  @Configuration(proxyBeanMethods = false)
  static class WithTokens extends WithPolicy {

    @Override
    @Bean
    SecurityFilterChain security(HttpSecurity http) throws Exception {
      return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
          .httpBasic(Customizer.withDefaults())
          .build();
    }
  }

  /** An application that builds its dashboard itself. */
  @Configuration(proxyBeanMethods = false)
  static class WithDashboard extends WithoutPolicy {

    @Bean
    JobDashboard ownDashboard(JobsRuntime runtime) {
      return JobDashboard.builder(runtime)
          .accessPolicy(AccessPolicy.everybody("own", Right.READ))
          .build();
    }
  }

  private List<String> properties() {
    return new ArrayList<>(
        List.of(
            "spring.datasource.url=" + database.url(),
            "spring.datasource.username=" + database.user(),
            "spring.datasource.password=" + database.password(),
            TestApplication.JPA,
            TestApplication.REPOSITORIES,
            "tenon.rabbitmq.enabled=false",
            "tenon.worker.grace-period=0s",
            "server.port=0",
            "server.tomcat.threads.max=" + THREADS));
  }

  private void start(Class<?> application, String... more) {
    List<String> properties = properties();
    properties.addAll(List.of(more));
    SpringApplication spring = new SpringApplication(application);
    spring.setWebApplicationType(WebApplicationType.SERVLET);
    context = spring.run(properties.stream().map(each -> "--" + each).toArray(String[]::new));
    port = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
  }

  private WebApplicationContextRunner runner(Class<?> application) {
    return new WebApplicationContextRunner()
        .withUserConfiguration(application)
        .withPropertyValues(properties().toArray(String[]::new));
  }

  private static String authorization(String user) {
    return "Basic "
        + Base64.getEncoder()
            .encodeToString((user + ":secret").getBytes(StandardCharsets.US_ASCII));
  }

  private HttpRequest.Builder request(String user, String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .timeout(Duration.ofMillis(PATIENCE_MILLIS));
    return user.isEmpty() ? request : request.header("Authorization", authorization(user));
  }

  private HttpResponse<String> get(String user, String path) throws Exception {
    return client.send(request(user, path).build(), BodyHandlers.ofString());
  }

  private int post(String user, String path, String site) throws Exception {
    return client
        .send(
            request(user, path)
                .header("Sec-Fetch-Site", site)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("reason=not+needed"))
                .build(),
            BodyHandlers.discarding())
        .statusCode();
  }

  private BufferedReader open(String user, String path) throws IOException {
    Socket socket = new Socket("localhost", port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    sockets.add(socket);
    String request =
        "GET %s HTTP/1.1\r\nHost: localhost:%d\r\nAuthorization: %s\r\n\r\n"
            .formatted(path, port, authorization(user));
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
    return new BufferedReader(
        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  private static String readUntil(BufferedReader answer, String text) throws IOException {
    StringBuilder seen = new StringBuilder();
    while (seen.indexOf(text) < 0) {
      String line = answer.readLine();
      assertThat(line).as("after " + seen).isNotNull();
      seen.append(line).append('\n');
    }
    return seen.toString();
  }

  private UUID submitForTomorrow() {
    return context
        .getBean(ShopJobs.class)
        .orderConfirm()
        .submit(new OrderConfirm("1"), SubmitOptions.by("test").withDelay(Duration.ofDays(1)))
        .jobId();
  }

  private JobStatus status(UUID id) {
    return context.getBean(JobService.class).get(id).status();
  }

  @Test
  void rolesOfTheApplicationDecideWhoMayDoWhat() throws Exception {
    start(WithPolicy.class);
    UUID id = submitForTomorrow();
    String cancel = "/tenon/jobs/" + id + "/cancel";

    assertThat(get("", "/tenon/").statusCode()).isEqualTo(401);
    assertThat(get("", "/tenon/assets/dashboard.css").statusCode()).isEqualTo(401);
    assertThat(get("", "/tenon/events").statusCode()).isEqualTo(401);
    assertThat(post("", cancel, "same-origin")).isEqualTo(401);
    assertThat(get("guest", "/tenon/").statusCode()).isEqualTo(403);

    HttpResponse<String> page = get("reader", "/tenon/jobs/" + id);
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).contains("reader").doesNotContain("Cancel…");
    assertThat(page.headers().allValues("X-Frame-Options")).containsExactly("DENY");
    assertThat(page.headers().allValues("Cache-Control")).containsExactly("no-store");
    assertThat(get("reader", "/tenon/assets/dashboard.css").statusCode()).isEqualTo(200);
    assertThat(post("reader", cancel, "same-origin")).isEqualTo(403);
    assertThat(post("operator", cancel, "cross-site")).isEqualTo(403);
    assertThat(status(id)).isEqualTo(JobStatus.PENDING);

    assertThat(get("operator", "/tenon/jobs/" + id).body()).contains("Cancel…");
    assertThat(post("operator", cancel, "same-origin")).isEqualTo(303);
    assertThat(status(id)).isEqualTo(JobStatus.CANCELLED);
    assertThat(
            context
                .getBean(JobsRuntime.class)
                .monitor()
                .audit()
                .list(AuditQuery.all().withLimit(1))
                .items()
                .get(0)
                .by())
        .isEqualTo("operator");
  }

  @Test
  void probesNeedNoUser() throws Exception {
    start(WithPolicy.class);

    assertThat(get("", "/tenon/health/live").body()).isEqualTo("ok\n");
    assertThat(get("", "/tenon/health/ready").body()).isEqualTo("ok\n");
  }

  @Test
  void tokensOfSpringSecurityRefuseTheFormsOfTheDashboard() throws Exception {
    start(WithTokens.class);
    UUID id = submitForTomorrow();

    assertThat(get("operator", "/tenon/jobs/" + id).statusCode()).isEqualTo(200);
    // 403, or 401 where the page of that error needs a user as well
    assertThat(post("operator", "/tenon/jobs/" + id + "/cancel", "same-origin")).isIn(401, 403);
    assertThat(status(id)).isEqualTo(JobStatus.PENDING);
  }

  @Test
  void streamsHoldNoThreadOfTheServer() throws Exception {
    start(WithPolicy.class);
    UUID id = submitForTomorrow();
    List<BufferedReader> streams = new ArrayList<>();
    for (int i = 0; i < 10 * THREADS; i++) {
      streams.add(open("reader", "/tenon/events?job=" + id));
    }
    for (BufferedReader stream : streams) {
      assertThat(readUntil(stream, "retry: 5000"))
          .startsWith("HTTP/1.1 200")
          .containsIgnoringCase("Content-Type: text/event-stream");
    }

    assertThat(post("operator", "/tenon/jobs/" + id + "/cancel", "same-origin")).isEqualTo(303);

    for (BufferedReader stream : streams) {
      readUntil(stream, "\"status\":\"cancelled\"");
    }
  }

  @Test
  void openPagesDoNotHoldUpTheEndOfTheApplication() throws Exception {
    start(WithPolicy.class, "spring.lifecycle.timeout-per-shutdown-phase=60s");
    BufferedReader stream = open("reader", "/tenon/events");
    readUntil(stream, "retry: 5000");

    long before = System.nanoTime();
    context.close();

    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(30));
    readUntil(stream, "\n0\n");
  }

  @Test
  void pathsDoNotClimb() throws Exception {
    start(WithPolicy.class);

    for (String path :
        List.of(
            "/tenon/assets/../../WEB-INF/web.xml",
            "/tenon/assets/%2e%2e/JobDashboard.class",
            "/tenon/assets/..%2fJobDashboard.class",
            "/tenon/assets/..;/JobDashboard.class",
            "/tenon/assets/%252e%252e%252fJobDashboard.class")) {
      // The firewall of Spring Security refuses some before it looks who it is
      assertThat(open("operator", path).readLine()).as(path).containsPattern("HTTP/1.1 40[014]");
    }
  }

  @Test
  void itIsBelowTheContextPathWhereTheApplicationWants() throws Exception {
    start(
        WithPolicy.class,
        "server.servlet.context-path=/shop",
        "tenon.dashboard.path=/ops/jobs",
        "tenon.dashboard.zone=Europe/Berlin");

    assertThat(get("reader", "/shop/ops/jobs/").body())
        .contains("href=\"/shop/ops/jobs/types\"", "Europe/Berlin");
    assertThat(get("reader", "/shop/tenon/").statusCode()).isEqualTo(404);
  }

  @Test
  void withoutAPolicyThereIsNoDashboard() throws Exception {
    start(WithoutPolicy.class);

    assertThat(get("reader", "/tenon/").statusCode()).isEqualTo(404);
    assertThat(context.getBeansOfType(JobDashboard.class)).isEmpty();
  }

  @Test
  void aDashboardWithoutAPolicyIsAnError(CapturedOutput output) {
    assertThatThrownBy(() -> start(WithoutPolicy.class, "tenon.dashboard.enabled=true"))
        .isNotNull();

    assertThat(output.getAll())
        .contains("APPLICATION FAILED TO START")
        .contains("tenon.dashboard.enabled is true, but there is no AccessPolicy bean")
        .contains("Declare a bean of type dev.tenon.jobs.dashboard.AccessPolicy")
        .doesNotContain("\tat dev.tenon");
  }

  @Test
  void aPathThatIsNoPathIsExplained(CapturedOutput output) {
    assertThatThrownBy(() -> start(WithPolicy.class, "tenon.dashboard.path=/tenon/*")).isNotNull();

    assertThat(output.getAll()).contains("tenon.dashboard.path is '/tenon/*'; it must be like");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          tenon.dashboard.max-streams   | -1       | it must be at least 0
          tenon.dashboard.origins       | ops      | write it as https://ops.example.com
          tenon.dashboard.trace-url     | nowhere  | it must be like https://tracing.example.com
          tenon.dashboard.scaling-token | s3cr3t   | The scaling token has 6 characters
          """)
  void aWrongPropertyIsNamedWithoutAStackTrace(
      String property, String value, String reason, CapturedOutput output) {
    assertThatThrownBy(() -> start(WithPolicy.class, property + "=" + value)).isNotNull();

    assertThat(output.getAll())
        .contains("APPLICATION FAILED TO START")
        .containsPattern(
            "Tenon cannot use the value of the property %s\\. .*%s"
                .formatted(Pattern.quote(property), Pattern.quote(reason)))
        .doesNotContain("\tat dev.tenon")
        .doesNotContain("s3cr3t");
  }

  @Test
  void aDashboardOfTheApplicationIsServed() {
    runner(WithDashboard.class)
        .withPropertyValues("tenon.dashboard.enabled=true")
        .run(
            context ->
                assertThat(context)
                    .hasNotFailed()
                    .hasSingleBean(JobDashboard.class)
                    .hasBean("ownDashboard")
                    .hasSingleBean(DashboardStreams.class)
                    .hasBean("tenonDashboardServlet"));
  }

  @Test
  void itCanBeSwitchedOff() {
    runner(WithPolicy.class)
        .withPropertyValues("tenon.dashboard.enabled=false")
        .run(
            context ->
                assertThat(context)
                    .hasNotFailed()
                    .doesNotHaveBean(JobDashboard.class)
                    .doesNotHaveBean("tenonDashboardServlet"));
  }

  @Test
  void withoutAWebServerThereIsNoDashboard() {
    TestApplication.on(database, TestApplication.WithHandlers.class)
        .withBean(AccessPolicy.class, () -> AccessPolicy.everybody("x", Right.READ))
        .run(
            context ->
                assertThat(context)
                    .hasNotFailed()
                    .doesNotHaveBean(JobDashboard.class)
                    .doesNotHaveBean(ServletRegistrationBean.class));
  }
}
