package dev.tenon.jobs.quarkus;

import static dev.tenon.jobs.quarkus.Settings.use;

import dev.tenon.jobs.dashboard.AccessPolicy;
import dev.tenon.jobs.dashboard.JobDashboard;
import dev.tenon.jobs.runtime.JobsRuntime;
import io.quarkus.arc.DefaultBean;
import io.quarkus.arc.InjectableInstance;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;

/** Makes the dashboard, and closes it with the application. */
@Singleton
final class TenonDashboard {

  /** After what the application does at its start, and before the workers claim anything. */
  private static final int BEFORE_WORKERS = 4400;

  /** After the workers have stopped, which takes some time. */
  private static final int AFTER_WORKERS = 200;

  TenonDashboard() {}

  @Produces
  @Singleton
  @DefaultBean
  JobDashboard dashboard(JobsRuntime runtime, Instance<AccessPolicy> policy, TenonConfig config) {
    TenonConfig.Dashboard settings = config.dashboard();
    JobDashboard.Builder builder =
        JobDashboard.builder(runtime).accessPolicy(policy.get()).zone(settings.zone());
    builder =
        use("quarkus.tenon.dashboard.max-streams", settings.maxStreams(), builder::maxStreams);
    for (String origin : settings.origins().orElse(List.of())) {
      builder = use("quarkus.tenon.dashboard.origins", origin, builder::origin);
    }
    if (settings.traceUrl().isPresent()) {
      builder =
          use("quarkus.tenon.dashboard.trace-url", settings.traceUrl().get(), builder::traceUrl);
    }
    if (settings.scalingToken().isPresent()) {
      builder =
          use(
              "quarkus.tenon.dashboard.scaling-token",
              settings.scalingToken().get(),
              builder::scalingToken);
    }
    return builder.build();
  }

  /** Makes the dashboard now, so that wrong settings end the start before any job runs. */
  void start(
      @Observes @Priority(BEFORE_WORKERS) StartupEvent event,
      InjectableInstance<JobDashboard> dashboard,
      Instance<AccessPolicy> policy) {
    if (isServed(dashboard, policy)) {
      JobDashboard unused = dashboard.get();
    }
  }

  void stop(
      @Observes @Priority(AFTER_WORKERS) ShutdownEvent event,
      InjectableInstance<JobDashboard> dashboard,
      Instance<AccessPolicy> policy) {
    if (isServed(dashboard, policy)) {
      dashboard.get().close();
    }
  }

  /** With a policy, or with a dashboard of the application, which has its own. */
  private static boolean isServed(
      InjectableInstance<JobDashboard> dashboard, Instance<AccessPolicy> policy) {
    return !policy.isUnsatisfied()
        || !TenonDashboard.class.equals(dashboard.getHandle().getBean().getBeanClass());
  }
}
