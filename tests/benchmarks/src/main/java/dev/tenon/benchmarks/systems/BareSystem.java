package dev.tenon.benchmarks.systems;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import com.zaxxer.hikari.HikariDataSource;
import dev.tenon.benchmarks.JobSystem;
import dev.tenon.benchmarks.Place;
import dev.tenon.benchmarks.Work;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * What PostgreSQL and RabbitMQ can do at all: a job is a row and a message, is claimed, and ends
 * with an outcome and a row for its attempt, all in batches. It has no retries, no leases, no
 * priorities, no rescue, nothing that notices a failure.
 */
public final class BareSystem implements JobSystem {

  static final String QUEUE = "bare";

  private static final Duration CONFIRM_TIMEOUT = Duration.ofSeconds(30);

  private final Place place;
  private final HikariDataSource pool;
  private final Connection rabbitMq;
  private final Channel publisher;
  private final AtomicInteger counter = new AtomicInteger();

  /** Makes its tables and its queue. */
  public BareSystem(Place place) throws Exception {
    this.place = place;
    this.pool = Pools.open(place);
    Pools.run(pool, BareSystem.class, "bare.sql");
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(place.amqpUri());
    this.rabbitMq = factory.newConnection();
    this.publisher = rabbitMq.createChannel();
    var unused = publisher.queueDeclare(QUEUE, true, false, false, Map.of());
    var unusedToo = publisher.confirmSelect();
  }

  @Override
  public void submit(Work work) throws Exception {
    submitAll(List.of(work));
  }

  @Override
  public synchronized void submitAll(List<Work> works) throws Exception {
    List<UUID> ids = works.stream().map(work -> nextId()).toList();
    String[] payloads = works.stream().map(WorkJson::write).toArray(String[]::new);
    try (java.sql.Connection connection = pool.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO bare_jobs (id, payload)"
                    + " SELECT * FROM unnest(?::uuid[], ?::jsonb[])")) {
      insert.setArray(1, connection.createArrayOf("uuid", ids.toArray()));
      insert.setArray(2, connection.createArrayOf("text", payloads));
      int unused = insert.executeUpdate();
    }
    for (UUID id : ids) {
      publisher.basicPublish("", QUEUE, MessageProperties.MINIMAL_PERSISTENT_BASIC, bytes(id));
    }
    publisher.waitForConfirmsOrDie(CONFIRM_TIMEOUT.toMillis());
  }

  /** Ids that grow, as those of version 7 do. */
  private UUID nextId() {
    return new UUID(System.currentTimeMillis(), Long.MIN_VALUE | counter.incrementAndGet());
  }

  private static byte[] bytes(UUID id) {
    return ByteBuffer.allocate(2 * Long.BYTES)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .array();
  }

  @Override
  public Worker startWorker(Consumer<Work> handler) throws Exception {
    return new BareWorker(rabbitMq, pool, place.slots(), handler);
  }

  @Override
  public long unfinished() throws Exception {
    return Pools.number(pool, "SELECT count(*) FROM bare_jobs WHERE status <> 2");
  }

  /** In one transaction; PostgreSQL writes as much for many small ones. */
  @Override
  public void awaitDeletion() throws SQLException {
    try (java.sql.Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      boolean unused = statement.execute("DELETE FROM bare_attempts; DELETE FROM bare_jobs");
    }
  }

  @Override
  public void close() throws IOException {
    rabbitMq.close();
    pool.close();
  }
}
