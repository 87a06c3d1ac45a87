package dev.tenon.jobs.spring;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.spring.shop.OrderConfirmHandler;
import dev.tenon.jobs.spring.shop.StockCountHandler;
import dev.tenon.jobs.testservers.PostgresDatabase;
import dev.tenon.jobs.testservers.RabbitVirtualHost;
import java.time.Duration;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** An application as a user has it: auto-configuration, and handlers that are beans. */
final class TestApplication {

  static final String JPA =
      "spring.autoconfigure.exclude=org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration,org.springframework.boot.autoconfigure.orm.jpa.HibernateJpaAutoConfiguration";

  static final String REPOSITORIES = "spring.data.jpa.repositories.enabled=false";

  private TestApplication() {}

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class WithoutHandlers {}

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import({OrderConfirmHandler.class, StockCountHandler.class})
  static class WithHandlers {}

  /** An application on a database, without RabbitMQ and JPA. */
  static ApplicationContextRunner on(PostgresDatabase database, Class<?> application) {
    return withJpaOn(database, application)
        .withPropertyValues(JPA, REPOSITORIES, "tenon.rabbitmq.enabled=false");
  }

  /** An application on a database, with JPA. */
  static ApplicationContextRunner withJpaOn(PostgresDatabase database, Class<?> application) {
    return new ApplicationContextRunner()
        .withUserConfiguration(application)
        .withPropertyValues(
            "spring.datasource.url=" + database.url(),
            "spring.datasource.username=" + database.user(),
            "spring.datasource.password=" + database.password(),
            "tenon.worker.grace-period=0s");
  }

  /** The settings of RabbitMQ, as Boot reads them. */
  static String[] rabbitMq(RabbitVirtualHost host) {
    return new String[] {"tenon.rabbitmq.enabled=true", "spring.rabbitmq.addresses=" + host.uri()};
  }

  /** Waits until a job has ended. */
  static Job awaitEnd(JobService jobs, UUID id) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> jobs.get(id), job -> job.status().isTerminal());
  }
}
