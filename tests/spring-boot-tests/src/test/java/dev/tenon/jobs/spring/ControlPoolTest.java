package dev.tenon.jobs.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.spring.shop.OrderConfirm;
import dev.tenon.jobs.spring.shop.ShopJobs;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/** An application whose own pool is not HikariCP's, so that it gives Tenon a separate one. */
class ControlPoolTest {

  private static final PostgresDatabase DATABASE = PostgresDatabase.shared();

  /** The two data sources of the application. */
  @Configuration(proxyBeanMethods = false)
  static class TwoDataSources {

    @Bean
    @Primary
    DataSource main() {
      return DATABASE.dataSource();
    }

    @Bean
    HikariDataSource control() {
      HikariDataSource control = new HikariDataSource();
      control.setJdbcUrl(DATABASE.url());
      control.setUsername(DATABASE.user());
      control.setPassword(DATABASE.password());
      control.setMaximumPoolSize(6);
      return control;
    }

    @Bean
    JobsRuntimeBuilderCustomizer tenonControl(@Qualifier("control") DataSource control) {
      return builder -> builder.controlDataSource(control);
    }
  }

  @Test
  void workersUseThePoolThatIsOnlyTheirs() {
    TestApplication.on(DATABASE, TestApplication.WithHandlers.class)
        .withUserConfiguration(TwoDataSources.class)
        .run(
            context -> {
              UUID id =
                  context
                      .getBean(ShopJobs.class)
                      .orderConfirm()
                      .submit(new OrderConfirm("1"), SubmitOptions.by("test"))
                      .jobId();

              assertThat(TestApplication.awaitEnd(context.getBean(JobService.class), id).status())
                  .isEqualTo(JobStatus.COMPLETED);
              assertThat(
                      context
                          .getBean("control", HikariDataSource.class)
                          .getHikariPoolMXBean()
                          .getTotalConnections())
                  .isPositive();
            });
  }
}
