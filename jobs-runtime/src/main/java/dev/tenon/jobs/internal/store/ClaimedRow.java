package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.internal.values.StoredHeaders;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A row that the claiming functions of the database return: the columns of the type {@code
 * claimed_job}.
 */
public final class ClaimedRow {

  private static final int READ_FROM = 16;

  private ClaimedRow() {}

  /**
   * Returns the times where the next claim should start to read; empty if the row is about a job.
   */
  static Optional<List<Instant>> readStart(ResultSet row) throws SQLException {
    if (row.getObject(1) != null) {
      return Optional.empty();
    }
    Timestamp[] times = (Timestamp[]) row.getArray(READ_FROM).getArray();
    return Optional.of(Arrays.stream(times).map(Timestamp::toInstant).toList());
  }

  /** Adds the job of the current row to the claims. */
  public static void read(ResultSet row, String workerId, boolean isLimited, Claims claims)
      throws SQLException {
    UUID id = row.getObject(1, UUID.class);
    long lease = row.getLong(3);
    if (!row.wasNull()) {
      claims
          .jobs()
          .add(
              new ClaimedJob(
                  new Lease(id, lease, workerId),
                  row.getString(4),
                  row.getInt(5),
                  row.getInt(6),
                  row.getInt(7),
                  row.getInt(8),
                  row.getString(9),
                  row.getString(10),
                  row.getString(11),
                  isLimited,
                  row.getObject(12, UUID.class),
                  row.getString(13),
                  StoredHeaders.read(row.getString(17)),
                  Duration.ofMillis(Math.max(0, row.getLong(14)))));
    } else if (row.getBoolean(2)) {
      claims.left().add(id);
    } else {
      claims.parked().add(id);
    }
  }
}
