package dev.tenon.jobs.quarkus;

import dev.tenon.jobs.dashboard.DashboardRequest;
import dev.tenon.jobs.dashboard.DashboardResponse;
import dev.tenon.jobs.dashboard.JobDashboard;
import io.quarkus.arc.Arc;
import io.quarkus.arc.ManagedContext;
import io.quarkus.security.identity.CurrentIdentityAssociation;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.inject.Instance;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Serves the dashboard as a route of Quarkus, behind its security: policies for paths ({@code
 * quarkus.http.auth.permission.*}) decide first, and the access policy sees who Quarkus says a
 * request comes from. A worker thread makes the response, and the event loop writes it.
 * Thread-safe.
 */
final class DashboardRoute implements Handler<RoutingContext> {

  private static final String TOO_LARGE =
      "A form may have at most " + DashboardRequest.MAX_BODY_BYTES + " bytes.\n";

  private final String base;

  /**
   * A route.
   *
   * @param base the path of the dashboard on its server, without a slash at the end
   */
  DashboardRoute(String base) {
    this.base = base;
  }

  @Override
  public void handle(RoutingContext routing) {
    HttpServerRequest request = routing.request();
    Buffer read = routing.body() == null ? null : routing.body().buffer();
    if (read != null || request.isEnded()) {
      answer(routing, read == null ? Buffer.buffer() : read);
      return;
    }
    Buffer body = Buffer.buffer();
    request.handler(
        part -> {
          if (body.length() <= DashboardRequest.MAX_BODY_BYTES) {
            body.appendBuffer(part);
          }
        });
    request.endHandler(end -> answer(routing, body));
    request.resume();
  }

  private void answer(RoutingContext routing, Buffer body) {
    if (body.length() > DashboardRequest.MAX_BODY_BYTES) {
      routing.response().setStatusCode(413).end(TOO_LARGE);
      return;
    }
    String form = body.toString(StandardCharsets.UTF_8);
    routing
        .vertx()
        .executeBlocking(() -> response(routing, form), false)
        .onSuccess(response -> respond(routing, response))
        .onFailure(routing::fail);
  }

  private DashboardResponse response(RoutingContext routing, String form) {
    ManagedContext context = Arc.container().requestContext();
    boolean mustActivate = !context.isActive();
    if (mustActivate) {
      context.activate();
    }
    try {
      SecurityIdentity identity = QuarkusHttpUser.getSecurityIdentityBlocking(routing, null);
      Instance<CurrentIdentityAssociation> current =
          Arc.container().select(CurrentIdentityAssociation.class);
      if (identity != null && current.isResolvable()) {
        // So that the access policy may ask for more than name and roles
        current.get().setIdentity(identity);
      }
      return Arc.container()
          .select(JobDashboard.class)
          .get()
          .handle(request(routing, identity).withBody(form));
    } finally {
      if (mustActivate) {
        context.terminate();
      }
    }
  }

  /** The request by its normalized path, which is the one that Quarkus' policies have checked. */
  private DashboardRequest request(RoutingContext routing, @Nullable SecurityIdentity identity) {
    HttpServerRequest request = routing.request();
    Map<String, List<String>> headers = new HashMap<>();
    for (String name : request.headers().names()) {
      headers.put(name, request.headers().getAll(name));
    }
    String path = routing.normalizedPath();
    DashboardRequest made =
        DashboardRequest.of(
                request.method().name(),
                path.startsWith(base) ? path.substring(base.length()) : path,
                request.query())
            .withBasePath(base)
            .withHeaders(headers);
    HostAndPort authority = request.authority();
    if (authority != null) {
      made = made.withHeader("Host", authority.toString());
    }
    return identity == null || identity.isAnonymous()
        ? made
        : made.withPrincipal(identity.getPrincipal().getName()).withRoles(identity::hasRole);
  }

  private static void respond(RoutingContext routing, DashboardResponse answer) {
    HttpServerResponse response = routing.response();
    DashboardResponse.Stream stream = answer.stream().orElse(null);
    if (response.closed() || response.ended()) {
      if (stream != null) {
        stream.abandon();
      }
      return;
    }
    response.setStatusCode(answer.status());
    answer.headers().forEach(response::putHeader);
    if (stream == null) {
      response.end(Buffer.buffer(answer.body()));
    } else {
      new StreamWriter(stream, response, routing.vertx().getOrCreateContext()).start();
    }
  }
}
