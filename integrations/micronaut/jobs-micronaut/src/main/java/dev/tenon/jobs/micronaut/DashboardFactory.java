package dev.tenon.jobs.micronaut;

import static dev.tenon.jobs.runtime.ConfiguredValues.use;

import dev.tenon.jobs.dashboard.AccessPolicy;
import dev.tenon.jobs.dashboard.JobDashboard;
import dev.tenon.jobs.runtime.JobsRuntime;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.core.util.StringUtils;
import java.util.List;
import java.util.Optional;

/**
 * Makes the dashboard in an application that has {@code jobs-dashboard} on its class path and
 * defines who may do what: with an {@link AccessPolicy} bean, or with a {@link JobDashboard} bean
 * that it defines. {@link TenonDashboardProperties} are the settings.
 */
@Factory
@Requires(classes = JobDashboard.class)
@Requires(beans = JobsRuntime.class)
final class DashboardFactory {

  /**
   * The dashboard, which is made with the context and closed with it. If its settings cannot be
   * used, the start fails; since Micronaut destroys no beans then, the runtime is closed here.
   */
  @Context
  @Bean(preDestroy = "close")
  @Requires(beans = AccessPolicy.class)
  @Requires(missingBeans = JobDashboard.class)
  @Requires(
      property = "tenon.dashboard.enabled",
      defaultValue = StringUtils.TRUE,
      pattern = Switch.NOT_OFF)
  JobDashboard tenonJobDashboard(
      JobsRuntime runtime, AccessPolicy policy, TenonDashboardProperties properties) {
    try {
      return dashboard(runtime, policy, properties);
    } catch (RuntimeException | Error e) {
      runtime.close();
      throw e;
    }
  }

  private static JobDashboard dashboard(
      JobsRuntime runtime, AccessPolicy policy, TenonDashboardProperties properties) {
    JobDashboard.Builder builder =
        JobDashboard.builder(runtime).accessPolicy(policy).zone(properties.zone());
    builder = use("tenon.dashboard.max-streams", properties.maxStreams(), builder::maxStreams);
    for (String origin : properties.origins().orElse(List.of())) {
      builder = use("tenon.dashboard.origins", origin, builder::origin);
    }
    Optional<String> traceUrl = properties.traceUrl();
    if (traceUrl.isPresent()) {
      builder = use("tenon.dashboard.trace-url", traceUrl.get(), builder::traceUrl);
    }
    Optional<String> scalingToken = properties.scalingToken();
    if (scalingToken.isPresent()) {
      builder = use("tenon.dashboard.scaling-token", scalingToken.get(), builder::scalingToken);
    }
    return builder.build();
  }

  /** The dashboard is asked for, but nothing says who may use it. */
  @Context
  @Requires(classes = JobDashboard.class)
  @Requires(property = "tenon.dashboard.enabled", pattern = Switch.ON)
  @Requires(missingBeans = {AccessPolicy.class, JobDashboard.class})
  static final class WithoutPolicy {

    WithoutPolicy(Optional<JobsRuntime> runtime) {
      runtime.ifPresent(JobsRuntime::close);
      throw new ConfigurationException(
          "tenon.dashboard.enabled is true, but there is no AccessPolicy bean, so nothing says who may use the dashboard. Declare a bean of type dev.tenon.jobs.dashboard.AccessPolicy that says who a request comes from and what they may do, or remove tenon.dashboard.enabled.");
    }
  }
}
