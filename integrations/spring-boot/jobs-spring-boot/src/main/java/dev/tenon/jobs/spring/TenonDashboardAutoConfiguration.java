package dev.tenon.jobs.spring;

import static dev.tenon.jobs.runtime.ConfiguredValues.use;

import dev.tenon.jobs.dashboard.AccessPolicy;
import dev.tenon.jobs.dashboard.DashboardServlet;
import dev.tenon.jobs.dashboard.JobDashboard;
import dev.tenon.jobs.runtime.JobsRuntime;
import jakarta.servlet.http.HttpServlet;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/**
 * Serves the dashboard in a servlet web application that has {@code jobs-dashboard} on its class
 * path and defines who may do what: with an {@link AccessPolicy} bean, or with a {@link
 * JobDashboard} bean that it defines. {@link TenonDashboardProperties} are the settings.
 */
@AutoConfiguration(after = TenonAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({JobDashboard.class, HttpServlet.class})
@ConditionalOnBean(JobsRuntime.class)
@ConditionalOnBooleanProperty(name = "tenon.dashboard.enabled", matchIfMissing = true)
@EnableConfigurationProperties(TenonDashboardProperties.class)
public class TenonDashboardAutoConfiguration {

  /** Called by Spring. */
  public TenonDashboardAutoConfiguration() {}

  /** The dashboard, which the context closes. */
  @Bean
  @ConditionalOnMissingBean
  @ConditionalOnBean(AccessPolicy.class)
  JobDashboard tenonJobDashboard(
      JobsRuntime runtime, AccessPolicy policy, TenonDashboardProperties properties) {
    JobDashboard.Builder builder =
        JobDashboard.builder(runtime).accessPolicy(policy).zone(properties.zone());
    builder = use("tenon.dashboard.max-streams", properties.maxStreams(), builder::maxStreams);
    for (String origin : properties.origins()) {
      builder = use("tenon.dashboard.origins", origin, builder::origin);
    }
    String traceUrl = properties.traceUrl();
    if (traceUrl != null) {
      builder = use("tenon.dashboard.trace-url", traceUrl, builder::traceUrl);
    }
    String scalingToken = properties.scalingToken();
    if (scalingToken != null) {
      builder = use("tenon.dashboard.scaling-token", scalingToken, builder::scalingToken);
    }
    return builder.build();
  }

  /** The servlet, behind the filters of the application, those of Spring Security among them. */
  @Bean
  @ConditionalOnMissingBean(name = "tenonDashboardServlet")
  @ConditionalOnBean(JobDashboard.class)
  ServletRegistrationBean<DashboardServlet> tenonDashboardServlet(
      JobDashboard dashboard, TenonDashboardProperties properties) {
    ServletRegistrationBean<DashboardServlet> servlet =
        new ServletRegistrationBean<>(new DashboardServlet(dashboard), properties.path() + "/*");
    servlet.setName("tenonDashboard");
    return servlet;
  }

  /** Lets the web server stop without waiting for open pages. */
  @Bean
  @Lazy(false)
  @ConditionalOnBean(JobDashboard.class)
  DashboardStreams tenonDashboardStreams(JobDashboard dashboard) {
    return new DashboardStreams(dashboard);
  }

  /** The dashboard is asked for, but nothing says who may use it. */
  @Lazy(false)
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnBooleanProperty(name = "tenon.dashboard.enabled")
  @ConditionalOnMissingBean({AccessPolicy.class, JobDashboard.class})
  static class WithoutPolicy {

    WithoutPolicy() {
      throw new MissingBeanException(
          "tenon.dashboard.enabled is true, but there is no AccessPolicy bean, so nothing says who may use the dashboard.",
          "Declare a bean of type dev.tenon.jobs.dashboard.AccessPolicy that says who a request comes from and what they may do, or remove tenon.dashboard.enabled.");
    }
  }
}
