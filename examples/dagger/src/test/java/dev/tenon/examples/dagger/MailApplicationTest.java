package dev.tenon.examples.dagger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.testing.TenonExtension;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MailApplicationTest {

  @RegisterExtension final TenonExtension tenon = TenonExtension.create();

  @Test
  void whoSignsUpIsWelcomed() {
    MailApplication application = DaggerMailApplication.factory().create(tenon.jobs());
    tenon.startWorker(application.handlers());

    UUID id = application.signUp().register("Ada", "ada@example.org");

    Job job = tenon.awaitEnd(id, Duration.ofSeconds(60));
    assertThat(job.status()).isEqualTo(JobStatus.COMPLETED);
    assertThat(application.mailServer().sent()).containsExactly("ada@example.org: Welcome, Ada!");
  }
}
