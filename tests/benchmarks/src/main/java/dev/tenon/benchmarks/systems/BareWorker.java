package dev.tenon.benchmarks.systems;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.zaxxer.hikari.HikariDataSource;
import dev.tenon.benchmarks.JobSystem;
import dev.tenon.benchmarks.Work;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The worker of the bare program: one thread claims, some run handlers, one records outcomes. */
final class BareWorker implements JobSystem.Worker {

  private static final int PREFETCH = 2_000;
  private static final int CLAIM = 200;
  private static final int RECORD = 500;

  /** Claimed, and not yet recorded. */
  private static final int IN_HAND = 1_000;

  private static final int CLOSE_SECONDS = 30;

  private final Channel channel;
  private final HikariDataSource pool;
  private final Consumer<Work> handler;
  private final ExecutorService handlers;
  private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
  private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
  private final Semaphore inHand = new Semaphore(IN_HAND);
  private final Thread claimer;
  private final Thread recorder;

  private record Message(long tag, UUID jobId) {}

  private record Outcome(UUID jobId, Instant start, Instant end) {}

  /** Does something with the connection that a thread keeps. */
  private interface Step {
    void run(java.sql.Connection connection) throws SQLException, IOException, InterruptedException;
  }

  BareWorker(Connection rabbitMq, HikariDataSource pool, int threads, Consumer<Work> handler)
      throws IOException {
    this.channel = rabbitMq.createChannel();
    this.pool = pool;
    this.handler = handler;
    this.handlers = Executors.newFixedThreadPool(threads);
    this.claimer = start("claimer", this::claim);
    this.recorder = start("recorder", this::record);
    channel.basicQos(PREFETCH);
    String unused =
        channel.basicConsume(
            BareSystem.QUEUE,
            new DefaultConsumer(channel) {
              @Override
              public void handleDelivery(
                  String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
                ByteBuffer id = ByteBuffer.wrap(body);
                messages.add(
                    new Message(envelope.getDeliveryTag(), new UUID(id.getLong(), id.getLong())));
              }
            });
  }

  private Thread start(String name, Step step) {
    Thread thread =
        new Thread(
            () -> {
              try (java.sql.Connection connection = pool.getConnection()) {
                connection.setAutoCommit(false);
                while (true) {
                  step.run(connection);
                }
              } catch (InterruptedException e) {
                // The worker is closed
              } catch (SQLException | IOException e) {
                throw new IllegalStateException("The " + name + " stopped", e);
              }
            },
            name);
    thread.start();
    return thread;
  }

  private void claim(java.sql.Connection connection)
      throws SQLException, IOException, InterruptedException {
    List<Message> batch = nextUpTo(CLAIM, messages);
    inHand.acquire(batch.size());
    List<Runnable> jobs = new ArrayList<>(batch.size());
    try (PreparedStatement claim =
        connection.prepareStatement(
            "UPDATE bare_jobs SET status = 1, started_at = now()"
                + " WHERE id = ANY(?) AND status = 0 RETURNING id, payload")) {
      Object[] ids = batch.stream().map(Message::jobId).toArray();
      claim.setArray(1, connection.createArrayOf("uuid", ids));
      try (ResultSet rows = claim.executeQuery()) {
        while (rows.next()) {
          UUID id = rows.getObject(1, UUID.class);
          String payload = rows.getString(2);
          jobs.add(() -> run(id, payload));
        }
      }
    }
    connection.commit();
    channel.basicAck(batch.get(batch.size() - 1).tag(), true);
    inHand.release(batch.size() - jobs.size());
    jobs.forEach(handlers::execute);
  }

  private void run(UUID id, String payload) {
    Instant start = Instant.now();
    handler.accept(WorkJson.read(payload));
    outcomes.add(new Outcome(id, start, Instant.now()));
  }

  private void record(java.sql.Connection connection) throws SQLException, InterruptedException {
    List<Outcome> batch = nextUpTo(RECORD, outcomes);
    Object[] ids = batch.stream().map(Outcome::jobId).toArray();
    Object[] starts = batch.stream().map(outcome -> Timestamp.from(outcome.start())).toArray();
    Object[] ends = batch.stream().map(outcome -> Timestamp.from(outcome.end())).toArray();
    try (PreparedStatement update =
            connection.prepareStatement(
                "UPDATE bare_jobs SET status = 2, ended_at = o.ended_at"
                    + " FROM unnest(?::uuid[], ?::timestamptz[]) AS o (id, ended_at)"
                    + " WHERE bare_jobs.id = o.id AND status = 1");
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO bare_attempts (job_id, attempt, started_at, ended_at)"
                    + " SELECT o.id, 1, o.started_at, o.ended_at"
                    + " FROM unnest(?::uuid[], ?::timestamptz[], ?::timestamptz[])"
                    + " AS o (id, started_at, ended_at)")) {
      update.setArray(1, connection.createArrayOf("uuid", ids));
      update.setArray(2, connection.createArrayOf("timestamptz", ends));
      insert.setArray(1, connection.createArrayOf("uuid", ids));
      insert.setArray(2, connection.createArrayOf("timestamptz", starts));
      insert.setArray(3, connection.createArrayOf("timestamptz", ends));
      int unused = update.executeUpdate() + insert.executeUpdate();
    }
    connection.commit();
    inHand.release(batch.size());
  }

  private static <T> List<T> nextUpTo(int limit, BlockingQueue<T> queue)
      throws InterruptedException {
    List<T> batch = new ArrayList<>(limit);
    batch.add(queue.take());
    int unused = queue.drainTo(batch, limit - 1);
    return batch;
  }

  @Override
  public void close() throws IOException {
    channel.abort();
    try {
      claimer.interrupt();
      claimer.join();
      handlers.shutdown();
      if (!handlers.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("Handlers of the bare program still run");
      }
      recorder.interrupt();
      recorder.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while the bare program was closed");
    }
  }
}
