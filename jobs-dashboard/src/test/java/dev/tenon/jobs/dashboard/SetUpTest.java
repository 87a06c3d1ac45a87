package dev.tenon.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.runtime.JobsRuntime;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Set;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The dashboard, served as its page in the documentation says. */
class SetUpTest {

  private static World world;

  @BeforeAll
  static void start() {
    world = new World();
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  private static String get(URI uri) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
        .body();
  }

  @Test
  void theServerOfTheJdkServesIt() throws Exception {
    JobsRuntime runtime = world.runtime;
    JobDashboard dashboard =
        JobDashboard.builder(runtime)
            .accessPolicy(request -> DashboardUser.of("ada", Right.ACT))
            .build();
    DashboardServer server = DashboardServer.start(dashboard, 0);
    try (dashboard;
        server) {
      assertThat(get(server.uri())).contains("<h1>Overview</h1>");
    }
  }

  private static void register(ServletContext context, JobDashboard dashboard) {
    ServletRegistration.Dynamic servlet =
        context.addServlet("jobs", new DashboardServlet(dashboard));
    servlet.setAsyncSupported(true);
    servlet.addMapping("/jobs/*");
  }

  @Test
  void aWebApplicationServesIt() throws Exception {
    Connector connector = new Connector();
    connector.setPort(0);
    connector.setProperty("address", ServletContainer.HOST);
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(new File("target/tomcat-set-up").getAbsolutePath());
    tomcat.setConnector(connector);
    Context application = tomcat.addContext("", null);
    try (JobDashboard dashboard = world.dashboard(Right.ACT)) {
      application.addServletContainerInitializer(
          (classes, context) -> register(context, dashboard), Set.of());
      tomcat.start();
      try {
        URI overview =
            URI.create(
                "http://" + ServletContainer.HOST + ":" + connector.getLocalPort() + "/jobs/");
        assertThat(get(overview)).contains("<h1>Overview</h1>");
      } finally {
        tomcat.stop();
        tomcat.destroy();
      }
    }
  }
}
