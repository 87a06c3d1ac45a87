package dev.tenon.jobs.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.PayloadTooLargeException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.options.EncryptionKeys;
import dev.tenon.jobs.options.RabbitMqOptions;
import dev.tenon.jobs.options.WorkerOptions;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.spring.shop.OrderConfirm;
import dev.tenon.jobs.spring.shop.OrderConfirmHandler;
import dev.tenon.jobs.spring.shop.ShopJobs;
import dev.tenon.jobs.spring.shop.ShopJobsHandlers;
import dev.tenon.jobs.spring.shop.StockCount;
import dev.tenon.jobs.spring.shop.StockCountHandler;
import dev.tenon.jobs.spring.shop.StockCountJob;
import dev.tenon.jobs.testservers.PostgresDatabase;
import dev.tenon.jobs.testservers.RabbitVirtualHost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.aop.framework.autoproxy.BeanNameAutoProxyCreator;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.util.ReflectionTestUtils;

/** What an application gets by the starter alone, and what it can change. */
@ExtendWith(OutputCaptureExtension.class)
class AutoConfigurationTest {

  private static PostgresDatabase database;

  @BeforeAll
  static void makeDatabase() {
    database = PostgresDatabase.shared();
  }

  @AfterAll
  static void dropDatabase() {
    database.close();
  }

  private static final String KEY =
      "properties:" + Base64.getEncoder().encodeToString(new byte[32]);

  private static ApplicationContextRunner application() {
    return TestApplication.on(database, TestApplication.WithHandlers.class);
  }

  private static String health(ApplicationContext context) {
    // Its class has another name in each version of Boot
    return ReflectionTestUtils.invokeMethod(context.getBean("tenonHealthIndicator"), "health")
        .toString();
  }

  @Test
  void jobsRunWithRabbitMqAsBootKnowsIt() {
    try (RabbitVirtualHost host = RabbitVirtualHost.shared()) {
      application()
          .withPropertyValues(TestApplication.rabbitMq(host))
          .withPropertyValues("tenon.rabbitmq.name-prefix=shop.")
          .run(
              context -> {
                Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> health(context).contains("rabbitmq=connected"));
                UUID id =
                    context
                        .getBean(ShopJobs.class)
                        .orderConfirm()
                        .submit(new OrderConfirm("1"), SubmitOptions.by("test"))
                        .jobId();

                Job job = TestApplication.awaitEnd(context.getBean(JobService.class), id);

                assertThat(job.status()).isEqualTo(JobStatus.COMPLETED);
                assertThat(host.queues().keySet()).anyMatch(queue -> queue.startsWith("shop."));
                assertThat(health(context)).startsWith("UP").contains("database=responding");
              });
    }
  }

  @Test
  void jobsRunWithoutRabbitMq() {
    application()
        .run(
            context -> {
              UUID id =
                  context
                      .getBean(ShopJobs.class)
                      .orderConfirm()
                      .submit(new OrderConfirm("2"), SubmitOptions.by("test"))
                      .jobId();

              Job job = TestApplication.awaitEnd(context.getBean(JobService.class), id);

              assertThat(job.status()).isEqualTo(JobStatus.COMPLETED);
              assertThat(health(context)).doesNotContain("rabbitmq");
            });
  }

  @Test
  void healthSaysInWordsWhatIsDown() {
    application()
        .withPropertyValues(
            "tenon.rabbitmq.enabled=true", "tenon.rabbitmq.uris=amqp://guest:guest@127.0.0.1:1")
        .run(
            context ->
                Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(
                        () ->
                            assertThat(health(context))
                                .startsWith("DOWN")
                                .contains("rabbitmq=DOWN: not connected")
                                .contains("workers take them from there")));
  }

  @Test
  void propertiesReachTheRuntimeAndTheWorker() {
    application()
        .withPropertyValues(
            "tenon.schema=shop_jobs",
            "tenon.worker.concurrency=3",
            "tenon.worker.grace-period=7s",
            "tenon.worker.virtual-threads=false",
            "tenon.worker.application-version=2.4.1",
            "spring.application.name=shop",
            "tenon.limits.payload=20B")
        .run(
            context -> {
              assertThat(context.getBean(WorkerOptions.class))
                  .isEqualTo(
                      WorkerOptions.defaults()
                          .withConcurrency(3)
                          .withGracePeriod(Duration.ofSeconds(7))
                          .withVirtualThreads(false)
                          .withApplicationVersion("2.4.1"));
              assertThat(
                      context
                          .getBean(JdbcTemplate.class)
                          .queryForObject(
                              "SELECT count(*) FROM pg_namespace WHERE nspname = 'shop_jobs'",
                              Integer.class))
                  .isEqualTo(1);
              ShopJobs jobs = context.getBean(ShopJobs.class);
              UUID id = jobs.orderConfirm().submit(new OrderConfirm("1")).jobId();
              assertThat(context.getBean(JobService.class).get(id).submittedBy()).isEqualTo("shop");
              assertThatThrownBy(
                      () ->
                          jobs.orderConfirm()
                              .submit(
                                  new OrderConfirm("a number that is long"),
                                  SubmitOptions.by("test")))
                  .isInstanceOf(PayloadTooLargeException.class);
            });
  }

  private static String storedPayload(ApplicationContext context) {
    ShopJobs jobs = context.getBean(ShopJobs.class);
    UUID id = jobs.stockCount().submit(new StockCount("A1"), SubmitOptions.by("test")).jobId();
    assertThat(jobs.stockCount().find(id).orElseThrow().payload()).isEqualTo(new StockCount("A1"));
    return context.getBean(JobService.class).get(id).payload();
  }

  @Test
  void sensitiveValuesAreStoredReadablyUnlessThereAreKeys() {
    application()
        .run(context -> assertThat(storedPayload(context)).isEqualTo("{\"shelf\":\"A1\"}"));
    application()
        .withPropertyValues("tenon.encryption.keys=" + KEY)
        .run(
            context ->
                assertThat(storedPayload(context))
                    .startsWith("{\"shelf\":\"tenon-encrypted:1:properties:"));
    application()
        .withPropertyValues(
            "tenon.encryption.keys=" + KEY, "tenon.encryption.unencrypted-types=shop.stock.count")
        .run(context -> assertThat(storedPayload(context)).isEqualTo("{\"shelf\":\"A1\"}"));
    application()
        .withPropertyValues("tenon.encryption.keys=" + KEY)
        .withBean(
            EncryptionKeys.class, () -> EncryptionKeys.parse(KEY.replace("properties", "bean")))
        .run(
            context ->
                assertThat(storedPayload(context))
                    .startsWith("{\"shelf\":\"tenon-encrypted:1:bean:"));
  }

  @Test
  void anEmptyTextOfKeysIsNoReasonToStoreReadableValues() {
    application()
        .withPropertyValues("tenon.encryption.keys=")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .hasStackTraceContaining("The string with the encryption keys is missing."));
  }

  @Test
  void thePropertiesDoNotTellTheKeys() {
    application()
        .withPropertyValues("tenon.encryption.keys=" + KEY)
        .run(
            context ->
                assertThat(context.getBean(TenonProperties.class).toString())
                    .contains("Encryption[keys, unencryptedTypes=[]]")
                    .doesNotContain(KEY));
  }

  @Test
  void aProcessThatOnlySubmitsNeedsNoHandlers() {
    TestApplication.on(database, TestApplication.WithoutHandlers.class)
        .withPropertyValues("tenon.worker.enabled=false")
        .run(
            context -> {
              assertThat(context).hasSingleBean(ShopJobs.class);
              assertThat(context).doesNotHaveBean(JobHandlers.class);
              assertThat(context).doesNotHaveBean(JobWorkers.class);
            });
  }

  @Test
  void tenonCanBeSwitchedOff() {
    TestApplication.on(database, TestApplication.WithoutHandlers.class)
        .withPropertyValues("tenon.enabled=false")
        .run(
            context -> {
              assertThat(context).doesNotHaveBean(JobsRuntime.class);
              assertThat(context).doesNotHaveBean(ShopJobs.class);
            });
  }

  @Configuration(proxyBeanMethods = false)
  static class TwoWorkers {

    @Bean
    JobWorkers heavyJobs(JobsRuntime runtime, ShopJobsHandlers handlers) {
      return new JobWorkers(
          runtime,
          List.of(handlers.only(StockCountJob.DEFINITION)),
          WorkerOptions.defaults().withConcurrency(2));
    }

    @Bean
    JobWorkers otherJobs(JobsRuntime runtime, ShopJobsHandlers handlers, WorkerOptions options) {
      return new JobWorkers(runtime, List.of(handlers.without(StockCountJob.DEFINITION)), options);
    }
  }

  @Test
  void heavyJobsMayHaveAWorkerOfTheirOwn() {
    application()
        .withUserConfiguration(TwoWorkers.class)
        .run(
            context -> {
              assertThat(context.getBeansOfType(JobWorkers.class).values())
                  .hasSize(2)
                  .allMatch(workers -> workers.workers().size() == 1);
              UUID id =
                  context
                      .getBean(ShopJobs.class)
                      .orderConfirm()
                      .submit(new OrderConfirm("3"), SubmitOptions.by("test"))
                      .jobId();
              assertThat(TestApplication.awaitEnd(context.getBean(JobService.class), id).status())
                  .isEqualTo(JobStatus.COMPLETED);
            });
  }

  @Configuration(proxyBeanMethods = false)
  static class OwnBeans {

    @Bean
    WorkerOptions ownOptions() {
      return WorkerOptions.defaults().withConcurrency(1);
    }

    @Bean
    JobService ownService(JobsRuntime runtime) {
      return new RecordingJobService(runtime.jobs());
    }

    @Bean
    ShopJobs ownJobs(JobService service) {
      return new ShopJobs(service);
    }

    @Bean
    ShopJobsHandlers ownHandlers(OrderConfirmHandler orders, StockCountHandler stock) {
      return new ShopJobsHandlers(orders, stock);
    }

    @Bean
    JobsRuntimeBuilderCustomizer ownSettings() {
      return builder -> builder.rabbitMq(RabbitMqOptions.of("amqp://127.0.0.1:1"));
    }
  }

  @Test
  void beansOfTheApplicationReplaceThoseOfTenon() {
    application()
        .withUserConfiguration(OwnBeans.class)
        .run(
            context -> {
              assertThat(context).hasSingleBean(ShopJobs.class);
              assertThat(context).hasSingleBean(ShopJobsHandlers.class);
              assertThat(context.getBean(WorkerOptions.class).concurrency()).isEqualTo(1);
              assertThat(context.getBean(JobService.class)).isInstanceOf(RecordingJobService.class);
              // Until the first try has failed, it is being connected
              Awaitility.await()
                  .atMost(Duration.ofMinutes(1))
                  .untilAsserted(() -> assertThat(health(context)).contains("rabbitmq=DOWN"));
            });
  }

  /** Something that handlers might use, in the phase of a web server. */
  static final class Neighbour implements SmartLifecycle {

    private final ApplicationContext context;
    private boolean running;
    int workersAtStart = -1;
    int workersAtStop = -1;

    Neighbour(ApplicationContext context) {
      this.context = context;
    }

    @Override
    public void start() {
      workersAtStart = context.getBean(JobWorkers.class).workers().size();
      running = true;
    }

    @Override
    public void stop() {
      workersAtStop = context.getBean(JobWorkers.class).workers().size();
      running = false;
    }

    @Override
    public boolean isRunning() {
      return running;
    }

    @Override
    public int getPhase() {
      return DEFAULT_PHASE - 1024;
    }
  }

  @Test
  void workersStartLastAndStopFirst() {
    Neighbour[] neighbour = new Neighbour[1];
    application()
        .withBean(Neighbour.class)
        .run(
            context -> {
              neighbour[0] = context.getBean(Neighbour.class);
              assertThat(neighbour[0].workersAtStart).isZero();
              JobWorkers workers = context.getBean(JobWorkers.class);
              assertThat(workers.workers()).hasSize(1);
              workers.stop();
              assertThat(workers.isRunning()).isFalse();
              workers.start();
              assertThat(workers.workers()).hasSize(1);
            });
    assertThat(neighbour[0].workersAtStop).isZero();
  }

  private static String failure(Class<?> application, CapturedOutput output, String... arguments) {
    SpringApplication spring = new SpringApplication(application);
    spring.setWebApplicationType(WebApplicationType.NONE);
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--spring.datasource.url=" + database.url());
    all.add("--spring.datasource.username=" + database.user());
    all.add("--spring.datasource.password=" + database.password());
    if (!all.contains("--tenon.rabbitmq.enabled=true")) {
      all.add("--tenon.rabbitmq.enabled=false");
    }
    all.add("--" + TestApplication.JPA);
    all.add("--" + TestApplication.REPOSITORIES);
    assertThatThrownBy(() -> spring.run(all.toArray(String[]::new)).close()).isNotNull();
    return output.getAll();
  }

  @Test
  void aHandlerThatIsNoBeanIsNamed(CapturedOutput output) {
    assertThat(failure(TestApplication.WithoutHandlers.class, output))
        .contains("APPLICATION FAILED TO START")
        .contains(
            "The handler dev.tenon.jobs.spring.shop.OrderConfirmHandler is not a bean, so no worker"
                + " can run its jobs.")
        .contains("Annotate it with @Component");
  }

  @Test
  void aHandlerBehindAProxyOfInterfacesIsExplained(CapturedOutput output) {
    assertThat(
            failure(
                TestApplication.WithHandlers.class,
                output,
                "--spring.aop.proxy-target-class=false"))
        .contains("APPLICATION FAILED TO START")
        .contains(
            "The bean of the handler dev.tenon.jobs.spring.shop.StockCountHandler is a JDK proxy")
        .contains("remove spring.aop.proxy-target-class=false");
  }

  @Configuration(proxyBeanMethods = false)
  static class ProxyOfFinalHandler extends TestApplication.WithHandlers {

    @Bean
    static BeanNameAutoProxyCreator proxies() {
      BeanNameAutoProxyCreator proxies = new BeanNameAutoProxyCreator();
      proxies.setBeanNames("*OrderConfirmHandler");
      proxies.setProxyTargetClass(true);
      return proxies;
    }
  }

  @Test
  void aFinalHandlerThatNeedsAProxyIsExplained(CapturedOutput output) {
    assertThat(failure(ProxyOfFinalHandler.class, output))
        .contains("APPLICATION FAILED TO START")
        .contains("The handler dev.tenon.jobs.spring.shop.OrderConfirmHandler is final")
        .contains("Remove 'final' from the class");
  }

  @Test
  void whyTheRuntimeDoesNotStartIsShownWithoutAStackTrace(CapturedOutput output) {
    assertThat(
            failure(
                TestApplication.WithHandlers.class,
                output,
                "--tenon.migrate=false",
                "--tenon.schema=nowhere"))
        .contains("APPLICATION FAILED TO START")
        .contains("nowhere")
        .doesNotContain("\tat dev.tenon");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          tenon.schema                      | Jobs    | it must be a lower-case SQL name
          tenon.heartbeat-interval          | 1ms     | it must be from 100 ms to 1 hour
          tenon.start-timeout               | 1ms     | it must be from 1 second to 10 minutes
          tenon.max-crashes                 | 0       | it must be at least 1
          tenon.limits.payload              | 3GB     | The size is 3221225472 bytes; it must be from 1 to 67108864
          tenon.limits.result               | 0B      | The size is 0 bytes; it must be from 1 to 67108864
          tenon.limits.log-data             | 9000TB  | The size is 9895604649984000 bytes; it must be from 1 to 67108864
          tenon.limits.log-lines            | 0       | it must be from 1 to 1000000
          tenon.worker.concurrency          | 0       | it must be from 1 to 1,000,000
          tenon.worker.grace-period         | -1s     | it must be from 0 to 365 days
          tenon.submitted-by                | ' '     | submittedBy is blank
          tenon.encryption.keys             | s3cr3t  | has no name
          tenon.rabbitmq.uris               | s3cr3t  | not of the form amqp://
          tenon.rabbitmq.name-prefix        | amq.    | which RabbitMQ keeps for itself
          """)
  void aWrongPropertyIsNamedWithoutAStackTrace(
      String property, String value, String reason, CapturedOutput output) {
    List<String> arguments = new ArrayList<>(List.of("--" + property + "=" + value));
    if (property.startsWith("tenon.rabbitmq")) {
      arguments.add("--tenon.rabbitmq.enabled=true");
    }
    if (property.equals("tenon.rabbitmq.name-prefix")) {
      arguments.add("--tenon.rabbitmq.uris=amqp://127.0.0.1:1");
    }

    assertThat(
            failure(TestApplication.WithHandlers.class, output, arguments.toArray(String[]::new)))
        .contains("APPLICATION FAILED TO START")
        .containsPattern(
            "Tenon cannot use the value of the property %s\\. .*%s"
                .formatted(Pattern.quote(property), Pattern.quote(reason)))
        .doesNotContain("\tat dev.tenon")
        .doesNotContain("s3cr3t");
  }

  @Test
  void anApplicationWithABlankNameIsNoSubmitter() {
    application()
        .withPropertyValues("spring.application.name= ")
        .run(
            context ->
                assertThatThrownBy(
                        () ->
                            context
                                .getBean(ShopJobs.class)
                                .orderConfirm()
                                .submit(new OrderConfirm("1")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("The options do not say who submits the job."));
  }
}
