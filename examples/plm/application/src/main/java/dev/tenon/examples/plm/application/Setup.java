package dev.tenon.examples.plm.application;

import dev.tenon.examples.plm.database.PlmSchema;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.UUID;
import javax.sql.DataSource;

/** Prepares a database. Tenon makes its own tables when its runtime starts. */
public final class Setup {

  private static final String[] CAD_TYPES = {"cad.conversion.process", "cad.parametric.generate"};

  private final DataSource database;

  /** For a database. */
  public Setup(DataSource database) {
    this.database = database;
  }

  /** Makes the tables of the application. */
  public void migrate() {
    PlmSchema.migrate(database);
  }

  /**
   * Lets a role run the CAD jobs, and nothing else. Tenon's tables must be there.
   *
   * @param role an existing role that the Python worker logs in with
   */
  public void grantCadJobs(String role) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement grant = connection.prepareStatement("SELECT tenon.grant_worker(?, ?)")) {
      Array types = connection.createArrayOf("text", CAD_TYPES);
      grant.setString(1, role);
      grant.setArray(2, types);
      grant.execute();
    }
  }

  /**
   * Makes a design with items, a part, two work instructions that use it, and cache entries, half
   * of them expired.
   *
   * @param items how many items the design has; they are called {@code HOUSING-00001} and so on,
   *     and the first two have a CAD file
   * @return the id of the design
   */
  public UUID addSamples(int items) throws SQLException {
    UUID designId = UUID.randomUUID();
    UUID partId = UUID.randomUUID();
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      execute(
          connection,
          "INSERT INTO plm.designs (id, name, owner, complete) VALUES (?, 'Gearbox', 'ada@plm.example', true)",
          designId);
      execute(
          connection,
          """
          INSERT INTO plm.items (design_id, number, name, mass_grams, model)
          SELECT ?, 'HOUSING-' || lpad(n::text, 5, '0'), 'Housing, size ' || n, n * 1.5,
            CASE n WHEN 1 THEN 'incoming/bracket.step' WHEN 2 THEN 'incoming/bracket.iges' END
          FROM generate_series(1, ?) n
          """,
          designId,
          items);
      execute(
          connection,
          "INSERT INTO plm.parts (id, number, revision, changed_by) VALUES (?, 'SEAL-1', 'A', 'ada')",
          partId);
      for (String owner : new String[] {"ben@plm.example", "cleo@plm.example"}) {
        UUID instructionId = UUID.randomUUID();
        execute(
            connection,
            "INSERT INTO plm.work_instructions (id, number, title, owner) VALUES (?, ?, 'Fit the seal', ?)",
            instructionId,
            "WI-" + owner.substring(0, owner.indexOf('@')),
            owner);
        execute(
            connection,
            "INSERT INTO plm.work_instruction_parts VALUES (?, ?)",
            instructionId,
            partId);
      }
      execute(
          connection,
          """
          INSERT INTO plm.cache_entries (key, value, expires_at)
          SELECT 'preview-' || n, 'x', now() + CASE WHEN n % 2 = 0 THEN 1 ELSE -1 END * interval '1 hour'
          FROM generate_series(1, ?) n
          """,
          5_000);
      connection.commit();
    }
    return designId;
  }

  private static void execute(Connection connection, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.executeUpdate();
    }
  }
}
