package dev.tenon.jobs.spring.test;

import dev.tenon.jobs.internal.codes.Codes;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Locale;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.test.context.BootstrapWith;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * Tests the jobs of an application of Spring Boot: its handlers, the generated classes and a
 * running Tenon, with a database and transactions, and nothing else of the application.
 *
 * <pre>{@code
 * @TenonTest
 * class OrderConfirmTest {
 *
 *   @Autowired ShopJobs jobs;
 *   @Autowired JobService service;
 *   @MockitoBean MailSender mail;
 *
 *   @Test
 *   void confirmsTheOrder() {
 *     UUID id = jobs.orderConfirm().submit(new OrderConfirm("4711"), SubmitOptions.by("test")).jobId();
 *     await().until(() -> service.get(id).status() == JobStatus.COMPLETED);
 *     verify(mail).send(any(SimpleMailMessage.class));
 *   }
 * }
 * }</pre>
 *
 * <p>Of the scanned classes only handlers become beans. What they need is imported by the test
 * ({@code @Import}), or replaced ({@code @MockitoBean}). Flyway, Liquibase and {@code schema.sql}
 * of the application make their tables. RabbitMQ is not used: workers take their jobs from the
 * table. Other auto-configurations are added with {@code @ImportAutoConfiguration}.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@BootstrapWith(TenonTestContextBootstrapper.class)
@ExtendWith({ContextCloser.class, SpringExtension.class})
@ImportAutoConfiguration
public @interface TenonTest {

  /** Properties of the application, such as {@code tenon.worker.concurrency=1}. */
  String[] properties() default {};

  /** Where the database is. */
  Database database() default Database.EMBEDDED;

  /**
   * Whether workers run the jobs. Without them a test looks at what was submitted, and handlers
   * need not be beans.
   */
  boolean workers() default true;

  /** Where the database of a test is. */
  enum Database {
    /**
     * An empty one on a PostgreSQL that is started once in the JVM, with nothing to install. Tests
     * that share a context of Spring share it.
     */
    EMBEDDED,
    /** That of the application: {@code spring.datasource.*}, or a {@code @ServiceConnection}. */
    GIVEN;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** The place as it is shown, such as {@code embedded}. */
    public String code() {
      return code;
    }

    /**
     * The place with the given code.
     *
     * @throws IllegalArgumentException if there is no such place
     */
    public static Database ofCode(String code) {
      return Codes.find(values(), Database::code, code);
    }
  }
}
