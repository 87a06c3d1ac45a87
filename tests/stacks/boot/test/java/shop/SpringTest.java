package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Inside of Spring Boot, with its Flyway, jOOQ and Jackson: the application's own migrations are
 * run, and nothing else by them.
 */
class SpringTest {

  @SpringBootApplication
  static class Application {
    @Bean
    JobsRuntime jobs(DataSource dataSource) {
      return JobsRuntime.builder().dataSource(dataSource).start();
    }
  }

  @Test
  void neitherSwitchesTheOtherOn() {
    try (PostgresDatabase database = PostgresDatabase.shared();
        ConfigurableApplicationContext context =
            new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .properties(
                    "spring.datasource.url=" + database.url(),
                    "spring.datasource.username=" + database.user(),
                    "spring.datasource.password=" + database.password())
                .run()) {
      ShopJobs jobs = new ShopJobs(context.getBean(JobsRuntime.class).jobs());
      Order order = new Order("somebody", List.of(), new Order.Payment.Card("1234"), null);
      UUID id = jobs.order().submit(order, SubmitOptions.by("test")).jobId();

      assertTrue(jobs.order().find(id).isPresent());
      JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
      assertEquals(
          List.of("create table of the application"),
          jdbc.queryForList(
              "SELECT description FROM public.flyway_schema_history", String.class));
    }
  }
}
