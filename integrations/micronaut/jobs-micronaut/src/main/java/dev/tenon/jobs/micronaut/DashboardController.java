package dev.tenon.jobs.micronaut;

import dev.tenon.jobs.dashboard.DashboardRequest;
import dev.tenon.jobs.dashboard.DashboardResponse;
import dev.tenon.jobs.dashboard.JobDashboard;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.annotation.Value;
import io.micronaut.context.event.ShutdownEvent;
import io.micronaut.core.util.StringUtils;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Serves the dashboard by the application's own server, behind its filters, those of Micronaut
 * Security among them. The dashboard reads the database, so requests run on the executor for
 * blocking work.
 */
@Controller("${tenon.dashboard.path:/tenon}")
@Requires(classes = JobDashboard.class)
@Requires(beans = JobDashboard.class)
@Requires(
    property = "tenon.dashboard.enabled",
    defaultValue = StringUtils.TRUE,
    pattern = Switch.NOT_OFF)
@ExecuteOn(TaskExecutors.BLOCKING)
class DashboardController {

  private final JobDashboard dashboard;
  private final Optional<DashboardRoles> roles;
  private final String base;

  DashboardController(
      JobDashboard dashboard,
      TenonDashboardProperties properties,
      Optional<DashboardRoles> roles,
      @Value("${micronaut.server.context-path:}") String contextPath) {
    this.dashboard = dashboard;
    this.roles = roles;
    String context = contextPath.replaceAll("^/+|/+$", "");
    this.base = (context.isEmpty() ? "" : "/" + context) + properties.path();
  }

  /** A page, an asset, a file or a stream of events. */
  @Get(
      uris = {"", "/", "/{path:.+}"},
      produces = MediaType.ALL)
  HttpResponse<?> get(HttpRequest<?> request) {
    return answer(request, "");
  }

  /** The form of an action, which Micronaut has read. */
  @Post(
      uris = {"", "/", "/{path:.+}"},
      consumes = MediaType.APPLICATION_FORM_URLENCODED,
      produces = MediaType.ALL)
  HttpResponse<?> post(HttpRequest<?> request, @Body Map<String, Object> fields) {
    String form = encoded(fields);
    if (form.length() > DashboardRequest.MAX_BODY_BYTES) {
      return HttpResponse.status(HttpStatus.REQUEST_ENTITY_TOO_LARGE)
          .contentType(MediaType.TEXT_PLAIN_TYPE)
          .body("A form may have at most " + DashboardRequest.MAX_BODY_BYTES + " bytes.\n");
    }
    return answer(request, form);
  }

  /** The form as browsers send it. A field that occurs several times has a collection. */
  private static String encoded(Map<String, Object> fields) {
    List<String> pairs = new ArrayList<>();
    fields.forEach(
        (name, value) -> {
          Collection<?> values = value instanceof Collection<?> all ? all : List.of(value);
          values.forEach(each -> pairs.add(encoded(name) + "=" + encoded(each.toString())));
        });
    return String.join("&", pairs);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Ends the events of open pages, so that the server can stop without waiting for them. */
  @EventListener
  void stop(ShutdownEvent event) {
    dashboard.endStreams();
  }

  private HttpResponse<?> answer(HttpRequest<?> request, String form) {
    String path = request.getUri().getRawPath();
    if (!path.startsWith(base)) {
      return HttpResponse.notFound();
    }
    Map<String, List<String>> headers = new HashMap<>();
    request.getHeaders().forEach((name, values) -> headers.put(name, new ArrayList<>(values)));
    Optional<Principal> principal = request.getUserPrincipal();
    DashboardRequest asked =
        DashboardRequest.of(
                request.getMethodName(),
                path.substring(base.length()),
                request.getUri().getRawQuery())
            .withBasePath(base)
            .withHeaders(headers)
            .withBody(form)
            .withPrincipal(principal.map(Principal::getName).orElse(null))
            .withRoles(
                role ->
                    roles.isPresent()
                        && principal.isPresent()
                        && roles.get().hasRole(principal.get(), role));
    return response(dashboard.handle(asked));
  }

  private static HttpResponse<?> response(DashboardResponse answer) {
    MutableHttpResponse<Object> response = HttpResponse.status(HttpStatus.valueOf(answer.status()));
    answer.headers().forEach(response::header);
    return answer.stream()
        .map(stream -> response.<Object>body(new DashboardStream(stream)))
        .orElseGet(() -> response.body(answer.body()));
  }
}
