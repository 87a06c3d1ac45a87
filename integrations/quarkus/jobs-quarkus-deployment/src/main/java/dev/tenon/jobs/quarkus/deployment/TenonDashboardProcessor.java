package dev.tenon.jobs.quarkus.deployment;

import dev.tenon.jobs.quarkus.TenonBuildConfig;
import dev.tenon.jobs.quarkus.TenonDashboardRecorder;
import io.quarkus.arc.deployment.AdditionalBeanBuildItem;
import io.quarkus.arc.deployment.BeanDiscoveryFinishedBuildItem;
import io.quarkus.arc.processor.BeanInfo;
import io.quarkus.deployment.annotations.BuildProducer;
import io.quarkus.deployment.annotations.BuildStep;
import io.quarkus.deployment.annotations.BuildSteps;
import io.quarkus.deployment.annotations.ExecutionTime;
import io.quarkus.deployment.annotations.Record;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.vertx.http.deployment.spi.RouteBuildItem;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.jandex.DotName;

/**
 * Serves the dashboard in an application that has {@code jobs-dashboard} and defines who may do
 * what: with an {@code AccessPolicy} bean, or with a {@code JobDashboard} bean that it makes.
 */
@BuildSteps(onlyIf = {TenonEnabled.class, DashboardPresent.class})
class TenonDashboardProcessor {

  private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)+");
  private static final DotName MAKER = DotName.createSimple(TypeNames.DASHBOARD);

  TenonDashboardProcessor() {}

  @BuildStep
  AdditionalBeanBuildItem dashboard() {
    return AdditionalBeanBuildItem.unremovableOf(TypeNames.DASHBOARD);
  }

  @BuildStep
  @Record(ExecutionTime.RUNTIME_INIT)
  void route(
      TenonBuildConfig config,
      TenonDashboardRecorder recorder,
      BeanDiscoveryFinishedBuildItem beans,
      BuildProducer<RouteBuildItem> routes) {
    String path = config.dashboard().path();
    if (!PATH.matcher(path).matches()) {
      throw new ConfigurationException(
          "quarkus.tenon.dashboard.path is '%s'; it must be like /tenon or /ops/jobs, of letters, digits, '.', '_', '~' and '-', without a slash at the end."
              .formatted(path),
          Set.of("quarkus.tenon.dashboard.path"));
    }
    if (!hasBean(beans, TypeNames.ACCESS_POLICY) && !hasBean(beans, TypeNames.JOB_DASHBOARD)) {
      if (config.dashboard().enabled().orElse(false)) {
        throw new ConfigurationException(
            "quarkus.tenon.dashboard.enabled is true, but there is no AccessPolicy bean, so nothing says who may use the dashboard. Produce a bean of type dev.tenon.jobs.dashboard.AccessPolicy that says who a request comes from and what they may do, or remove quarkus.tenon.dashboard.enabled.",
            Set.of("quarkus.tenon.dashboard.enabled"));
      }
      return;
    }
    Handler<RoutingContext> handler = recorder.route(rootPath() + path);
    routes.produce(
        RouteBuildItem.newApplicationRoute(path.substring(1) + "/*")
            .withRequestHandler(handler)
            .build());
  }

  private static boolean hasBean(BeanDiscoveryFinishedBuildItem beans, DotName type) {
    return beans
        .beanStream()
        .filter(bean -> bean.hasType(type) && !isOurs(bean))
        .iterator()
        .hasNext();
  }

  private static boolean isOurs(BeanInfo bean) {
    return bean.getDeclaringBean() != null
        && MAKER.equals(bean.getDeclaringBean().getImplClazz().name());
  }

  /** The root path of the application, without a slash at the end. */
  private static String rootPath() {
    String root =
        ConfigProvider.getConfig()
            .getOptionalValue("quarkus.http.root-path", String.class)
            .orElse("/");
    String absolute = root.startsWith("/") ? root : "/" + root;
    return absolute.endsWith("/") ? absolute.substring(0, absolute.length() - 1) : absolute;
  }
}
