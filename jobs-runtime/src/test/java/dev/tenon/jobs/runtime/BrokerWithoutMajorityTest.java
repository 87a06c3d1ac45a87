package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.CapturedLog;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A RabbitMQ that takes connections, and is silent once one of them asks for a queue, as a node
 * whose quorum queues have lost their majority.
 */
@Tag("thorough")
class BrokerWithoutMajorityTest {

  /** The beginning of the frame of a method on channel 0, after its length: class 10, method 50. */
  private static final String CONNECTION_CLOSE = "\0\12\0\62";

  private static final String BACK = "takes its jobs from RabbitMQ again";

  @Test
  void workersStayOnTheTableUntilTheirQueuesAreConsumed() throws Exception {
    try (Fixture fixture = Fixture.withRabbit();
        CapturedLog log = CapturedLog.of("dev.tenon.jobs");
        SilentQueues broker = new SilentQueues(URI.create(fixture.host().uri()))) {
      JobsRuntime runtime = fixture.start(fixture.builder().rabbitMq(broker.uri()));
      JobService jobs = runtime.jobs();
      AtomicBoolean startedInSilence = new AtomicBoolean();
      JobWorker worker =
          runtime.startWorker(
              TestJobs.handlers()
                  .with(
                      TestJobs.ORDER,
                      (order, context) -> {
                        startedInSilence.set(broker.isSilentTo("tenon-TestJobs-"));
                        return new Receipt(order.name());
                      }));
      runsAJob(jobs);
      assertThat(runtime.health().toString())
          .contains("RabbitMQ does not let it consume its queues");

      for (int connection = 2; connection <= 3; connection++) {
        int silent = connection;
        await()
            .atMost(Fixture.PATIENCE)
            .until(() -> broker.silentConnectionsOf(worker.id()) >= silent);
        // While the link waits for an answer, which takes it ten seconds
        startedInSilence.set(false);
        runsAJob(jobs);
        assertThat(startedInSilence)
            .as("the job started while RabbitMQ was silent, and not between two silences")
            .isTrue();
      }
      assertThat(log.lines()).noneMatch(line -> line.contains(BACK));

      broker.answer();
      await()
          .atMost(Fixture.PATIENCE)
          .until(() -> log.lines().stream().anyMatch(line -> line.contains(BACK)));
      runsAJob(jobs);
      await().atMost(Fixture.PATIENCE).until(() -> runtime.health().isHealthy());
    }
  }

  private static void runsAJob(JobService jobs) {
    UUID id = jobs.submit(TestJobs.ORDER, new Order("a", 1), SubmitOptions.by("t")).jobId();
    Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED);
  }

  /** Forwards a port to RabbitMQ; a connection that names the queue of the jobs gets no answer. */
  private static final class SilentQueues implements AutoCloseable {

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final URI target;
    private final Map<String, AtomicInteger> silentByName = new ConcurrentHashMap<>();
    private final Map<Socket, String> openSilent = new ConcurrentHashMap<>();
    private volatile boolean isSilent = true;

    SilentQueues(URI target) throws IOException {
      this.target = target;
      start(
          () -> {
            while (true) {
              Socket client = listener.accept();
              Socket server = new Socket(target.getHost(), target.getPort());
              StringBuilder said = new StringBuilder();
              boolean[] swallows = new boolean[1];
              start(() -> move(client, server, said, swallows));
              start(() -> move(server, client, null, swallows));
            }
          });
    }

    String uri() {
      return target
          .toString()
          .replace(":" + target.getPort() + "/", ":" + listener.getLocalPort() + "/");
    }

    /** Whether the client waits for an answer on a connection of this name. */
    boolean isSilentTo(String name) {
      return openSilent.values().stream().anyMatch(said -> said.contains(name));
    }

    int silentConnectionsOf(String name) {
      return silentByName.entrySet().stream()
          .filter(each -> each.getKey().contains(name))
          .mapToInt(each -> each.getValue().get())
          .sum();
    }

    void answer() {
      isSilent = false;
    }

    private void move(Socket from, Socket to, StringBuilder said, boolean[] swallows)
        throws IOException {
      byte[] buffer = new byte[16 * 1024];
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      try (from;
          to) {
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          synchronized (swallows) {
            if (said != null && !swallows[0] && isSilent) {
              said.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
              swallows[0] = said.indexOf(TestJobs.ORDER.routingKey()) >= 0;
              if (swallows[0]) {
                // The client has said what its connection is called
                openSilent.put(from, said.toString());
                silentByName
                    .computeIfAbsent(said.toString(), unused -> new AtomicInteger())
                    .incrementAndGet();
              }
            }
            if (!swallows[0]) {
              out.write(buffer, 0, count);
            } else if (new String(buffer, 0, count, StandardCharsets.ISO_8859_1)
                .contains(CONNECTION_CLOSE)) {
              // The client waits for an answer no longer
              openSilent.remove(from);
            }
          }
        }
      } finally {
        openSilent.remove(from);
      }
    }

    private interface Work {
      void run() throws IOException;
    }

    private static void start(Work work) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  work.run();
                } catch (IOException e) {
                  // One end is gone
                }
              });
      thread.setDaemon(true);
      thread.start();
    }

    @Override
    public void close() throws IOException {
      listener.close();
    }
  }
}
