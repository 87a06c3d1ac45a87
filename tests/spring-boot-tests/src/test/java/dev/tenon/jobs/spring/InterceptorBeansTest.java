package dev.tenon.jobs.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.Header;
import dev.tenon.jobs.Headers;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.intercept.ExecutionInterceptor;
import dev.tenon.jobs.intercept.SubmitInterceptor;
import dev.tenon.jobs.spring.shop.OrderConfirm;
import dev.tenon.jobs.spring.shop.ShopJobs;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/** Interceptors of the application are beans. */
class InterceptorBeansTest {

  private static final Header<String> TENANT = Header.ofString("tenant");
  private static final Header<String> LAST = Header.ofString("last");

  /** Interceptors in an order that is not that of their names. */
  @Configuration(proxyBeanMethods = false)
  static class WithInterceptors {
    final List<String> said = new CopyOnWriteArrayList<>();

    @Bean
    @Order(2)
    SubmitInterceptor aSecond() {
      return submission ->
          submission
              .options()
              .withHeader(LAST, submission.options().headers().get(TENANT).orElse("none"));
    }

    @Bean
    @Order(1)
    SubmitInterceptor bFirst() {
      return submission -> submission.options().withHeader(TENANT, "acme");
    }

    @Bean
    @Order(2)
    ExecutionInterceptor cInner() {
      return saying("inner");
    }

    @Bean
    @Order(1)
    ExecutionInterceptor dOuter() {
      return saying("outer");
    }

    private ExecutionInterceptor saying(String name) {
      return call -> {
        said.add(name + " " + call.context().header(TENANT).orElse("none"));
        call.proceed();
      };
    }
  }

  @Test
  void beansAreAddedInTheirOrder() {
    try (PostgresDatabase database = PostgresDatabase.shared()) {
      TestApplication.on(database, TestApplication.WithHandlers.class)
          .withUserConfiguration(WithInterceptors.class)
          .run(
              context -> {
                JobService jobs = context.getBean(JobService.class);
                UUID id =
                    context
                        .getBean(ShopJobs.class)
                        .orderConfirm()
                        .submit(new OrderConfirm("1"), SubmitOptions.by("t"))
                        .jobId();
                assertThat(jobs.get(id).headers())
                    .isEqualTo(Headers.of(TENANT, "acme").with(LAST, "acme"));
                List<String> said = context.getBean(WithInterceptors.class).said;
                var unused = TestApplication.awaitEnd(jobs, id);
                assertThat(said).containsExactly("outer acme", "inner acme");
              });
    }
  }
}
