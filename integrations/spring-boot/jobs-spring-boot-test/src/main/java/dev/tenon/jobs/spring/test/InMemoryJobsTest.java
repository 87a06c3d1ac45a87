package dev.tenon.jobs.spring.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.test.context.BootstrapWith;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * Tests the jobs of an application of Spring Boot without a database: its handlers and the
 * generated classes, on {@link dev.tenon.jobs.testing.InMemoryJobs}, which runs jobs in the thread
 * of the test and by a clock that the test turns forward, and nothing else of the application.
 *
 * <pre>{@code
 * @InMemoryJobsTest
 * class OrderConfirmTest {
 *
 *   @Autowired ShopJobs shop;
 *   @Autowired InMemoryJobs jobs;
 *   @MockitoBean MailSender mail;
 *
 *   @Test
 *   void triesAgainAfterAnHour() {
 *     doThrow(new MailSendException("down")).doNothing().when(mail).send(any());
 *     UUID id = shop.orderConfirm().submit(new OrderConfirm("4711"), SubmitOptions.by("test")).jobId();
 *
 *     jobs.advance(Duration.ofHours(1));
 *
 *     assertThat(jobs.get(id).status()).isEqualTo(JobStatus.COMPLETED);
 *   }
 * }
 * }</pre>
 *
 * <p>Of the scanned classes only handlers become beans. What they need is imported by the test
 * ({@code @Import}), or replaced ({@code @MockitoBean}); there are no data source and no
 * transactions. Before each test all jobs are forgotten; the clock, a {@link
 * dev.tenon.jobs.testing.TestClock} bean, goes on.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@BootstrapWith(TenonTestContextBootstrapper.class)
@ExtendWith({SpringExtension.class, InMemoryJobsReset.class})
@ImportAutoConfiguration
public @interface InMemoryJobsTest {

  /** Properties of the application, such as {@code tenon.submitted-by=test}. */
  String[] properties() default {};
}
