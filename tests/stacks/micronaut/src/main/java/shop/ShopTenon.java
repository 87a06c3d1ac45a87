package shop;

import dev.tenon.jobs.JobService;
import dev.tenon.jobs.runtime.JobsRuntime;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.context.event.StartupEvent;
import jakarta.inject.Singleton;

/** Runs Tenon in an application of Micronaut. */
@Factory
class ShopTenon {

  @Singleton
  @Bean(preDestroy = "close")
  JobsRuntime runtime(
      @Property(name = "datasources.default.url") String url,
      @Property(name = "datasources.default.username") String user,
      @Property(name = "datasources.default.password") String password) {
    return JobsRuntime.builder().database(url, user, password).closeOnShutdown(false).start();
  }

  @Singleton
  JobService jobs(JobsRuntime runtime) {
    return runtime.jobs();
  }

  @Singleton
  ApplicationEventListener<StartupEvent> worker(JobsRuntime runtime, ShopJobsHandlers handlers) {
    return start -> runtime.startWorker(handlers);
  }
}
