package shop;

import dev.tenon.jobs.runtime.JobsRuntime;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Runs Tenon in an application of Quarkus. */
@Singleton
class ShopTenon {

  @Produces
  @Singleton
  JobsRuntime runtime(
      @ConfigProperty(name = "quarkus.datasource.jdbc.url") String url,
      @ConfigProperty(name = "quarkus.datasource.username") String user,
      @ConfigProperty(name = "quarkus.datasource.password") String password) {
    return JobsRuntime.builder().database(url, user, password).closeOnShutdown(false).start();
  }

  void close(@Disposes JobsRuntime runtime) {
    runtime.close();
  }

  @Produces
  @Singleton
  ShopJobs jobs(JobsRuntime runtime) {
    return new ShopJobs(runtime.jobs());
  }

  void work(@Observes StartupEvent start, JobsRuntime runtime, OrderHandler orders) {
    runtime.startWorker(new ShopJobsHandlers(orders));
  }
}
