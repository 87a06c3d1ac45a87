package dev.tenon.jobs.dashboard;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.MappingMatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a dashboard in a container of Jakarta Servlet 6.0 or newer, such as Tomcat 10.1 and Jetty
 * 12, at any path:
 *
 * <pre>{@code
 * ServletRegistration.Dynamic jobs = context.addServlet("jobs", new DashboardServlet(dashboard));
 * jobs.setAsyncSupported(true);
 * jobs.addMapping("/jobs/*");
 * }</pre>
 *
 * <p>The access policy sees who the container says a request comes from: {@link
 * DashboardRequest#principal()} and {@link DashboardRequest#isInRole}. No session is needed or
 * made.
 *
 * <p>A stream of events holds no thread of the container. Each filter in front of the servlet must
 * support asynchronous requests, as the servlet does. The place of a stream is free as soon as its
 * client is too slow; the connection is closed when the container's own write timeout expires.
 *
 * <p>Thread-safe. It does not close the dashboard.
 */
@SuppressWarnings("exports") // A module that uses it requires jakarta.servlet anyway
public final class DashboardServlet extends HttpServlet {

  private static final long serialVersionUID = 1L;

  private static final Logger LOG = LoggerFactory.getLogger(DashboardServlet.class);

  // A servlet is said to be serializable, but no container makes use of it
  private final transient JobDashboard dashboard;

  /** A servlet for this dashboard. */
  public DashboardServlet(JobDashboard dashboard) {
    this.dashboard = Objects.requireNonNull(dashboard, "dashboard");
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String body = request.getMethod().equals("POST") ? body(request) : "";
    respond(
        request,
        response,
        body == null
            ? JobDashboard.secured(
                DashboardResponse.text(
                    413,
                    "A form may have at most " + DashboardRequest.MAX_BODY_BYTES + " bytes.\n"))
            : dashboard.handle(request(request).withBody(body)));
  }

  /**
   * The request as the container has understood it: its path is decoded, without parameters and
   * without dots, so that it is the path that filters have checked.
   */
  static DashboardRequest request(HttpServletRequest request) {
    boolean isDefault = request.getHttpServletMapping().getMappingMatch() == MappingMatch.DEFAULT;
    String path = isDefault ? request.getServletPath() : request.getPathInfo();
    String base = request.getContextPath() + (isDefault ? "" : encoded(request.getServletPath()));
    Principal principal = request.getUserPrincipal();
    Map<String, List<String>> headers = new HashMap<>();
    for (String name : Collections.list(request.getHeaderNames())) {
      headers.put(name, Collections.list(request.getHeaders(name)));
    }
    return DashboardRequest.of(
            request.getMethod(), path == null ? "/" : encoded(path), request.getQueryString())
        // Two slashes would lead to another host
        .withBasePath(base.replaceFirst("^/{2,}", "/"))
        .withHeaders(headers)
        .withHeader("Host", host(request))
        .withPrincipal(principal == null ? null : principal.getName())
        .withRoles(request::isUserInRole);
  }

  private static String encoded(String path) {
    return Arrays.stream(path.split("/", -1))
        .map(Parameters::encode)
        .collect(Collectors.joining("/"));
  }

  /** The name of the server as browsers see it: a container may know better than the header. */
  private static String host(HttpServletRequest request) {
    int port = request.getServerPort();
    return port == (request.isSecure() ? 443 : 80)
        ? request.getServerName()
        : request.getServerName() + ":" + port;
  }

  /** The form in the body; null if it is too large. */
  private static @Nullable String body(HttpServletRequest request) throws IOException {
    byte[] bytes = request.getInputStream().readNBytes(DashboardRequest.MAX_BODY_BYTES + 1);
    if (bytes.length > DashboardRequest.MAX_BODY_BYTES) {
      return null;
    }
    return bytes.length > 0 ? new String(bytes, StandardCharsets.UTF_8) : readForm(request);
  }

  /** The form, if a filter has already read it, as filters do when they call getParameter. */
  private static String readForm(HttpServletRequest request) {
    Parameters query;
    try {
      query = Parameters.parse(Objects.toString(request.getQueryString(), ""));
    } catch (BadRequestException e) {
      // The dashboard will say so
      return "";
    }
    return request.getParameterMap().entrySet().stream()
        .flatMap(
            parameter ->
                Arrays.stream(parameter.getValue())
                    .filter(value -> !value.isBlank())
                    // Those of the query come first
                    .skip(query.all(parameter.getKey()).size())
                    .map(
                        value ->
                            Parameters.encode(parameter.getKey()) + "=" + Parameters.encode(value)))
        .collect(Collectors.joining("&"));
  }

  static void respond(
      HttpServletRequest request, HttpServletResponse response, DashboardResponse answer)
      throws IOException {
    DashboardResponse.Stream stream = answer.stream().orElse(null);
    if (stream instanceof Download download && !request.isAsyncSupported()) {
      response.setStatus(answer.status());
      answer.headers().forEach(response::setHeader);
      // Unlike events, it ends
      download.writeTo(response.getOutputStream());
      return;
    }
    if (stream != null && !request.isAsyncSupported()) {
      stream.abandon();
      LOG.warn(
          "There are no live events: the servlet, or a filter in front of it, does"
              + " not support asynchronous requests. Set asyncSupported of each to true.");
      respond(
          request,
          response,
          JobDashboard.secured(
              DashboardResponse.text(500, "Live events are not available here.\n")));
      return;
    }
    response.setStatus(answer.status());
    answer.headers().forEach(response::setHeader);
    if (stream != null) {
      AsyncStreamWriter.start(stream, request, response);
      return;
    }
    byte[] body = answer.body();
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
