package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.JsonCodecs;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Promise 11: a payload that does not validate, or cannot be decoded, fails at once with the
 * reason, keeps its row, and can be retried after a fix.
 */
@Tag("thorough")
@SharesServers
class Promise11BadPayloadTest {

  /** The type as another version of the code knew it. */
  record OtherWork(String action, int millis) {}

  private static final JobDefinition<OtherWork, Void> OTHER =
      JobDefinition.builder(FaultJobs.WORK.type(), OtherWork.class, Void.class)
          .payloadCodec(
              FaultCodecs.ofThree(
                  JsonCodecs.STRING,
                  OtherWork::action,
                  OtherWork::millis,
                  work -> null,
                  (action, millis, padding) -> new OtherWork(action, millis)))
          .build();

  private Site site;
  private Node worker;

  @BeforeEach
  void open() {
    site = new Site();
    site.runtime();
    worker = site.start(site.worker("worker", 2)).awaitReady();
  }

  @AfterEach
  void close() {
    site.close();
  }

  private void failsImmediatelyAndIsRetried(OtherWork payload, String reason) {
    UUID id = site.jobs().submit(OTHER, payload, SubmitOptions.by("faults")).jobId();
    Job job = site.awaitStatus(id, JobStatus.FAILED);
    assertThat(job.attempts()).as("it is not tried again").isEqualTo(1);
    assertThat(job.error().orElseThrow().message().orElseThrow()).contains(reason);
    assertThat(job.payload()).contains(String.valueOf(payload.millis()));
    assertThat(site.balance().executions()).as("its handler is not called").isZero();
    site.execute(
        "UPDATE by_test.jobs SET payload = '{\"action\":\"WORK\",\"millis\":1}' WHERE id = '"
            + id
            + "'");
    site.jobs().retry(id, Actor.of("ann"));
    site.awaitStatus(id, JobStatus.COMPLETED);
    site.settle(Site.PATIENCE).mustBalance();
    assertThat(worker.process().isAlive()).isTrue();
  }

  @Test
  void aPayloadThatIsNotValid() {
    failsImmediatelyAndIsRetried(new OtherWork("WORK", -5), "millis must not be negative");
  }

  @Test
  void aPayloadThatCannotBeDecoded() {
    failsImmediatelyAndIsRetried(new OtherWork("DANCE", 5), "fault.work");
  }
}
