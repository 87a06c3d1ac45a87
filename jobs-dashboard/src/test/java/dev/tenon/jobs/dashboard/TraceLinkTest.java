package dev.tenon.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The way from a job to its trace. */
class TraceLinkTest {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CONTEXT = "00-" + TRACE + "-00f067aa0ba902b7-01";

  private static World world;

  @BeforeAll
  static void open() {
    world = new World();
  }

  @AfterAll
  static void close() {
    world.close();
  }

  private static UUID jobWith(String traceContext) throws Exception {
    UUID id = world.submit("a.step");
    try (var connection = world.database().connect();
        var statement =
            connection.prepareStatement("UPDATE by_test.jobs SET trace_context = ? WHERE id = ?")) {
      statement.setString(1, traceContext);
      statement.setObject(2, id);
      assertThat(statement.executeUpdate()).isEqualTo(1);
    }
    return id;
  }

  private static String page(String template, UUID id) {
    JobDashboard.Builder builder =
        JobDashboard.builder(world.runtime).accessPolicy(AccessPolicy.everybody("ada", Right.READ));
    if (!template.isEmpty()) {
      builder.traceUrl(template);
    }
    try (JobDashboard dashboard = builder.build()) {
      return Html.page(dashboard, "/jobs/" + id);
    }
  }

  @Test
  void aTemplateMakesALink() throws Exception {
    UUID id = jobWith(CONTEXT + " vendor=1");

    assertThat(page("https://tracing.example.com/trace/{traceId}?org=1", id))
        .contains("href=\"https://tracing.example.com/trace/" + TRACE + "?org")
        .contains(">" + TRACE + "</a>");
  }

  @Test
  void withoutATemplateTheIdIsShown() throws Exception {
    assertThat(page("", jobWith(CONTEXT))).contains("<dd>" + TRACE + "</dd>");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "javascript:alert(1)",
        "00-\"><script>alert(1)</script>-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf9-00f067aa0ba902b7-01"
      })
  void whatIsNoTraceContextIsNotShown(String text) throws Exception {
    assertThat(page("https://tracing.example.com/{traceId}", jobWith(text)))
        .doesNotContain("tracing.example.com", "<dt>Trace</dt>");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "javascript:alert('{traceId}')",
        "https://tracing.example.com/trace",
        "https://{traceId}",
        "https://tracing.example.com/{traceId}/{spanId}",
        "https://tracing.example.com/{traceId}/{traceId}",
        "tracing.example.com/{traceId}"
      })
  void whatIsNoAddressOfTracesIsRefused(String template) {
    JobDashboard.Builder builder = JobDashboard.builder(world.runtime);

    assertThatThrownBy(() -> builder.traceUrl(template))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + template + "'")
        .hasMessageContaining("https://tracing.example.com/trace/{traceId}");
  }
}
