package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobEvent;
import dev.tenon.jobs.JobNotFoundException;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** One process follows jobs that another one runs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JobEventsTest {

  private static final int LINES = 250;

  private Fixture fixture;
  private JobService jobs;
  private final BlockingQueue<Boolean> released = new LinkedBlockingQueue<>();

  @BeforeAll
  void start() {
    fixture = Fixture.withoutRabbit();
    jobs = fixture.start().jobs();
    fixture
        .start()
        .startWorker(
            TestJobs.handlers()
                .with(
                    TestJobs.ORDER,
                    (order, context) -> {
                      if (order.name().equals("many")) {
                        for (int i = 0; i < LINES; i++) {
                          context.log().info("line " + i);
                        }
                        return new Receipt("many");
                      }
                      context.log().info("begun");
                      boolean unused = released.take();
                      context.progress(40, "half way");
                      boolean unusedToo = released.take();
                      context.log().info("done");
                      return new Receipt(order.name());
                    }));
  }

  @AfterAll
  void stop() {
    fixture.close();
  }

  /** A subscriber that does not keep to the rules. */
  private static final class ThrowingFollower implements Flow.Subscriber<JobEvent> {

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(JobEvent event) {}

    @Override
    public void onError(Throwable failure) {
      throw new IllegalStateException("It has ended already");
    }

    @Override
    public void onComplete() {}
  }

  /** Keeps what it gets, and requests as much at a time as it is told to. */
  private static final class Follower implements Flow.Subscriber<JobEvent> {

    private final List<JobEvent> events = new CopyOnWriteArrayList<>();
    private final long first;
    private final long further;
    private volatile Flow.Subscription subscription;
    private volatile Throwable failure;
    private volatile boolean isComplete;

    Follower(long first, long further) {
      this.first = first;
      this.further = further;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
      if (first > 0) {
        given.request(first);
      }
    }

    @Override
    public void onNext(JobEvent event) {
      events.add(event);
      if (further > 0) {
        subscription.request(further);
      }
    }

    @Override
    public void onError(Throwable with) {
      failure = with;
    }

    @Override
    public void onComplete() {
      isComplete = true;
    }

    List<String> texts() {
      return events.stream().map(JobEventsTest::text).toList();
    }
  }

  private static String text(JobEvent event) {
    if (event instanceof JobEvent.StatusChanged changed) {
      return changed.status().code() + " " + changed.attempt();
    } else if (event instanceof JobEvent.Progressed progressed) {
      return progressed.percent() + " " + progressed.message().orElse("-");
    }
    return ((JobEvent.Logged) event).entry().message();
  }

  private UUID submit(String name) {
    return jobs.submit(TestJobs.ORDER, new Order(name, 1), SubmitOptions.by("t")).jobId();
  }

  private Follower follow(UUID id) {
    Follower follower = new Follower(Long.MAX_VALUE, 0);
    jobs.events(id).subscribe(follower);
    return follower;
  }

  @Test
  void whatHappensIsPublishedInItsOrder() {
    UUID id = submit("followed");
    Follower follower = follow(id);
    await("it has begun").until(() -> follower.texts().contains("begun"));
    released.add(true);
    await("it is half way").until(() -> follower.texts().contains("40 half way"));
    released.add(true);
    await("it is complete").until(() -> follower.isComplete);
    assertThat(follower.texts())
        .endsWith("running 1", "begun", "40 half way", "done", "100 -", "completed 1");
    assertThat(follower.failure).isNull();

    // Whoever comes later gets the log, and how it stands
    Follower late = follow(id);
    await("the late one is complete").until(() -> late.isComplete);
    assertThat(late.texts()).containsExactly("begun", "done", "100 -", "completed 1");

    // From each event on, somebody else gets the rest
    for (int i = 0; i < late.events.size(); i++) {
      Follower other = new Follower(Long.MAX_VALUE, 0);
      jobs.events(id, late.events.get(i).id()).subscribe(other);
      await("the other one is complete").until(() -> other.isComplete);
      assertThat(other.texts()).isEqualTo(late.texts().subList(i + 1, late.events.size()));
    }
  }

  @Test
  void aSubscriberGetsNoMoreThanItRequests() {
    UUID id = submit("many");
    Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED);
    Follower slow = new Follower(3, 0);
    jobs.events(id).subscribe(slow);
    await("three have come").until(() -> slow.events.size() == 3);
    slow.subscription.request(2);
    await("five have come").until(() -> slow.events.size() == 5);
    assertThat(slow.texts()).containsExactly("line 0", "line 1", "line 2", "line 3", "line 4");
    slow.subscription.cancel();

    Follower oneByOne = new Follower(1, 1);
    jobs.events(id).subscribe(oneByOne);
    await("all have come").until(() -> oneByOne.isComplete);
    assertThat(oneByOne.texts())
        .hasSize(LINES + 2)
        .contains("line " + (LINES - 1))
        .endsWith("100 -", "completed 1");
    assertThat(slow.events).hasSize(5);
    await("nobody follows").until(() -> notes() == 0);
  }

  private long notes() throws SQLException {
    try (Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM tenon.awaited_jobs")) {
      row.next();
      return row.getLong(1);
    }
  }

  @Test
  void whatCannotBeFollowedIsAnError() {
    Follower unknown = follow(UUID.randomUUID());
    await("there is no such job").until(() -> unknown.failure instanceof JobNotFoundException);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> jobs.events(UUID.randomUUID(), "7; DROP TABLE jobs"))
        .withMessage(
            "The position is not the id of an event. Pass the id() of a JobEvent of the same job, unchanged.");
    Flow.Publisher<JobEvent> publisher = jobs.events(UUID.randomUUID());
    assertThatNullPointerException()
        .isThrownBy(() -> publisher.subscribe(null))
        .withMessage("subscriber");
    Follower none = new Follower(0, 0);
    jobs.events(UUID.randomUUID()).subscribe(none);
    none.subscription.request(0);
    await("it is refused").until(() -> none.failure instanceof IllegalArgumentException);
    assertThat(none.failure)
        .hasMessage("The subscriber has requested 0 events; it must request at least one.");
  }

  @Test
  void closingTheRuntimeEndsTheEvents() {
    UUID id =
        jobs.submit(
                TestJobs.ORDER,
                new Order("x", 1),
                SubmitOptions.by("t").withDelay(Duration.ofHours(1)))
            .jobId();
    JobsRuntime runtime = fixture.start();
    Follower follower = new Follower(Long.MAX_VALUE, 0);
    for (int i = 0; i < 3; i++) {
      runtime.jobs().events(id).subscribe(new ThrowingFollower());
    }
    runtime.jobs().events(id).subscribe(follower);
    await("it waits").until(() -> follower.texts().contains("pending 0"));
    runtime.close();
    await("the runtime is closed").until(() -> follower.failure != null);
    assertThat(follower.failure)
        .isInstanceOf(JobsException.class)
        .hasMessage(
            "The runtime was closed while job %s was followed. The job continues; follow it again from the last event, in this process or another one."
                .formatted(id));
  }
}
