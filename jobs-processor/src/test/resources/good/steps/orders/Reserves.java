package orders;

import dev.tenon.jobs.annotation.Step;
import java.sql.Connection;
import java.sql.SQLException;

/** The base of handlers that reserve something. */
abstract class Reserves<T> {

  @Step(timeout = "30s")
  int reserve(Connection transaction, T reserved) throws SQLException {
    return transaction.isClosed() ? 0 : 1;
  }
}
