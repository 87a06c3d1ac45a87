package dev.tenon.jobs.quarkus;

import io.quarkus.runtime.annotations.Recorder;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;

/** Makes the route of the dashboard; Quarkus calls it. */
@Recorder
public class TenonDashboardRecorder {

  /** Called by Quarkus. */
  public TenonDashboardRecorder() {}

  /**
   * The handler of the route.
   *
   * @param base the path of the dashboard on its server, without a slash at the end
   */
  public Handler<RoutingContext> route(String base) {
    return new DashboardRoute(base);
  }
}
