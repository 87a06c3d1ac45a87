package dev.tenon.examples.quickstart.guide;

import static dev.tenon.examples.quickstart.guide.ShopHeaders.SOURCE;
import static dev.tenon.examples.quickstart.guide.ShopHeaders.TENANT;
import static dev.tenon.examples.quickstart.guide.ShopHeaders.USER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.examples.quickstart.guide.ShopHeaders.OrderSource;
import dev.tenon.jobs.Headers;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.Page;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.runtime.JobsRuntimeBuilder;
import dev.tenon.jobs.testing.HandlerRun;
import dev.tenon.jobs.testing.HandlerTest;
import dev.tenon.jobs.testing.InMemoryJobs;
import dev.tenon.jobs.testing.JobOutcome;
import dev.tenon.jobs.workflow.Workflow;
import java.security.Principal;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.security.auth.Subject;
import org.junit.jupiter.api.Test;

/** Runs what the page about headers and interceptors shows. */
class HeadersGuideTest {

  private static final MailSend MAIL = new MailSend(List.of("someone@example.com"), "Hello");
  private static final UUID ACME = UUID.fromString("7d4c1a52-51a9-4c7e-8a4e-9d6f1f2c3b4a");

  private final TenantInterceptor tenants = new TenantInterceptor();

  @Test
  void aHeaderIsWrittenReadAndSearched() {
    InMemoryJobs service = InMemoryJobs.create();
    TestJobs jobs = new TestJobs(service);
    UUID id =
        jobs.mailSend()
            .submit(
                MAIL,
                SubmitOptions.by("shop")
                    .withHeader(TENANT, ACME)
                    .withHeader(SOURCE, OrderSource.APP))
            .jobId();
    Page<JobSummary> ofTenant = service.list(JobQuery.all().withHeader(TENANT, ACME));

    assertThat(ofTenant.items()).extracting(JobSummary::id).containsExactly(id);
    assertThat(service.get(id).header(SOURCE)).contains(OrderSource.APP);
  }

  @Test
  void aHandlerRunsForTheTenantOfTheSubmitter() {
    JobHandler<MailSend, Void> handler =
        (mail, context) -> {
          context.log().info("for " + CurrentTenant.get().orElseThrow());
          return null;
        };
    HandlerRun<Void> run =
        HandlerTest.of(MailSendJob.DEFINITION, handler)
            .withHeader(TENANT, ACME)
            .withInterceptor(tenants)
            .run(MAIL);

    assertThat(run.outcome()).isInstanceOf(JobOutcome.Completed.class);
    assertThat(CurrentTenant.get()).isEmpty();
  }

  @Test
  void theSubmitTakesTheTenantOfTheThread() {
    InMemoryJobs service = InMemoryJobs.builder().submitInterceptor(tenants).build();
    CurrentTenant.set(ACME);
    try {
      UUID id = new TestJobs(service).mailSend().submit(MAIL, SubmitOptions.by("shop")).jobId();
      assertThat(service.get(id).headers()).isEqualTo(Headers.of(TENANT, ACME));
    } finally {
      CurrentTenant.clear();
    }
  }

  /** As the page says for types with a batch handler. */
  @Test
  void theSideOfSubmissionsMayBeRegisteredOnItsOwn() {
    InMemoryJobs service = InMemoryJobs.builder().submitInterceptor(submission -> tenants.intercept(submission)).build();
    CurrentTenant.set(ACME);
    try {
      UUID id = new TestJobs(service).mailSend().submit(MAIL, SubmitOptions.by("shop")).jobId();
      assertThat(service.get(id).header(TENANT)).contains(ACME);
    } finally {
      CurrentTenant.clear();
    }
  }

  @Test
  void aFlagPutsAJobOff() {
    HandlerRun<Void> run =
        HandlerTest.of(MailSendJob.DEFINITION, new MailSendHandler())
            .withInterceptor(new FlagInterceptor(type -> false))
            .run(MAIL);

    assertThat(run.outcome()).isInstanceOf(JobOutcome.Snoozed.class);
  }

  @Test
  void aUserWithoutAnAccountRunsNothing() {
    Principal ann = () -> "ann";
    UserInterceptor users =
        new UserInterceptor(
            () -> ann, name -> name.equals("ann") ? Optional.of(new Subject()) : Optional.empty());
    JobHandler<MailSend, Void> handler =
        (mail, context) -> {
          assertThat(CurrentSubject.get()).isPresent();
          return null;
        };
    HandlerTest<MailSend, Void> test =
        HandlerTest.of(MailSendJob.DEFINITION, handler).withInterceptor(users);

    assertThat(test.withHeader(USER, "ann").run(MAIL).outcome())
        .isInstanceOf(JobOutcome.Completed.class);
    assertThat(test.withHeader(USER, "bob").run(MAIL).outcome())
        .isInstanceOf(JobOutcome.Failed.class);
    InMemoryJobs service = InMemoryJobs.builder().submitInterceptor(users).build();
    UUID id = new TestJobs(service).mailSend().submit(MAIL).jobId();
    assertThat(service.get(id).submittedBy()).isEqualTo("ann");
  }

  @Test
  void aWorkflowHasHeaders() {
    Workflow release = Workflow.named("design.release").withHeader(TENANT, ACME);
    assertThat(release.name()).isEqualTo("design.release");
  }

  /** Only compiled. */
  static JobsRuntimeBuilder builder(TenantInterceptor tenants, FlagInterceptor flags) {
    return JobsRuntime.builder()
        .submitInterceptor(tenants)
        .executionInterceptor(tenants)
        .executionInterceptor(flags);
  }
}
