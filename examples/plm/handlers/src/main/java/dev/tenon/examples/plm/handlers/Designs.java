package dev.tenon.examples.plm.handlers;

import dev.tenon.examples.plm.ItemState;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/** The designs and their items, in PostgreSQL. Thread-safe. */
@Singleton
public final class Designs {

  private final DataSource database;

  /** The designs of a database. */
  @Inject
  public Designs(DataSource database) {
    this.database = database;
  }

  boolean exists(UUID designId) throws SQLException {
    return number("SELECT count(*) FROM plm.designs WHERE id = ?", designId) > 0;
  }

  int items(UUID designId) throws SQLException {
    return number("SELECT count(*) FROM plm.items WHERE design_id = ?", designId);
  }

  /**
   * Copies the next items, in the order of their numbers, in one transaction. The copied items show
   * where to continue, so nothing else has to be stored.
   *
   * @return how many were copied; 0 if none is left
   */
  int copyItems(UUID from, UUID to, int limit) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement copy =
            connection.prepareStatement(
                """
                INSERT INTO plm.items (design_id, number, name, mass_grams, model)
                SELECT ?, number, name, mass_grams, model FROM plm.items
                WHERE design_id = ?
                  AND number > coalesce((SELECT max(number) FROM plm.items WHERE design_id = ?), '')
                ORDER BY number
                LIMIT ?
                ON CONFLICT DO NOTHING
                """)) {
      copy.setObject(1, to);
      copy.setObject(2, from);
      copy.setObject(3, to);
      copy.setInt(4, limit);
      return copy.executeUpdate();
    }
  }

  /** The CAD files of the items, in the order of the items' numbers. */
  List<String> models(UUID designId) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement query =
            connection.prepareStatement(
                "SELECT model FROM plm.items WHERE design_id = ? AND model IS NOT NULL ORDER BY number")) {
      query.setObject(1, designId);
      List<String> models = new ArrayList<>();
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          models.add(row.getString(1));
        }
      }
      return models;
    }
  }

  void complete(UUID designId) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement update =
            connection.prepareStatement("UPDATE plm.designs SET complete = true WHERE id = ?")) {
      update.setObject(1, designId);
      update.executeUpdate();
    }
  }

  /** Changes the state of an item, and adds the decision to its history. */
  void changeState(
      Connection transaction, UUID designId, String itemNumber, ItemState state, String by)
      throws SQLException {
    try (PreparedStatement update =
            transaction.prepareStatement(
                "UPDATE plm.items SET state = ? WHERE design_id = ? AND number = ?");
        PreparedStatement insert =
            transaction.prepareStatement(
                "INSERT INTO plm.decisions (design_id, item, state, decided_by) VALUES (?, ?, ?, ?)")) {
      update.setString(1, state.name());
      update.setObject(2, designId);
      update.setString(3, itemNumber);
      update.executeUpdate();
      insert.setObject(1, designId);
      insert.setString(2, itemNumber);
      insert.setString(3, state.name());
      insert.setString(4, by);
      insert.executeUpdate();
    }
  }

  private int number(String sql, UUID designId) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement query = connection.prepareStatement(sql)) {
      query.setObject(1, designId);
      try (ResultSet row = query.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    }
  }
}
