package dev.tenon.jobs.dashboard;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Objects;

/**
 * Serves the events of single jobs in a container of Jakarta Servlet 6.0 or newer, also below
 * Spring MVC:
 *
 * <pre>{@code
 * @Bean
 * ServletRegistrationBean<JobEventServlet> jobEvents(JobEventStreams streams) {
 *   return new ServletRegistrationBean<>(new JobEventServlet(streams), "/job-events");
 * }
 * }</pre>
 *
 * <p>A stream holds no thread of the container. The servlet and each filter in front of it must
 * support asynchronous requests; those of Spring Boot do. The token of the request decides what it
 * may see, so no login is needed for this path.
 *
 * <p>Thread-safe. It does not close the streams.
 */
@SuppressWarnings("exports") // A module that uses it requires jakarta.servlet anyway
public final class JobEventServlet extends HttpServlet {

  private static final long serialVersionUID = 1L;

  // A servlet is said to be serializable, but no container makes use of it
  private final transient JobEventStreams streams;

  /** A servlet for these streams. */
  public JobEventServlet(JobEventStreams streams) {
    this.streams = Objects.requireNonNull(streams, "streams");
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    DashboardServlet.respond(request, response, streams.handle(DashboardServlet.request(request)));
  }
}
